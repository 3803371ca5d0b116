"""``standpunkt gold`` calls this last: the page and its figures, written into a folder of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from annotation.report.confusion import LAYERS, confusion_pictures
from annotation.report.layers import agreement_picture
from annotation.report.pace import pace_picture, progress_of
from annotation.report.page import page_html
from dataset.corpus import Corpus
from dataset.files import write_atomic
from dataset.page.markup import Picture
from dataset.records.agreement import Agreement
from dataset.records.gold import Gold
from dataset.records.labels import Annotation

PAGE = "agreement.html"
FIGURES = (
    "agreement.png",
    *(f"confusion-{layer}.png" for layer in LAYERS),
    "pace.png",
)  # every name that is ever written


def write_report(
    folder: Path,
    corpus: Corpus,
    report: Agreement,
    rows: Sequence[Gold],
    annotations: Sequence[Annotation],
    texts: Mapping[str, str],
) -> list[Path]:
    """Write ``agreement.html`` and the figures of which there is something to see. The same input gives the same bytes.

    Args:
        folder: where to; it is made, and Git is told to ignore it, because the page quotes articles.
        corpus: settings, scheme and articles.
        report: of agreement.json; the page says in words what is missing or null.
        rows: the lines of gold.jsonl.
        annotations: of all pages and statuses.
        texts: canonical text by article id; articles that it lacks are shown by offsets.

    Returns:
        The files that were written, the page first. Figures of an earlier page that this one lacks are removed.
    """
    progress = progress_of(corpus, annotations)
    drawn: list[Picture | None] = [
        agreement_picture(report),
        *confusion_pictures(report, corpus.scheme).values(),
        pace_picture(progress),
    ]
    pictures = {picture.file.removesuffix(".png"): picture for picture in drawn if picture is not None}
    page = page_html(corpus, report, rows, annotations, texts, progress, pictures)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / ".gitignore", "*\n")
    written = [folder / PAGE]
    for name in FIGURES:
        picture = pictures.get(name.removesuffix(".png"))
        if picture is None:
            (folder / name).unlink(missing_ok=True)
        else:
            write_atomic(folder / name, picture.light)
            written.append(folder / name)
    write_atomic(folder / PAGE, page)  # last: a page that exists has its figures
    return written
