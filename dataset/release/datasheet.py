"""The datasheet: for now the facts and counts of a corpus, each computed.

``DATASHEET.md`` in the repository's root holds one marked section a corpus; ``build --datasheet FILE`` writes it anew between its marks
and leaves everything else in the file alone.
"""

from __future__ import annotations

import re
from pathlib import Path

from dataset.errors import CorpusError
from dataset.files import write_atomic
from dataset.gold import read_report
from dataset.release.card import first_lines, table
from dataset.release.facts import Facts
from dataset.release.writer import digest
from dataset.schema import CONFIGS
from dataset.splits import SPLITS


def section(facts: Facts) -> str:
    """The computed section of one corpus, in Markdown."""
    corpus, scheme = facts.corpus, facts.corpus.scheme
    articles = facts.of("articles")
    reprints = sum(size * n for size, n in facts.clusters.items() if size > 1)
    numbers: list[list[object]] = [
        ["articles", len(articles)],
        ["words", facts.words],
        ["sentences of the body", len(facts.of("sentences"))],
        ["claims", len(facts.of("claims"))],
        ["articles with labels", len(facts.gold)],
        [
            "labels made by",
            ", ".join(f"{kind} ({n} articles)" for kind, n in sorted(facts.annotator_kinds.items())) or "nobody",
        ],
        ["annotators", ", ".join(facts.annotators) or "none"],
        ["reuse clusters of more than one article", sum(n for size, n in facts.clusters.items() if size > 1)],
        ["articles in them", reprints],
        ["articles in quarantine", len(facts.quarantined)],
        ["set aside", facts.rejected],
        ["normalised texts", ", ".join(f"{step}: {n}" for step, n in facts.normalised.items()) or "none"],
        ["licence", corpus.license],
        ["texts in the repository", "no, hashes and offsets only" if corpus.external else "yes"],
        ["scheme", scheme.version],
    ]
    parts = [
        f"## {corpus.name} {corpus.version}",
        *first_lines(facts),
        *([corpus.description] if corpus.description else []),
        table(["", "computed"], numbers),
        table(["rows", *SPLITS], [[name, *(facts.count(name, split) for split in SPLITS)] for name in CONFIGS]),
        table(["target", "question", "claims", *scheme.stance_ids, "undecided"], _targets(facts)),
        table(["kind", "claims"], _kinds(facts)),
        table(["block", "number"], facts.blocks.items()),
        table(["outlet", "articles"], facts.outlets.items()),
        table(["month", "articles"], facts.months.items()),
        *_agreement(facts),
        *_probes(facts),
    ]
    return "\n\n".join(parts) + "\n"


def update(path: Path, name: str, computed: str) -> bool:
    """Write a corpus's section into a datasheet file between its marks.

    Returns:
        Whether the file changed.

    Raises:
        CorpusError: the file has no marks for this corpus.
    """
    begin, end = f"<!-- computed: {name} -->", f"<!-- end of {name} -->"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CorpusError(f"{path}: no such datasheet; make a file that holds {begin} and {end}, a line each") from None
    pattern = re.compile(re.escape(begin) + r"\n.*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        raise CorpusError(f"{path}: holds no marks {begin} and {end}; add them, a line each")
    new = pattern.sub(lambda _: f"{begin}\n\n{computed}\n{end}", text, count=1)
    if new != text:
        write_atomic(path, new)
    return new != text


def _agreement(facts: Facts) -> list[str]:
    """How well annotators agree, from the file that gold wrote."""
    report = facts.agreement
    measured = {layer: value for layer, value in report.get("alpha", {}).items() if value.get("units")}
    if not measured:
        return []
    rows = [
        [layer, v.get("metric", "nominal"), v["alpha"], f"{v['low']} – {v['high']}", v["units"]]
        for layer, v in measured.items()
    ]
    pairs = [[pair, v["span_f1"], v["span_f1_exact"], v["articles"]] for pair, v in report.get("pairs", {}).items()]
    parts = [
        "### Agreement",
        table(["layer", "metric", "Krippendorff's α", "95 % interval over articles", "units"], rows),
        table(["pair", "span F1 (IoU ≥ .5)", "exact", "articles"], pairs),
    ]
    if facts.silver:
        parts.append(
            "The annotators are language models: such agree with each other far more than people do. These figures say how clear"
            " the rules are to a model; they are no ceiling for people, and no proof that a label is right."
        )
    return parts


def _probes(facts: Facts) -> list[str]:
    """What the data give away, from the file that ``python -m baselines.probe`` wrote for these very rows."""
    report = read_report(facts.corpus.path / "probes.json")
    if not report:
        return []
    if any(digest(facts.rows[config]) != known for config, known in report["digests"].items()):
        return [
            "### What the data give away",
            "`probes.json` was made for other rows: run `python -m baselines.probe` again.",
        ]
    parts = [
        "### What the data give away",
        f"Cross-validation in {report['folds']} folds by reuse cluster, {report['repeats']} times, on train and validation: macro-F1 with a"
        " 95 % bootstrap interval over clusters, predictions of the repeats pooled. `target_only` and `text_only` are probes: they"
        " see the target alone, the text alone.",
    ]
    for task, found in report["tasks"].items():
        scores = [[f"`{name}`", v["pooled"], f"{v['low']} – {v['high']}"] for name, v in found["macro_f1"].items()]
        words = [[f"`{label}`", ", ".join(list_)] for label, list_ in found["strongest_words"].items()]
        costs = ", ".join(f"{word} {cost}" for word, cost in found["cost_of_a_word"].items())
        parts += [
            table([f"{task}: {found['items']} items", "macro-F1", "95 % interval"], scores),
            table(["class", "strongest words"], words),
            f"Taking out of all texts one of {found['removed_words']} words, the strongest of each class and the most frequent of all,"
            f" costs the linear SVM at most (macro-F1): {costs}.",
        ]
    return parts


def _kinds(facts: Facts) -> list[list[object]]:
    kinds = [claim["kind"] for claim in facts.of("claims")]
    return [[kind, kinds.count(kind)] for kind in facts.corpus.scheme.kind_ids]


def _targets(facts: Facts) -> list[list[object]]:
    rows: list[list[object]] = []
    claims = facts.of("claims")
    for target in facts.corpus.scheme.targets:
        stances = [claim["stance"] for claim in claims if claim["target"] == target.id]
        rows.append(
            [
                f"`{target.id}`",
                target.question or "(none of the others)",
                len(stances),
                *(stances.count(stance) for stance in facts.corpus.scheme.stance_ids),
                stances.count(None),
            ]
        )
    return rows
