"""Pre-annotations of German news by rules, and the predictions file that carries suggestions of any model.

``suggestions`` finds what looks like a claim in the body of an article; ``read_predictions`` reads and checks a file for
``standpunkt studio push --suggest FILE``. ``python -m annotation.suggest CORPUS`` measures the rules against gold.
"""

from __future__ import annotations

from annotation.suggest.predictions import prediction_line, read_predictions
from annotation.suggest.rules import VERSION, Suggestion, suggestions

__all__ = ["VERSION", "Suggestion", "prediction_line", "read_predictions", "suggestions"]
