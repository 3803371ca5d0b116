"""From a task with its annotations, as Label Studio gives it, to lines of ``labels/*.jsonl``.

Every annotation gives a line, or a reason why it gives none; what is doubtful within one is named and left out of its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from annotation.studio.convert import decision_of, from_results, stance_of
from annotation.studio.tasks import shown_sha256
from dataset.corpus import Corpus
from dataset.correction.record import NONE, Corrections
from dataset.labels import REPEAT_MARK, Facts, read_claim

Line = dict[str, Any]


class Found(NamedTuple):
    """What came of one annotation, or of a task that cannot be used."""

    name: str  # the annotation's id, or the task's key
    line: Line | None  # None where it is set aside as a whole
    reasons: list[str]


@dataclass(frozen=True)
class Collector:
    """What must be known to read a project's tasks."""

    corpus: Corpus
    facts: Mapping[str, Facts]
    kind: str  # annotator_kind of whoever labelled there
    server: str  # names the server in annotation ids; with the project's number where nothing better is known
    annotator: str  # what an annotator's number on the server is appended to
    kinds: Mapping[
        str, str
    ]  # annotator_kind by annotator, as labels/ has it: nobody becomes a person, or a model, later
    versions: Callable[[Mapping[str, Any], str], tuple[Any, Any]]  # of scheme and guidelines, by task data and time
    corrections: Corrections = NONE  # of texts, for tasks that show the text from before

    def lines(self, task: Mapping[str, Any]) -> Iterator[Found]:
        """A line for every annotation of a task."""
        data, annotations = task.get("data"), task.get("annotations")
        key = data.get("key") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(key, str) or not isinstance(annotations, list):
            yield Found(f"task {task.get('id')}", None, ["it has no key: it was not made by Standpunkt"])
            return
        article = data.get("article_id", key.split(REPEAT_MARK)[0])
        if is_down(self.corpus, task):
            yield Found(
                f"task {key[:60]}", None, ["its article was taken down; standpunkt studio push deletes the task"]
            )
            return
        known = self.facts.get(article) if isinstance(article, str) else None
        if known is None:
            yield Found(f"task {key[:60]}", None, [f"its key {key[:60]!r} is no article of the corpus"])
            return
        known = self._shown(article, data, known)
        if known is None:
            reason = (
                f"the text of task {key} is not the article's (edited on the server?): its {len(annotations)} annotations are set aside;"
                " delete the task there and push again, or put the text back"
            )
            yield Found(f"task {key}", None, [reason])
            return
        authors = [person(one.get("completed_by")) for one in annotations if isinstance(one, dict)]
        for one in annotations:
            if not isinstance(one, dict) or not isinstance(one.get("result"), list):
                yield Found(f"task {key}", None, [f"an annotation of task {key} has no result list"])
                continue
            name = f"{self.server}:{key}:{one.get('id')}"
            doubt = self._doubt(one, authors, key)
            if doubt:
                yield Found(name, None, [doubt])
            else:
                yield self._corrected(self._line(name, task, data, one, known), article)

    def _shown(self, article: str, data: Mapping[str, Any], now: Facts) -> Facts | None:
        """The text that a task shows: the article's, or one that a correction of it was accepted for; None if it is neither."""
        made_on = data.get("text_sha256")
        if not isinstance(made_on, str) or shown_sha256(data) != data.get("shown_sha256", made_on):
            return None
        if made_on == now.text_sha256:
            return now
        steps = self.corrections.steps(article, made_on, now.text_sha256)
        return Facts(steps[0][1].old_length, made_on) if steps else None

    def _corrected(self, found: Found, article: str) -> Found:
        """The same on the article's text, where the task shows the text from before a correction."""
        now = self.facts[article].text_sha256
        if found.line is None or found.line["text_sha256"] == now:
            return found
        line, touched = self.corrections.carry(article, found.line, now) or (None, [])
        reasons = [
            f"{part}: the text was corrected there since: mark it again on the corrected text" for part in touched
        ]
        return Found(found.name, line, [*found.reasons, *reasons])

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
        page = "claim" if "claim_id" in data else "adjudication" if "layer" in data else "article"
        skipped = bool(one.get("was_cancelled"))
        claims: list[dict[str, Any]] = []
        stances: dict[str, str] = {}
        reasons: list[str] = []
        if page == "adjudication":
            decision = decision_of(one["result"], data)
            if not skipped and (decision["label"] is None or decision["reason"] is None):
                return Found(name, None, [f"{data.get('key')}: a decision and a reason are expected"])
        elif page == "article":
            claims, stances, reasons = from_results(one["result"], self.corpus.scheme, known)
        else:
            claims = _verdict(data, one["result"], skipped)
            try:
                read_claim(claims[0], self.corpus.scheme, known.length)
            except ValueError as error:
                return Found(name, None, [str(error)])
        scheme, guidelines = self.versions(data, str(one.get("updated_at") or ""))
        prediction, version = _shown_prediction(task, one)
        line = {
            "annotation_id": name,
            "article_id": data.get("article_id", data["key"]),
            "text_sha256": known.text_sha256,
            "scheme_version": scheme,
            "guidelines_version": guidelines,
            "annotator": self.named(person(one.get("completed_by"))),
            "annotator_kind": self.kind,
            "page": page,
            "status": "skipped" if skipped else "submitted",
            "created": one.get("created_at"),
            "updated": one.get("updated_at"),
            "lead_time": one.get("lead_time"),
            "claims": claims,
            "article_stance": stances,
            "origin": {
                "server": self.server,
                "project": task.get("project"),
                "task": task.get("id"),
                "updated_by": person(one.get("updated_by")),
                "prediction": prediction,
                "prediction_version": version,
            },
        }
        if page == "adjudication":
            line["decision"] = decision
        return Found(name, line, reasons)


def is_down(corpus: Corpus, task: Mapping[str, Any]) -> bool:
    """Whether a task shows an article that was taken down: neither labels nor text of it come home."""
    data = task.get("data")
    key = data.get("key") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(key, str):
        return False
    article = data.get("article_id", key.split(REPEAT_MARK)[0])
    return isinstance(article, str) and article in corpus.tombstones


def person(value: Any) -> int | None:
    """A user's number, whether the server writes it as it is or within the user."""
    number = value.get("id") if isinstance(value, dict) else value
    return number if type(number) is int else None


def _shown_prediction(task: Mapping[str, Any], one: Mapping[str, Any]) -> tuple[Any, Any]:
    """Number and version of the prediction that an annotator began with."""
    listed = task.get("predictions")
    there = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
    number = one.get("parent_prediction")
    if number is None:
        # Label Studio forgets it where a draft was taken up again: what was there before the draft is what was seen.
        began = str(one.get("draft_created_at") or "")
        earlier = [p for p in there if str(p.get("created_at") or "9") < began]
        number = max(earlier, key=lambda p: str(p["created_at"]))["id"] if earlier else None
    return number, next((p.get("model_version") for p in there if p.get("id") == number), None)


def _verdict(data: Mapping[str, Any], result: list[Any], skipped: bool) -> list[dict[str, Any]]:
    """The one claim that the claim page asked about, with the stance that was given."""
    return [
        {
            "id": data.get("claim_id"),
            "start": data.get("start"),
            "end": data.get("end"),
            "claimant": None,
            "actor": None,
            "kind": None,
            "target": data.get("target"),
            "stance": None if skipped else stance_of(result),
            "unclear": False,
        }
    ]
