"""A corpus folder under ``seeds/``: its settings, its articles, its ledger. Nothing here reads an article's text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from dataset.citation import FIELDS as CITATION_FIELDS
from dataset.citation import Citation, read_citation
from dataset.errors import CorpusError, Rejected, by_place
from dataset.files import read_jsonl, read_toml, write_jsonl
from dataset.scheme import Scheme, read_scheme
from dataset.splits import QUARANTINE, SPLITS, Entry
from dataset.takedown.tombstones import HASHED, Tombstone, hashed, read_tombstones
from dataset.withheld import read_withheld

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_VERSION = re.compile(r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)")
_PUBLISHED = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_URL = re.compile(r"https?://[!-~]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FIELDS = {
    "name",
    "version",
    "language",
    "license",
    "labels_license",
    "rights_holder",
    "text",
    "splits",
    "withhold",
    "annotation",
    "description",
    "synthetic",
}
_FIELDS |= CITATION_FIELDS
AGGREGATIONS = ("majority", "dawid_skene", "mace")


@dataclass(frozen=True)
class Source:
    """An article as the corpus lists it: where its text is, and what is known of it."""

    id: str
    path: Path
    file: str
    outlet: str | None
    published: str | None  # 2024, 2024-10 or 2024-10-31
    language: str
    agencies: tuple[str, ...]
    license: str
    text_sha256: str | None  # of the canonical text, where recorded
    length: int | None  # code points of the canonical text, where recorded
    rights_holder: str | None = None
    url: str | None = None  # where it was published


@dataclass(frozen=True)
class Corpus:
    """The settings of a corpus, its scheme, and its articles in order of their ids."""

    path: Path
    name: str
    version: str
    language: str
    license: str
    external: bool
    synthetic: str | None
    description: str
    ratios: dict[str, float]
    annotation: dict[str, Any]
    citation: Citation
    scheme: Scheme
    sources: tuple[Source, ...]
    rejected: tuple[Rejected, ...]
    ledger: dict[str, Entry]
    tombstones: dict[str, Tombstone]
    labels_license: str | None = None  # of labels and offsets, where that is not the texts'
    withheld: frozenset[str] = frozenset()  # articles that stay out of releases for now

    @property
    def down(self) -> frozenset[str]:
        """Articles that were taken down."""
        return frozenset(self.tombstones)

    @property
    def held(self) -> set[str]:
        """Articles that were released and must be there."""
        return {id_ for id_ in self.ledger if not id_.startswith(HASHED)} - self.down


def read_corpus(path: Path, texts: Path | None = None) -> Corpus:
    """Read a corpus folder.

    Args:
        path: ``seeds/CORPUS``.
        texts: for a corpus with ``text = "external"``, the folder that holds the texts; without it their paths are those of
            ``articles/``, and whoever needs the text finds it missing.

    Raises:
        CorpusError: a file is missing or broken; names the file and the field.
    """
    if not path.is_dir():
        raise CorpusError(f"{path}: no such corpus folder; standpunkt new {path} --from PATH makes one")
    settings = path / "corpus.toml"
    data = read_toml(settings)
    _check_settings(settings, data)
    external = data.get("text", "included") == "external"
    if texts is not None and not texts.is_dir():
        raise CorpusError(f"{texts}: no such folder of texts")
    defaults = {key: data.get(key) for key in ("language", "license", "rights_holder")}
    manifest, rejected = _read_manifest(path / "manifest.jsonl", defaults, texts or path / "articles")
    if external and not manifest:
        raise CorpusError(f'{path / "manifest.jsonl"}: missing or empty, but text = "external" needs it')
    sources = manifest if external else _with_files(path / "articles", manifest, rejected, defaults)
    ledger = read_ledger(path / "ledger.jsonl")
    down = _tombstones(path / "tombstones.jsonl", {*manifest, *sources, *ledger})
    withheld = read_withheld(settings, data, {*manifest, *sources, *ledger, *down, *(one.id for one in rejected)})
    rejected = [one for one in rejected if one.id not in down]
    for id_ in sorted(set(down) & set(sources)):
        what = f"its line in {path / 'manifest.jsonl'}" if external else "the file"
        reason = f"taken down (tombstones.jsonl): it cannot come back; remove {what}"
        rejected.append(Rejected("article", id_, sources.pop(id_).file, None, reason))
    return Corpus(
        path=path,
        name=data["name"],
        version=data["version"],
        language=data["language"],
        license=data["license"],
        external=external,
        synthetic=data.get("synthetic"),
        description=data.get("description", ""),
        ratios={name: float(data["splits"].get(name, 0)) for name in SPLITS},
        annotation=data.get("annotation", {}),
        citation=read_citation(settings, data),
        scheme=read_scheme(path / "scheme.toml"),
        sources=tuple(sorted(sources.values(), key=lambda source: source.id)),
        rejected=tuple(sorted(rejected, key=by_place)),
        ledger=ledger,
        tombstones=down,
        labels_license=data.get("labels_license"),
        withheld=withheld,
    )


def _tombstones(path: Path, known: set[str]) -> dict[str, Tombstone]:
    """The tombstones of a corpus; one that is gone would let its article come back."""
    down = read_tombstones(path, known)
    lost = {id_ for id_ in known if id_.startswith(HASHED)} - {hashed(id_) for id_ in down}
    if lost:
        raise CorpusError(
            f"{path}: {len(lost)} articles of ledger.jsonl were taken down and have no tombstone here; restore the file"
        )
    return down


def read_ledger(path: Path) -> dict[str, Entry]:
    """Read a ledger; entry by article id.

    Raises:
        CorpusError: a line is broken or an article stands twice.
    """
    ledger: dict[str, Entry] = {}
    for number, row in read_jsonl(path):
        try:
            entry = Entry(**row)
        except TypeError:
            raise CorpusError(
                f"{path}:{number}: article_id, split, cluster_id and since_version are expected"
            ) from None
        for field, good, what in (
            ("article_id", isinstance(entry.article_id, str), "an article's id"),
            ("split", entry.split in (*SPLITS, QUARANTINE), f"one of {', '.join(SPLITS)}, {QUARANTINE}"),
            ("cluster_id", isinstance(entry.cluster_id, str), "a text"),
            ("since_version", _is_version(entry.since_version), 'a version such as "1.0.0"'),
        ):
            if not good:
                raise CorpusError(f"{path}:{number}: {field}: {what} is expected")
        if entry.article_id in ledger:
            raise CorpusError(
                f"{path}:{number}: article {entry.article_id} stands twice; the ledger is append-only: restore it"
            )
        ledger[entry.article_id] = entry
    return ledger


def check_id(id_: str) -> str | None:
    """Say why this can be no article id, or None."""
    if not id_ or len(id_) > 200:
        return "an id has 1 to 200 characters"
    if id_.startswith(HASHED):
        return f"an id does not begin with {HASHED}: rename the file"
    if any(char in "/\\#" or unicodedata.category(char)[0] == "C" for char in id_):
        return "an id holds no slash, # or control character: rename the file"
    return None


def _check_settings(path: Path, data: dict[str, Any]) -> None:
    def need(key: str, good: bool, what: str) -> None:
        if not good:
            raise CorpusError(f"{path}: {key}: {what} is expected, not {data.get(key)!r}")

    unknown = sorted(set(data) - _FIELDS)
    if unknown:
        raise CorpusError(f"{path}: unknown field {unknown[0]!r}; known are {', '.join(sorted(_FIELDS))}")
    for key in ("name", "version", "language", "license", *(["labels_license"] if "labels_license" in data else [])):
        value = data.get(key)
        need(key, isinstance(value, str) and bool(value) and value.isprintable(), "a text of one line")
    need("name", bool(_NAME.fullmatch(data["name"])), "lower-case letters, digits, . _ and -")
    need("version", bool(_VERSION.fullmatch(data["version"])), 'a version such as "1.0.0"')
    need("language", bool(_LANGUAGE.fullmatch(data["language"])), 'a code such as "de" or "de-AT"')
    need("text", data.get("text", "included") in ("included", "external"), '"included" or "external"')
    splits = data.get("splits")
    numbers = isinstance(splits, dict) and all(
        isinstance(share, int | float) and share >= 0 for share in splits.values()
    )
    need(
        "splits",
        isinstance(splits, dict) and numbers and set(splits) <= set(SPLITS) and abs(sum(splits.values()) - 1) < 1e-6,
        "{train = 0.7, validation = 0.15, test = 0.15}, summing to 1,",
    )
    for key in ("description", "synthetic", "rights_holder"):
        need(key, isinstance(data.get(key, ""), str), "a text")
    annotation = data.get("annotation", {})
    need("annotation", isinstance(annotation, dict), "a table")
    overlap, share = annotation.get("overlap", 1), annotation.get("repeat_share", 0)
    fields = (
        ("overlap", type(overlap) is int and overlap >= 1, "a whole number of annotators"),
        ("repeat_share", type(share) in (int, float) and 0 <= share <= 1, "a share between 0 and 1"),
        ("aggregation", annotation.get("aggregation", "majority") in AGGREGATIONS, f"one of {', '.join(AGGREGATIONS)}"),
        ("guidelines_version", _is_version(annotation.get("guidelines_version", "1.0.0")), 'a string such as "1.0.0"'),
    )
    unknown = sorted(set(annotation) - {key for key, *_ in fields})
    if unknown:
        known = ", ".join(sorted(key for key, *_ in fields))
        raise CorpusError(f"{path}: annotation: unknown field {unknown[0]!r}; known are {known}")
    for key, good, what in fields:
        if not good:
            raise CorpusError(f"{path}: annotation.{key}: {what} is expected, not {annotation[key]!r}")


def _is_version(value: object) -> bool:
    return isinstance(value, str) and _VERSION.fullmatch(value) is not None


def _read_manifest(path: Path, defaults: dict[str, Any], texts: Path) -> tuple[dict[str, Source], list[Rejected]]:
    sources: dict[str, Source] = {}
    rejected: list[Rejected] = []
    for number, row in read_jsonl(path):
        id_ = row.get("id", "")
        problem = _manifest_problem(row)
        if problem is None and id_ in sources:
            problem = "id stands twice in the manifest; keep one line"
        if problem:
            rejected.append(Rejected("article", str(id_), path.name, number, problem))
            continue
        sources[id_] = Source(
            id=id_,
            path=texts / row["file"],
            file=row["file"],
            outlet=row.get("outlet"),
            published=row.get("published"),
            language=row.get("language") or defaults["language"],
            agencies=tuple(row.get("agencies") or ()),
            license=row.get("license") or defaults["license"],
            rights_holder=row.get("rights_holder") or defaults["rights_holder"],
            text_sha256=row.get("text_sha256"),
            length=row.get("length"),
            url=row.get("url"),
        )
    return sources, rejected


def _manifest_problem(row: dict[str, Any]) -> str | None:
    id_, file = row.get("id"), row.get("file")
    if not isinstance(id_, str) or check_id(id_):
        return f"id: {check_id(id_) if isinstance(id_, str) else 'a text is expected'}"
    # A name from data never leads out of the folder of texts. (Texts in subfolders are found by listing, not by this name.)
    if not isinstance(file, str) or not file or ".." in Path(file).parts or Path(file).is_absolute() or "\\" in file:
        return "file: a file name is expected"
    for key in ("outlet", "language", "license", "rights_holder", "published"):
        if not isinstance(row.get(key), str | None):
            return f"{key}: a text is expected"
    if row.get("language") and not _LANGUAGE.fullmatch(row["language"]):
        return 'language: a code such as "de" or "de-AT" is expected'
    if row.get("published") is not None and not _is_date(row["published"]):
        return "published: YYYY, YYYY-MM or YYYY-MM-DD is expected"
    if row.get("text_sha256") is not None and not _SHA256.fullmatch(str(row["text_sha256"])):
        return "text_sha256: 64 hexadecimal digits are expected"
    if row.get("url") is not None and not (isinstance(row["url"], str) and _URL.fullmatch(row["url"])):
        return "url: an address that begins with http:// or https:// is expected"
    agencies = row.get("agencies")
    if agencies is not None and not (isinstance(agencies, list) and all(isinstance(name, str) for name in agencies)):
        return "agencies: a list of texts is expected"
    return None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return bool(_PUBLISHED.fullmatch(text))


def _with_files(
    folder: Path, manifest: dict[str, Source], rejected: list[Rejected], defaults: dict[str, Any]
) -> dict[str, Source]:
    """The articles of a corpus that holds its texts: every text file, with its manifest line where it has one."""
    by_file = {source.file: source for source in manifest.values()}
    sources: dict[str, Source] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.suffix.lower() != ".txt" or path.name.startswith("."):
            continue
        file = path.relative_to(folder).as_posix()
        id_ = by_file[file].id if file in by_file else unicodedata.normalize("NFC", path.stem)
        problem = check_id(id_)
        if problem is None and id_ in sources:
            problem = f"duplicate id: {sources[id_].file} has it too; rename one of them"
        if problem:
            rejected.append(Rejected("article", id_, f"articles/{file}", None, problem))
            continue
        blank = Source(id_, path, file, None, None, agencies=(), text_sha256=None, length=None, **defaults)
        # A text that moved into a subfolder is still the article of its id, with what is known of it.
        known = by_file.get(file) or manifest.get(id_)
        sources[id_] = replace(known, path=path, file=file) if known else blank
    for source in manifest.values():
        if source.id not in sources:
            reason = f"no file of that name in {folder}; put it back, or remove its line from manifest.jsonl"
            rejected.append(Rejected("article", source.id, source.file, None, reason))
    return sources


STUDIO = "Label Studio"  # the file of what was set aside on a server


def list_rejected(path: Path, rejected: Collection[Rejected], *, studio: str | None = None) -> Path:
    """Bring ``rejected.jsonl`` of a corpus up to date: what this run set aside, and the files that never came into the corpus.

    Args:
        path: the corpus folder.
        rejected: what this run set aside.
        studio: what this run looked at on the server ("label", "task"); else what was set aside there stays on the list.

    Returns:
        The list's path; there is no file where nothing is on it.
    """
    file = path / "rejected.jsonl"
    # What a server has that is doubtful only a look at the server can settle: it stays until the next one.
    kept = [row for _, row in read_jsonl(file) if row.get("kind") == "file" or row.get("file") == STUDIO]
    rows = [row for row in kept if (row.get("file"), row.get("kind")) != (STUDIO, studio)]
    rows += [one.to_json() for one in rejected]
    if rows:
        write_jsonl(file, rows)
    else:
        file.unlink(missing_ok=True)
    return file


def record_texts(path: Path, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Record the hash of every released text in ``manifest.jsonl``, so that a later change of it is noticed.

    Args:
        path: the corpus folder.
        found: by article id, ``id, file, text_sha256, length``; lines that have a hash stay as they are.
    """
    file = path / "manifest.jsonl"
    rows = [row for _, row in read_jsonl(file)]
    listed = {row["id"] for row in rows if isinstance(row.get("id"), str)}
    known = listed & set(found)
    changed = [
        row for row in rows if row.get("text_sha256") is None and isinstance(row.get("id"), str) and row["id"] in known
    ]
    for row in changed:
        row.update({key: found[row["id"]][key] for key in ("text_sha256", "length")})
    new = [dict(found[id_]) for id_ in sorted(set(found) - listed)]
    if new or changed:
        write_jsonl(file, [*rows, *new])
