"""How far the work is, and how fast it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

from annotation.report.figures import pace_png
from annotation.report.hardest import work_by_article
from annotation.report.people import duration
from dataset.corpus import Corpus
from dataset.labels import REPEAT_MARK
from dataset.page.markup import Html, Picture, bar, grid, image, joined, named, paragraph
from dataset.page.values import NO_VALUE, plural
from dataset.records.agreement import Agreement
from dataset.records.labels import Annotation

MOST_DAYS = 42  # more than that are shown by week, and more than 60 weeks by month
MOST_WEEKS = 60


@dataclass(frozen=True)
class Progress:
    """What is done of what there is to do."""

    articles: int  # of the corpus
    finished: dict[str, int]  # articles by annotator
    skipped: dict[str, int]
    covered: int  # articles with as many annotators as the corpus asks for
    overlap: int
    missing: int  # annotations until every article has as many
    days: dict[date, int]  # annotations finished, by day


def progress_of(corpus: Corpus, annotations: Sequence[Annotation]) -> Progress:
    """Count what stands in ``labels/``. Blind repeats count as work of a day, but not as articles."""
    work = work_by_article(annotations)
    ids = {source.id for source in corpus.sources} | set(work)
    overlap = corpus.settings.annotation.overlap
    overlap = overlap if type(overlap) is int and overlap > 0 else 1
    page = [one for one in annotations if one.page == "article"]
    done = [one for one in page if one.status == "submitted"]
    first = [one for one in page if REPEAT_MARK not in one.article_id]
    return Progress(
        articles=len(ids),
        finished=dict(Counter(one.annotator for one in first if one.status == "submitted")),
        skipped=dict(Counter(one.annotator for one in first if one.status == "skipped")),
        covered=sum(len(work.get(id_, ())) >= overlap for id_ in ids),
        overlap=overlap,
        missing=sum(max(0, overlap - len(work.get(id_, ()))) for id_ in ids),
        days=dict(sorted(Counter(day for one in done if (day := day_of(one.updated)) is not None).items())),
    )


def day_of(time: str | None) -> date | None:
    """The day of a time in UTC; None where it is none."""
    if not time:
        return None
    try:
        found = datetime.fromisoformat(time)
        return (found if found.tzinfo is None else found.astimezone(UTC)).date()
    except (ValueError, OverflowError):
        return None


def bins_of(days: Mapping[date, int]) -> list[tuple[date, int, int]]:
    """Days, or weeks or months where the days are many: first day, length, annotations."""
    if not days:
        return []
    whole = (max(days) - min(days)).days
    counts: Counter[date] = Counter()
    length = 1 if whole < MOST_DAYS else 7 if whole < 7 * MOST_WEEKS else 30
    for day, n in days.items():
        start = day
        if length == 7:
            start = date.fromordinal(max(1, day.toordinal() - day.weekday()))
        elif length == 30:
            start = day.replace(day=1)
        counts[start] += n
    return [(start, length, counts[start]) for start in sorted(counts)]


def pace_picture(progress: Progress) -> Picture | None:
    """Finished annotations over time; None where no times are known."""
    bins = bins_of(progress.days)
    if not bins:
        return None
    most = max(bins, key=lambda one: (one[2], -one[0].toordinal()))
    unit = {1: "day", 7: "week", 30: "month"}[bins[0][1]]
    alt = (
        f"Finished annotations by {unit}, from {bins[0][0].isoformat()} to {max(progress.days).isoformat()};"
        f" most in the {unit} of {most[0].isoformat()}: {most[2]}."
    )
    return Picture("pace.png", pace_png(bins), pace_png(bins, dark=True), alt)


def progress_section(report: Agreement, progress: Progress, picture: Picture | None) -> Html:
    """Articles per annotator, then pace where times are known."""
    names = sorted({*progress.finished, *progress.skipped})
    parts: list[str | None] = []
    if not names:
        parts.append(paragraph(f"Nobody has finished any of the {plural(progress.articles, 'article')} yet."))
    else:
        covered = "an annotator" if progress.overlap == 1 else f"{progress.overlap} annotators or more"
        enough = f"Articles with {covered}, as the corpus asks for: {progress.covered:,} of {progress.articles:,}."
        parts.append(paragraph(enough, f" Annotations still missing: {progress.missing:,}."))
        rows = []
        for name in names:
            done = progress.finished.get(name, 0)
            share = done / progress.articles if progress.articles else None
            rows.append(
                [named(name), bar(share), f"{done:,} of {progress.articles:,}", f"{progress.skipped.get(name, 0):,}"]
            )
        parts.append(
            grid("Articles finished, of all of the corpus", ["annotator", "", "articles", "skipped"], rows, texts=2)
        )
    parts += _pace(report, progress, picture)
    return joined(parts)


def _pace(report: Agreement, progress: Progress, picture: Picture | None) -> list[Html]:
    seconds = [one.seconds for one in report.by_annotator.values() if one.seconds is not None]
    parts = []
    if seconds:
        found = f"Median time for an article: {duration(median(seconds))}"
        parts.append(paragraph(f"{found} (median of the medians of {plural(len(seconds), 'annotator')})."))
    if picture is None:
        parts.append(
            paragraph(
                "When work was finished is not recorded in these labels, so there is no pace to show."
                if not seconds
                else "On which days work was finished is not recorded in these labels."
            )
        )
        return parts
    days = progress.days
    total, last = sum(days.values()), max(days)
    week = sum(n for day, n in days.items() if (last - day).days < 7)
    sentence = (
        f"{plural(total, 'annotation')} finished on {plural(len(days), 'day')}, median {_half(median(days.values()))} on such a day,"
        f" {week:,} in the seven days to {last.isoformat()}."
    )
    if progress.missing and week and (last - min(days)).days >= 7:
        left = -(-progress.missing * 7 // week)
        done = _later(last, left)
        sentence += f" At the pace of those seven days what is missing takes {plural(left, 'more day')}{done}."
    parts += [
        paragraph(sentence, " Blind repeats count. An annotation counts on the day (UTC) when it was last changed."),
        image(picture),
    ]
    return parts


def _later(day: date, days: int) -> str:
    try:
        return f", until {(day + timedelta(days=days)).isoformat()}"
    except OverflowError:
        return ""


def _half(value: float) -> str:
    return f"{value:g}" if value < 1e6 else NO_VALUE
