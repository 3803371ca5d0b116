"""All files that have a record, in the order in which they are met."""

from __future__ import annotations

from dataset.records.agreement import Agreement
from dataset.records.articles import Article
from dataset.records.corpus import CorpusSettings
from dataset.records.correction import Correction
from dataset.records.diff import DiffHead, DiffSummary
from dataset.records.gold import Gold
from dataset.records.labels import Annotation
from dataset.records.ledger import LedgerEntry
from dataset.records.predictions import Input, Prediction
from dataset.records.probes import Probes
from dataset.records.pull import Aside, PullState
from dataset.records.quotes import Quotes
from dataset.records.reference import File
from dataset.records.rejected import Rejected
from dataset.records.release import Manifest, SharedText
from dataset.records.run import Run
from dataset.records.scheme import SchemeFile
from dataset.records.scores import Scores
from dataset.records.standoff import AnchorLine, HydratedArticle, HydratedSpan
from dataset.records.suggestions import Suggestions
from dataset.records.tombstone import Tombstone

_PEOPLE, _BUILD = "people; `standpunkt new` writes a first version", "`standpunkt build`"
_EVALUATE = "`standpunkt evaluate` and `standpunkt score`"

FILES = (
    File("CORPUS/corpus.toml", CorpusSettings, written=_PEOPLE),
    File("CORPUS/scheme.toml", SchemeFile, written=_PEOPLE),
    File("CORPUS/manifest.jsonl", Article, written=f"{_PEOPLE}; `standpunkt build` adds hashes and lengths"),
    File("CORPUS/ledger.jsonl", LedgerEntry, written=_BUILD, also="RELEASE/splits/ledger.jsonl"),
    File("CORPUS/tombstones.jsonl", Tombstone, written="`standpunkt takedown`", also="RELEASE/tombstones.jsonl"),
    File("CORPUS/corrections.jsonl", Correction, written="`--accept-correction` of `standpunkt gold` and `build`"),
    File("CORPUS/rejected.jsonl", Rejected, written="every command that reads a corpus", also="RELEASE/rejected.jsonl"),
    File("CORPUS/labels/NAME.jsonl", Annotation, written="`standpunkt studio pull` and `import`"),
    File("CORPUS/quotes/ANNOTATOR/ARTICLE.toml", Quotes, written="people; `python -m annotation.quotes` reads it"),
    File("CORPUS/.raw/PROJECT/state.json", PullState, written="`standpunkt studio pull`"),
    File("CORPUS/.raw/PROJECT/aside.jsonl", Aside, written="`standpunkt studio pull`"),
    File("suggestions.jsonl", Suggestions, written="users, for `standpunkt studio push --suggest`"),
    File("CORPUS/gold.jsonl", Gold, written="`standpunkt gold`; people may edit it"),
    File("CORPUS/agreement.json", Agreement, written="`standpunkt gold`"),
    File("CORPUS/probes.json", Probes, written="`python -m baselines.probe`"),
    File("RELEASE/manifest.json", Manifest, written=_BUILD),
    File("RELEASE/splits/reuse.jsonl", SharedText, written=_BUILD),
    File("RELEASE/diffs/VERSION.jsonl, first line", DiffHead, written=f"{_BUILD} and `standpunkt diff --json`"),
    File("RELEASE/diffs/VERSION.jsonl, last line", DiffSummary, written=f"{_BUILD} and `standpunkt diff --json`"),
    File("RELEASE/anchors.jsonl", AnchorLine, written="`standpunkt build --profile standoff`"),
    File("RELEASE/hydration.jsonl, articles", HydratedArticle, written="`standpunkt hydrate`"),
    File("RELEASE/hydration.jsonl, spans", HydratedSpan, written="`standpunkt hydrate`"),
    File("inputs.jsonl", Input, written="`standpunkt evaluate --inputs`"),
    File("RUN/predictions.jsonl", Prediction, written=f"{_EVALUATE}; users, for `standpunkt score`"),
    File("RUN/run.json", Run, written=_EVALUATE),
    File("RUN/scores.json", Scores, written=_EVALUATE),
)
