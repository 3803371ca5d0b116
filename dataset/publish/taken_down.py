"""Articles of a release that were taken down later: found in the corpus, in other releases next to it, and at the destination.

An article is the same if it has the id and the corpus's name, or if it has the text under whatever id and in any typography (of a release
without texts the hashes alone are known). The ledger names it by the hash of its id where tombstones are missing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from dataset.errors import CorpusError, ReleaseError, StandpunktError, printable
from dataset.files import read_jsonl, read_toml
from dataset.fold import folded_sha256
from dataset.publish.place import Place
from dataset.publish.secrecy import PlaceError
from dataset.records.ledger import HASHED
from dataset.records.release import Manifest
from dataset.records.tombstone import Tombstone
from dataset.release.manifest import LEDGER, NAME, TOMBSTONES, read_head, read_manifest
from dataset.release.writer import parquet_path
from dataset.splits import SPLITS
from dataset.takedown.tombstones import Graveyard, hashed, read_tombstones

_SHOWN = 50  # articles that are named


@dataclass(frozen=True)
class _List:
    """List of what was taken down, and where it is."""

    where: str
    ours: bool  # of the same corpus, so that its ids are ours
    stones: tuple[Tombstone, ...]
    hashes: frozenset[str] = frozenset()  # of ids, from a ledger


def refuse_taken_down(release: Path, corpus: Path | None = None) -> None:
    """Refuse to publish a release that holds an article that was taken down since, as far as the folders around it know.

    Args:
        release: the folder of the release.
        corpus: the folder of its corpus; without it corpora in the folders around are looked at.

    Raises:
        CorpusError: the corpus is another one.
        ReleaseError: an article was taken down; names it, the tombstone, and what to do. Or a list of tombstones cannot be read.
    """
    manifest = read_manifest(release)
    name = _whole(manifest)
    _refuse(release, manifest, [*_corpora(release, name, corpus), *_releases(release, name)])


def refuse_taken_down_there(release: Path, place: Place) -> None:
    """Refuse to publish a release that holds an article of which the newest release at its destination has a tombstone.

    Raises:
        ReleaseError: an article was taken down.
    """
    with TemporaryDirectory() as folder, suppress(PlaceError):
        stones, ledger = Path(folder, "tombstones.jsonl"), Path(folder, "ledger.jsonl")
        for path, file in ((stones, TOMBSTONES), (ledger, LEDGER)):
            path.write_bytes(place.newest(file) or b"")
        found: Iterable[Tombstone] = ()
        with suppress(StandpunktError):
            found = read_tombstones(stones).values()
        there = _List(f"{TOMBSTONES} of the newest release at the destination", True, tuple(found), _hashes(ledger))
        _refuse(release, read_manifest(release), [there])


def _refuse(release: Path, manifest: Manifest, lists: Iterable[_List]) -> None:
    found: dict[str, str] = {}
    lists = list(lists)
    folded = _folded(release) if any(stone.folded_sha256 for one in lists for stone in one.stones) else {}
    for one in lists:
        graves = Graveyard(one.stones)
        by_id = {stone.article_id: stone for stone in one.stones} if one.ours else {}
        for id_, entry in manifest.articles.items():
            stone = by_id.get(id_) or graves.same(entry.text_sha256, folded=folded.get(id_))
            if stone is not None:
                found.setdefault(id_, _line(release, id_, stone, one.where))
            elif one.ours and hashed(id_) in one.hashes:
                line = f"{release}: article {printable(id_)} was taken down (in the ledger next to {one.where}, by the hash of its id)"
                found.setdefault(id_, line)
    if found:
        more = [f"and {len(found) - _SHOWN} more articles"] if len(found) > _SHOWN else []
        advice = (
            f"{release}: publish a version that was built after the takedown, and delete this one; nothing is published"
        )
        raise ReleaseError(*list(found.values())[:_SHOWN], *more, advice)


def _line(release: Path, id_: str, stone: Tombstone, where: str) -> str:
    what = "" if stone.article_id == id_ else f" as {printable(stone.article_id)}"
    when = f" on {printable(stone.date)}" if stone.date else ""
    since = f"; releases from {printable(stone.version)} on are without it" if stone.version else ""
    return f"{release}: article {printable(id_)} was taken down{what}{when} ({where}){since}"


def _folded(release: Path) -> dict[str, str | None]:
    """The hash of every text in any typography, by article id; of those that are there."""
    columns = (
        pq.read_table(release / parquet_path("articles", split), columns=["id", "text"]).to_pydict() for split in SPLITS
    )
    texts = (pair for one in columns for pair in zip(one["id"], one["text"], strict=True))
    return {id_: folded_sha256(text) for id_, text in texts if text}


def _whole(manifest: Manifest) -> str:
    """The name of a release's corpus, also of a part (NAME.only-LICENCE)."""
    return manifest.part.of if manifest.part else manifest.name


def _corpora(release: Path, name: str, corpus: Path | None) -> Iterator[_List]:
    if corpus is not None:
        known = read_toml(corpus / "corpus.toml").get("name")
        if known != name:
            raise CorpusError(
                f"{corpus}: is the corpus {known!r}, and the release is of {name!r}: give the folder of {name!r}"
            )
        yield _of_corpus(corpus, ours=True)
        return
    # Releases are built in OUT/NAME/VERSION; a corpus is next to OUT, in seeds/, or around OUT.
    bases = (Path.cwd(), *list(release.resolve().parents)[:4])
    patterns = ("corpus.toml", "*/corpus.toml", "seeds/*/corpus.toml")
    found = {path.resolve(): path for base in bases for pattern in patterns for path in sorted(base.glob(pattern))}
    for settings in found.values():
        yield _of_corpus(settings.parent, ours=_name_of(settings) == name)


def _name_of(settings: Path) -> str:
    """The name of a corpus; the folder's if its settings cannot be read."""
    try:
        return str(tomllib.loads(settings.read_text(encoding="utf-8-sig"))["name"])
    except (OSError, ValueError, KeyError, RecursionError):
        return settings.parent.name


def _of_corpus(corpus: Path, *, ours: bool) -> _List:
    path = corpus / "tombstones.jsonl"
    hashes = _hashes(corpus / "ledger.jsonl") if ours else frozenset()
    return _List(str(path), ours, tuple(_stones(path, ours)), hashes)


def _releases(release: Path, name: str) -> Iterator[_List]:
    """Find releases next to this one: in its folder, and in the others of the same OUT, parts and renamed folders included."""
    here = release.resolve()
    patterns = (f"*/{NAME}", f"*/*/{NAME}")
    found = {
        path for folder in (here.parent, here.parent.parent) for pattern in patterns for path in folder.glob(pattern)
    }
    for path in sorted(found - {here / NAME}):
        folder = path.parent
        try:
            ours = _whole(read_head(folder)) == name
        except ReleaseError:
            ours = folder.parent == here.parent
        yield _List(
            str(folder / TOMBSTONES),
            ours,
            tuple(_stones(folder / TOMBSTONES, ours)),
            _hashes(folder / LEDGER) if ours else frozenset(),
        )


def _stones(path: Path, ours: bool) -> Iterable[Tombstone]:
    try:
        return read_tombstones(path).values()
    except StandpunktError as error:
        if not ours:
            return ()  # a corpus that has nothing to do with this release keeps nothing from being published
        raise ReleaseError(
            *error.lines,
            f"{path}: fix or move it: without it a release may hold what was taken down; nothing is published",
        ) from None


def _hashes(path: Path) -> frozenset[str]:
    """The articles that a ledger names by the hash of their id; a line that cannot be read names none."""
    ids = (row.get("article_id") for _, row in read_jsonl(path, lambda *_: None))
    return frozenset(id_ for id_ in ids if isinstance(id_, str) and id_.startswith(HASHED))
