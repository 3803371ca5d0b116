"""TF-IDF of word and character n-grams, with the target beside them: the features two systems share."""

from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import OneHotEncoder

# German writes compounds as one word: character n-grams see their parts.
WORD = {"analyzer": "word", "ngram_range": (1, 2), "sublinear_tf": True, "min_df": 1}
CHAR = {"analyzer": "char_wb", "ngram_range": (2, 5), "sublinear_tf": True, "min_df": 2}


def features() -> ColumnTransformer:
    """An untrained transformer of a frame with ``text`` and ``target``."""
    return ColumnTransformer(
        [
            ("word", TfidfVectorizer(**WORD), "text"),
            ("char", TfidfVectorizer(**CHAR), "text"),
            ("target", OneHotEncoder(handle_unknown="ignore"), ["target"]),
        ]
    )
