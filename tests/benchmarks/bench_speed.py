"""Benchmarks: ratios within one run against a peer or a naive way. They print; they judge nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from sklearn.metrics import f1_score

from baselines.metrics.classification import confusion
from baselines.significance import bootstrap_interval
from dataset.corpus import read_corpus
from dataset.fold import bare
from dataset.prepare import Prepared, prepare_article
from dataset.sentences import split
from dataset.text import text_sha256
from tests.make import ROOT


def best(function: Callable[[], object], runs: int = 5) -> float:
    """The shortest of some runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def used(function: Callable[[], object], runs: int = 5) -> float:
    """The least processor time of some runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


def bench_sentences_against_punkt() -> None:
    """Both on the sample's articles, forty times over."""
    import punkt

    articles = (ROOT / "seeds" / "sample" / "articles").glob("*.txt")
    text = " ".join(path.read_text(encoding="utf-8") for path in articles) * 40
    peer = punkt.tokenizer_for("german")
    ratio = best(lambda: list(peer.span_tokenize(text)), 3) / best(lambda: split(text), 3)
    print(f"\nsentences: {ratio:.2f} times the speed of punkt")


def bench_folding_against_preparing() -> None:
    """Measure the share of looking for characters to fold in the preparation of the sample's articles."""
    sources = read_corpus(ROOT / "seeds" / "sample").sources
    texts = [
        one.text for one in map(prepare_article, sources) if isinstance(one, Prepared) and bare(one.text) == one.text
    ]
    ordinary = [source for source in sources if source.text_sha256 in set(map(text_sha256, texts))]
    ratio = used(lambda: [*map(bare, texts)]) / used(lambda: [*map(prepare_article, ordinary)])
    print(f"\nfolding: {ratio:.3f} of the time to prepare an article")


def bench_bootstrap_against_a_loop() -> None:
    """One pass over confusion matrices against scikit-learn's metric on every resample, scaled from 100 of them."""
    dice = np.random.default_rng(1)
    classes = ["a", "b", "c"]
    gold, predicted = dice.choice(classes, 2000), dice.choice(classes, 2000)
    groups = dice.integers(0, 100, 2000)
    by_group = [np.flatnonzero(groups == group) for group in range(100)]

    def naive() -> None:
        for _ in range(100):
            rows = np.concatenate([by_group[g] for g in dice.integers(0, 100, 100)])
            f1_score(gold[rows], predicted[rows], average="macro")

    matrices = confusion(list(gold), list(predicted), [str(g) for g in groups], classes)
    ratio = best(naive, 3) * 100 / best(lambda: bootstrap_interval(matrices, samples=10_000), 3)
    print(f"\nbootstrap: {ratio:.0f} times the speed of a loop over scikit-learn")
