"""Whatever the data holds, the page shows it and does nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from msgspec.structs import replace as changed

from dataset.records.gold import ArticleStance, Gold
from tests.annotation.report.examples import example, write_report
from tests.make import article, with_settings
from tests.reading import Reading

EVIL = "<script>alert('x')</script>\"'><img src=https://example.org/x onerror=alert(1)>]]>--></style><b>&amp;{{7*7}}"


def _evil(folder: Path) -> tuple[Any, ...]:
    """A corpus in which every text from outside is hostile."""
    texts = {"t1": EVIL * 3, "t2": article(2)}
    corpus, report, rows, annotations, _ = example(folder, ["ann", EVIL, "cem"], texts=texts)
    corpus = with_settings(corpus, synthetic=EVIL, license=EVIL, language=EVIL)
    rows = [_evil_row(row) for row in rows]
    report["aggregation"] = EVIL
    report["aggregation_why_not"] = {EVIL: EVIL}
    report["alpha"]["kind"] |= {"alpha": None, "why": EVIL, "metric": EVIL}
    report["alpha"]["stance"]["by_label"][EVIL] = {"alpha": 0.3, "given": 3}
    report["pairs"][EVIL] = {"span_f1": 0.1, "confusion": {"kind": {EVIL: {EVIL: 3, "fact": 2}}}}
    report["by_annotator"][EVIL] |= {"annotator_kind": EVIL, "first": EVIL, "last": EVIL}
    report["intra"][EVIL] = {"why": EVIL}
    report["confusions"]["kind"][EVIL] = {EVIL: {"fact": 0.9}}
    report["inputs_sha256"] = EVIL
    return corpus, report, rows, annotations, {id_ + EVIL: text for id_, text in texts.items()}


def _evil_row(row: Gold) -> Gold:
    claims = [
        changed(
            claim,
            **dict.fromkeys(("actor", "reason", "id", "kind"), EVIL),
            adjudicated=True,
            votes=(changed(claim.votes[0], kind=EVIL, annotator=EVIL), *claim.votes[1:]),
        )
        for claim in row.claims
    ]
    stance = ArticleStance(label=EVIL, label_distribution={EVIL: 0.5, "x": 0.5})
    return changed(
        row,
        article_id=row.article_id + EVIL,
        claims=tuple(claims),
        article_stance={**row.article_stance, EVIL: stance},
    )


def test_hostile_data_stays_text(tmp_path: Path) -> None:
    """No element but ours, no attribute that does anything, nothing that leads out of the page."""
    written = write_report(tmp_path / "report", *_evil(tmp_path))
    page = written[0].read_text(encoding="utf-8")
    reading = Reading(page)
    assert not reading.elements & {
        "script",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "b",
        "style2",
        "template",
    }
    for element, name, value in reading.attributes:
        assert not name.startswith("on"), (element, name)
        assert name != "style"
        if name in ("src", "srcset", "href", "action", "data", "poster", "background"):
            assert value.startswith("data:image/png;base64,") or re.fullmatch(r"#[a-z]+", value), (element, name, value)
    assert EVIL[:60] in reading.text  # it is shown, not lost
    assert page.count("<style>") == 1
    assert page.lower().count("<img") == len(written) - 1


def test_the_policy_lets_nothing_in(tmp_path: Path) -> None:
    """Nothing but pictures in the page itself, and the one style sheet by its hash."""
    page = write_report(tmp_path / "report", *example(tmp_path))[0].read_text(encoding="utf-8")
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policies = [
        value
        for element, name, value in Reading(page).attributes
        if (element, name) == ("meta", "content") and "src" in value
    ]
    assert policies == [
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]
    assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<body>")
    assert "http:" not in page
    assert "https:" not in page


def test_files_have_fixed_names(tmp_path: Path) -> None:
    """Data gives no file its name; Git ignores the folder."""
    folder = tmp_path / "report"
    corpus, report, *rest = _evil(tmp_path)
    report["alpha"]["../../evil"] = {"alpha": 0.5}
    for pair in report["pairs"].values():
        pair.setdefault("confusion", {})["../../evil"] = {"a": {"b": 1}}
    before = set(tmp_path.rglob("*"))
    written = write_report(folder, corpus, report, *rest)
    assert {path.name for path in set(tmp_path.rglob("*")) - before} == {
        "report",
        ".gitignore",
        "agreement.html",
        "agreement.png",
        "confusion-kind.png",
        "confusion-target.png",
        "confusion-stance.png",
        "pace.png",
    }
    assert {path.name for path in written} == {path.name for path in folder.iterdir()} - {".gitignore"}
    assert (folder / ".gitignore").read_text() == "*\n"
