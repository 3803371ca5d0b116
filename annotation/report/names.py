"""What the page calls layers and methods."""

from __future__ import annotations

LAYER_NAMES = {  # the order in which layers are shown, and what they are called
    "span": "where claims are",
    "kind": "kind of a claim",
    "target": "target of a claim",
    "stance": "stance of a claim",
    "article_stance": "stance of an article",
}
SHORT_NAMES = {
    "span": "spans",
    "kind": "kind",
    "target": "target",
    "stance": "stance",
    "article_stance": "article stance",
}
METHODS = {"majority": "majority vote", "dawid_skene": "the Dawid–Skene model", "mace": "the MACE model"}
