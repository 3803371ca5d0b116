"""The page as a whole: what stands first, and the order of the sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from annotation.report.confusion import confusion_section
from annotation.report.items import hardest_section
from annotation.report.layers import labels_section, layers_section, verdict_cards, verdicts_of_layers
from annotation.report.names import LAYER_NAMES, METHODS
from annotation.report.pace import Progress, progress_section
from annotation.report.pairs import pairs_section
from annotation.report.people import people_section
from dataset.corpus import Corpus
from dataset.page.document import whole_page
from dataset.page.markup import Html, Picture, bullets, joined, paragraph, tag
from dataset.page.values import plural, words
from dataset.records.agreement import Agreement
from dataset.records.gold import Gold
from dataset.records.labels import Annotation


def page_html(
    corpus: Corpus,
    report: Agreement,
    rows: Sequence[Gold],
    annotations: Sequence[Annotation],
    texts: Mapping[str, str],
    progress: Progress,
    pictures: Mapping[str, Picture],
) -> str:
    """The whole page.

    Args:
        corpus: settings and scheme.
        report: agreement.json.
        rows: of gold.jsonl.
        annotations: all that could be read.
        texts: canonical text by article, as far as it may be shown.
        progress: what is done.
        pictures: by the name of their file without its ending.
    """
    confusions = {
        name.removeprefix("confusion-"): one for name, one in pictures.items() if name.startswith("confusion-")
    }
    sections = {
        "layers": ("Agreement per layer", layers_section(report, pictures.get("agreement"))),
        "labels": ("Agreement per label", labels_section(report)),
        "pairs": ("Who differs from whom", pairs_section(report)),
        "confusion": ("What is mixed up", confusion_section(report, corpus.scheme, confusions)),
        "annotators": ("Annotators", people_section(report)),
        "hardest": ("Hardest items", hardest_section(corpus, rows, annotations, texts)),
        "progress": ("Progress and pace", progress_section(report, progress, pictures.get("pace"))),
    }
    opening = [
        *_first_lines(corpus, report, rows),
        verdict_cards(report, _is_silver(report, rows)),
        _next_steps(report, progress),
    ]
    return whole_page(f"Agreement: {corpus.name} {corpus.version}", opening, sections, _origin(corpus, report))


def _is_silver(report: Agreement, rows: Sequence[Gold]) -> bool:
    """Whether models alone labelled: as the report says, or where it does not, as gold does."""
    if report.silver is not None:
        return report.silver
    return bool(rows) and all(row.annotator_kind == "model" for row in rows)


def _first_lines(corpus: Corpus, report: Agreement, rows: Sequence[Gold]) -> list[Html | None]:
    """What the labels are, before any number."""
    found: list[Html | None] = []
    kinds = Counter(row.annotator_kind for row in rows)
    if _is_silver(report, rows):
        found.append(
            paragraph(
                tag("strong", "Silver, not gold: "),
                "models alone made these labels, no person did. What follows says how far models agree with each other, which may be"
                " far more, or on other things, than people would. Passes of one model are not independent of each other. The verdicts"
                " below hold for models only.",
                class_="notice",
            )
        )
    elif kinds.get("model"):
        found.append(
            paragraph(
                tag("strong", "Silver in part: "),
                f"in {plural(kinds['model'], 'article')} of {len(rows):,} models alone made the labels; that models agree does not"
                " mean that people would.",
                class_="notice",
            )
        )
    if corpus.settings.synthetic:
        found.append(
            paragraph(tag("strong", "Synthetic corpus: "), tag("bdi", corpus.settings.synthetic), class_="notice")
        )
    mixed = words(report.guidelines.why)
    if mixed:
        found.append(paragraph(tag("strong", "Guidelines mixed: "), mixed, class_="notice"))
    if not rows:
        found.append(
            paragraph("Nobody has finished an article yet: there are no gold labels, and no agreement to speak of.")
        )
        return found
    articles = len(rows) if report.articles is None else report.articles
    claims = report.claims
    if claims is None:
        claims = sum(len(row.claims) for row in rows)
    method = words(report.aggregation)
    people = Counter(report.annotators.values())
    who = " and ".join(
        plural(people[kind], one, more)
        for kind, one, more in (("human", "person", "people"), ("model", "model", "models"))
        if people[kind]
    )
    open_, settled = report.undecided_labels, report.adjudicated_labels
    sentence = f"{plural(claims, 'claim')} in {plural(articles, 'article')}"
    sentence += f", labelled by {who}" if who else ""
    sentence += f"; labels aggregated by {METHODS.get(method, method)}" if method else ""
    sentence += f"; {plural(open_, 'label')} undecided" if open_ is not None else ""
    sentence += f", {settled:,} settled by adjudication" if settled is not None else ""
    found.append(paragraph(f"{sentence}."))
    why = [
        f"{LAYER_NAMES.get(layer, layer)}: {reason}"
        for layer, reason in (report.aggregation_why_not or {}).items()
        if words(reason)
    ]
    if why:
        found += [paragraph("On these layers the method could not be used, and the majority decided:"), bullets(why)]
    return found


def _next_steps(report: Agreement, progress: Progress) -> Html | None:
    """What a coordinator can do about it."""
    verdicts = verdicts_of_layers(report)
    steps: list[str] = []
    for level, step in (
        ("poor", "train on label_distribution until the guidelines say more; start with the hardest items"),
        ("fair", "discuss the hardest items and the labels that are mixed up, then measure again"),
        ("unknown", "let several annotators label the same articles, so that agreement can be measured"),
    ):
        names = [LAYER_NAMES[layer] for layer, verdict in verdicts.items() if verdict.level == level]
        if names:
            steps.append(f"{', '.join(names).capitalize()}: {step}.")
    if report.undecided_labels:
        steps.append(f"{plural(report.undecided_labels, 'label')} undecided: have them adjudicated.")
    if progress.missing:
        asked = "an annotator" if progress.overlap == 1 else f"{progress.overlap} annotators"
        steps.append(f"{plural(progress.missing, 'annotation')} missing until every article has {asked}.")
    listed = bullets(steps)
    return joined([tag("h3", "What to do next"), listed]) if listed else None


def _origin(corpus: Corpus, report: Agreement) -> Html:
    """From which files the page was made, so that a reader can tell whether it is up to date."""
    digests = [
        f"{name} {value[:16]}"
        for name, value in (("inputs_sha256", report.inputs_sha256), ("gold_sha256", report.gold_sha256))
        if value
    ]
    versions = (
        f"Corpus {corpus.name} {corpus.version}, scheme {corpus.scheme.version}, {corpus.language}, {corpus.license}."
    )
    made = f" Made from agreement.json ({', '.join(digests)}), gold.jsonl and labels/." if digests else ""
    keep = " This page may quote articles: keep it where they may be kept."
    return tag("footer", paragraph(versions, made, keep, class_="quiet"))
