"""Benchmark: TF-IDF shared by the systems that use it against fitting it for each of them."""

from __future__ import annotations

import random

import pandas as pd

from baselines.features.tfidf import SHELF, Tfidf
from tests.benchmarks.bench_speed import best
from tests.make import article

# Seven systems and probes with four hyper-parameters each, on one train and one validation split.
USES = 7 * 4


def bench_tfidf_shared() -> None:
    """Features alone, without the classifiers."""
    dice = random.Random(1)
    lines = [line for i in range(100) for line in article(i).split(". ")]
    dice.shuffle(lines)
    frame = pd.DataFrame({"text": lines, "target": ""})
    train, validation = frame[: len(frame) // 2], frame[len(frame) // 2 :]

    def use(*, shared: bool) -> None:
        SHELF.clear()
        for _ in range(USES):
            if not shared:
                SHELF.clear()
            features = Tfidf()
            features.fit_transform(train)
            features.transform(validation)

    ratio = best(lambda: use(shared=False), 1) / best(lambda: use(shared=True), 3)
    print(f"\nTF-IDF shared: {ratio:.1f} times the speed of fitting it {USES} times")
