"""From a task with its annotations, as Label Studio gives it, to lines of ``labels/*.jsonl``.

Every annotation gives a line, or a reason why it gives none; what is doubtful within one is named and left out of its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import UNSET, UnsetType

from annotation.studio.convert import Converted, decision_of, from_results, stance_of
from annotation.studio.offsets import Unit, count_spans, in_code_points, read_offsets, refusal
from annotation.studio.tasks import shown_sha256
from dataset.corpus import Corpus
from dataset.correction.record import NONE, Corrections
from dataset.labels import REPEAT_MARK, Facts, check_claim
from dataset.records.labels import Annotation, Claim, Decision, Origin, Page
from dataset.records.record import convert, plain
from dataset.records.types import AnnotatorKind

LARGEST = 1 << 63  # numbers of a database
LONGEST_NAME = 200  # characters of a model's or a version's name


class Found(NamedTuple):
    """What came of one annotation, or of a task that cannot be used."""

    name: str  # the annotation's id, or the task's key
    line: Annotation | None  # None if it is rejected as a whole
    reasons: list[str]


@dataclass(frozen=True)
class Collector:
    """What must be known to read a project's tasks."""

    corpus: Corpus
    facts: Mapping[str, Facts]
    kind: AnnotatorKind  # of the annotators there
    server: str  # names the server in annotation ids; with the project's number where nothing better is known
    annotator: str  # what an annotator's number on the server is appended to
    kinds: Mapping[
        str, str
    ]  # annotator_kind by annotator, as labels/ has it: nobody becomes a person, or a model, later
    versions: Callable[[Mapping[str, Any], str], tuple[Any, Any]]  # of scheme and guidelines, by task data and time
    unit: Unit = Unit.code_points  # what the offsets of spans count
    foreign: frozenset[Unit] = frozenset()  # what those of other annotations of this export are known to count
    corrections: Corrections = NONE  # of texts, for tasks that show the text from before

    def lines(self, task: Mapping[str, Any]) -> Iterator[Found]:
        """A line for every annotation of a task."""
        data, annotations = task.get("data"), task.get("annotations")
        key = data.get("key") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(key, str):
            reason = "it has no key: it was not made by Standpunkt"
            yield Found(f"task {_number(task.get('id'))}", None, [reason])
            return
        short = key[:60]
        unusable = self._unusable(task, data, key)
        if unusable or not isinstance(annotations, list):
            yield Found(f"task {short}", None, [unusable or "annotations: a list is expected"])
            return
        known = self._made_on(data) or self.facts[article_of(data)]
        authors = [person(one.get("completed_by")) for one in annotations if isinstance(one, dict)]
        for one in annotations:
            if not isinstance(one, dict) or not isinstance(one.get("result"), list):
                yield Found(f"task {short}", None, [f"an annotation of task {short} has no result list"])
                continue
            name = f"{self.server}:{key}:{one.get('id')}"
            doubt = _malformed(one) or self._doubt(one, authors, short)
            if doubt:
                yield Found(name[:LONGEST_NAME], None, [doubt])
                continue
            try:
                yield self._corrected(self._line(name, task, data, one, known), article_of(data))
            except ValueError as error:
                yield Found(name, None, [str(error)])

    def _unusable(self, task: Mapping[str, Any], data: Mapping[str, Any], key: str) -> str | None:
        """Return why nothing of a task can be used; None if it can be used."""
        short = key[:60]
        if is_down(self.corpus, task):
            return "its article was taken down; standpunkt studio push deletes the task"
        known = self.facts.get(article_of(data))
        if known is None:
            return f"its key {short!r} is no article of the corpus"
        made_on = self._made_on(data)
        shown = data.get("text_sha256") if _page(data) == "article" else data.get("shown_sha256")
        if made_on is None or shown_sha256(data) != shown:
            annotations = task.get("annotations")
            number = len(annotations) if isinstance(annotations, list) else 0
            return (
                f"the text of task {short} is not the article's (edited on the server?): its {number} annotations are rejected;"
                " delete the task there and push again, or put the text back"
            )
        start, end = data.get("start"), data.get("end")
        if _page(data) != "article" and not (start is None and end is None):
            good = type(start) is int and type(end) is int and end - start == len(str(data.get("claim")))
            if not good or (_page(data) == "claim" and not isinstance(data.get("claim_id"), str)):
                return f"the claim of task {short} is not the one that was pushed: delete the task there and push again"
        return None

    def _made_on(self, data: Mapping[str, Any]) -> Facts | None:
        """Return the text that a task claims to show: the article's, or one from before an accepted correction; None for any other."""
        now, sha256 = self.facts[article_of(data)], data.get("text_sha256")
        if sha256 == now.text_sha256 or not isinstance(sha256, str):
            return now if sha256 == now.text_sha256 else None
        steps = self.corrections.steps(article_of(data), sha256, now.text_sha256)
        return Facts(steps[0][1].old_length, sha256) if steps else None

    def _corrected(self, found: Found, article: str) -> Found:
        """The same on the article's text, where the task shows the text from before a correction."""
        now = self.facts[article].text_sha256
        if found.line is None or found.line.text_sha256 == now:
            return found
        row, touched = self.corrections.carry(article, plain(found.line), now) or (None, [])
        reasons = [
            f"{part}: the text was corrected there since: mark it again on the corrected text" for part in touched
        ]
        return Found(found.name, None if row is None else convert(row, Annotation), [*found.reasons, *reasons])

    def named(self, number: int | None) -> str:
        """A pseudonym: the user's number on the server, never a name or an address."""
        return f"{self.annotator}{number}"

    def _doubt(self, one: Mapping[str, Any], authors: list[int | None], key: str) -> str | None:
        author, editor = person(one.get("completed_by")), person(one.get("updated_by"))
        if author is None:
            return "nobody is named who made it (an account that was deleted?): what came home of it before stays"
        if editor is not None and editor != author:
            who = self.named(author)
            return f"{self.named(editor)} changed it after {who} made it: ask {who} to check it and submit it again"
        recorded = self.kinds.get(self.named(author), self.kind)
        if recorded != self.kind:
            return f"labels/ has {self.named(author)} as {recorded}, not {self.kind}: call again with --annotator-kind {recorded}"
        if authors.count(author) > 1:
            return f"{self.named(author)} annotated task {key} {authors.count(author)} times: delete all but one"
        return None

    def _line(
        self, name: str, task: Mapping[str, Any], data: Mapping[str, Any], one: Mapping[str, Any], known: Facts
    ) -> Found:
        page = _page(data)
        skipped = one.get("was_cancelled") is True
        found = Converted([], {}, [], [])
        decision: Decision | UnsetType = UNSET
        if page == "adjudication":
            decision = decision_of(one["result"], data)
            if not skipped and (decision.label is None or decision.reason is None):
                return Found(name, None, [f"{str(data.get('key'))[:60]}: a decision and a reason are expected"])
        elif page == "article":
            found = self._marks(one["result"], str(data.get("text")), known)
        else:
            found.claims.append(_verdict(data, one["result"], skipped))
            check_claim(found.claims[0], self.corpus.scheme, Facts(known.length, known.text_sha256))
        reasons = list(found.problems)
        if lead_time(one) is None and one.get("lead_time") is not None:
            reasons.append("lead_time: a number of seconds is expected; not imported")
        scheme, guidelines = map(_short_text, self.versions(data, str(one.get("updated_at") or "")))
        prediction, version = _shown_prediction(task, one)
        line = Annotation(
            annotation_id=name,
            article_id=data.get("article_id") or data["key"],
            text_sha256=known.text_sha256,
            scheme_version=scheme,
            guidelines_version=guidelines,
            annotator=self.named(person(one.get("completed_by"))),
            annotator_kind=self.kind,
            page=page,
            status="skipped" if skipped else "submitted",
            created=one.get("created_at"),
            updated=one.get("updated_at"),
            lead_time=lead_time(one),
            claims=tuple(found.claims),
            lost=tuple(found.lost) or UNSET,
            article_stance=found.stances,
            origin=Origin(
                server=self.server,
                project=_number(task.get("project")),
                task=_number(task.get("id")),
                updated_by=person(one.get("updated_by")),
                prediction=prediction,
                prediction_version=version,
            ),
            decision=decision,
        )
        return Found(name, line, reasons)

    def _marks(self, results: list[Any], text: str, known: Facts) -> Converted:
        """The claims and stances of the article page.

        Raises:
            ValueError: its spans contradict the text.
        """
        reason = refusal(read_offsets(results, text, self.unit), count_spans(results), self.foreign, self.unit)
        if reason:
            raise ValueError(reason)
        return from_results(in_code_points(results, text, self.unit), self.corpus.scheme, known, text)


def article_of(data: Mapping[str, Any]) -> str:
    """Return the article that a task is about; "" if it is not given."""
    key = data.get("key")
    article = data.get("article_id", key.split(REPEAT_MARK)[0] if isinstance(key, str) else None)
    return article if isinstance(article, str) else ""


def is_down(corpus: Corpus, task: Mapping[str, Any]) -> bool:
    """Whether a task shows an article that was taken down: neither labels nor text of it come home."""
    data = task.get("data")
    return isinstance(data, dict) and isinstance(data.get("key"), str) and article_of(data) in corpus.tombstones


def person(value: Any) -> int | None:
    """A user's number, whether the server writes it as it is or within the user."""
    return _number(value.get("id") if isinstance(value, dict) else value)


def lead_time(one: Mapping[str, Any]) -> float | None:
    """Return the seconds of work on an annotation; None if there is no such number."""
    value = one.get("lead_time")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LARGEST:
        return None
    return value


def _number(value: Any) -> int | None:
    """Return a number that the server assigned; None if the value is not a number."""
    return value if type(value) is int and 0 <= value < LARGEST else None


def _short_text(value: Any) -> str | None:
    return value[:LONGEST_NAME] if isinstance(value, str) else None


def _page(data: Mapping[str, Any]) -> Page:
    return "claim" if "claim_id" in data else "adjudication" if "layer" in data else "article"


def _malformed(one: Mapping[str, Any]) -> str | None:
    """Return which field of an annotation has a value that Label Studio never writes; None if all are usual."""
    if _number(one.get("id")) is None:
        return "id: a whole number is expected"
    if type(one.get("was_cancelled")) not in (bool, type(None)):
        return "was_cancelled: true or false is expected"
    for field in ("created_at", "updated_at", "draft_created_at"):
        value = one.get(field)
        try:
            datetime.fromisoformat(value if value is not None else "2000-01-01")
        except (TypeError, ValueError):
            return f"{field}: a time is expected"
    return None


def _shown_prediction(task: Mapping[str, Any], one: Mapping[str, Any]) -> tuple[int | None, str | None]:
    """Number and version of the prediction that an annotator began with."""
    listed = task.get("predictions")
    there = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
    number = _number(one.get("parent_prediction"))
    if number is None:
        # Label Studio forgets it where a draft was taken up again: what was there before the draft is what was seen.
        began = str(one.get("draft_created_at") or "")
        earlier = [p for p in there if str(p.get("created_at") or "9") < began]
        number = _number(max(earlier, key=lambda p: str(p["created_at"])).get("id")) if earlier else None
    version = next((p.get("model_version") for p in there if number is not None and p.get("id") == number), None)
    return number, _short_text(version)


def _verdict(data: Mapping[str, Any], result: list[Any], skipped: bool) -> Claim:
    """The claim that the claim page asked about, with the stance that was given."""
    asked = {"id": data.get("claim_id"), **{name: data.get(name) for name in ("start", "end", "target")}}
    return convert({**asked, "stance": None if skipped else stance_of(result)}, Claim)
