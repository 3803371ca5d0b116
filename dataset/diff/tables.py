"""The rows of two releases side by side, in DuckDB: a hash a row is joined first, and values are read where hashes differ.

Nothing here grows with the releases but files in a temporary folder: joins and sorts beyond the limit of memory go there.
"""

# ruff: noqa: S608 - column names, labels and paths come from the releases: each goes through _name, _text or _path

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from datasets import ClassLabel, Features, Value

from dataset.diff.sides import Side
from dataset.errors import ReleaseError
from dataset.release.manifest import LEDGER, REUSE
from dataset.release.writer import Row, parquet_path
from dataset.schema import CONFIGS, article_column
from dataset.splits import SPLITS
from dataset.standoff.quoting import FREE, QUOTE, by_place

MEMORY = "256MB"
PAGE, BATCH = 5_000, 1_000
# Text never leaves the database: of any other column than these only whether it is null, and a hash to compare.
SHOWN = frozenset(
    "id article_id claim_id outlet published language agencies license rights_holder url source_file text_sha256 cluster_id blocks"
    " start end claimant_start claimant_end context_start context_end kind target stance label claim claim_ids votes label_distribution"
    " annotator_kind adjudicated adjudicator".split()
)
# Text of the article, and the column that tells when it is another.
_CUT: dict[str, dict[str, str]] = {
    "articles": {"text": "text_sha256", "title": "blocks"},
    "sentences": {"text": "start"},
    "claims": {"text": "start", "claimant": "claimant_start"},
    "stance": {"text": "claim_id", "claimant": "claim_id", "context": "context_start"},
    "article_stance": {},
}
# As many words as a quote has, as DuckDB finds them.
_QUOTING = rf"([\pL\pN_]+[^\pL\pN_]+){{{QUOTE - 1}}}[\pL\pN_]"


@dataclass(frozen=True)
class Pair:
    """A row that is not the same in both releases."""

    id: str
    article_id: str
    status: str  # added, removed or changed
    splits: tuple[str | None, str | None]
    follows: bool  # the text of its article changed as well
    rows: Mapping[str, int]  # of an article that came or went: rows by config
    old: Row
    new: Row


def shared_columns(old: Features, new: Features) -> list[str]:
    """The columns that both releases have, of types whose values can be compared."""
    return [name for name in old if name in new and _comparable(old[name], new[name])]


def _comparable(a: Any, b: Any) -> bool:
    if isinstance(a, ClassLabel | dict) or isinstance(b, ClassLabel | dict):
        text = [isinstance(one, ClassLabel) or one == Value("string") for one in (a, b)]
        return all(text) or (isinstance(a, dict) and isinstance(b, dict))
    return bool(a == b)


@contextmanager
def comparing(old: Side, new: Side) -> Iterator[Tables]:
    """The two releases, joined.

    Raises:
        ReleaseError: they cannot be read or joined.
    """
    with TemporaryDirectory(prefix="standpunkt-diff-") as folder:
        settings = {
            "memory_limit": MEMORY,
            "threads": 2,
            "temp_directory": folder,
            "preserve_insertion_order": False,
        }
        try:
            with duckdb.connect(config=settings) as connection:
                yield Tables(connection, old, new)
        except duckdb.OutOfMemoryException:
            raise ReleaseError(
                f"{old.path} and {new.path}: no room to compare them in {Path(folder).parent}: free some, or set TMPDIR"
            ) from None
        except duckdb.Error as error:
            raise ReleaseError(
                f"{old.path} and {new.path}: cannot be compared ({type(error).__name__}); standpunkt verify says what is wrong with them"
            ) from None


class Tables:
    """What differs, config by config, without any text."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, old: Side, new: Side) -> None:
        self._db = connection
        self._pages = connection.cursor()
        self._sides = (old, new)
        self._selects: dict[str, tuple[str, str]] = {}
        self._columns: dict[str, list[str]] = {}
        for config in CONFIGS:
            self._join(config)
        # Rows of an article that came or went go with it.
        self._db.execute("CREATE TABLE gone AS SELECT id FROM articles WHERE status <> 'changed'")
        counts = " UNION ALL ".join(
            f"SELECT article_id, '{config}' AS config, count(*) AS n FROM {config} SEMI JOIN gone ON article_id = gone.id GROUP BY ALL"
            for config in CONFIGS[1:]
        )
        self._db.execute(
            "CREATE TABLE counts AS SELECT article_id, map(list(config ORDER BY config), list(n ORDER BY config)) AS rows"
            f" FROM ({counts}) GROUP BY article_id"
        )
        for config in CONFIGS[1:]:
            self._db.execute(f"DELETE FROM {config} WHERE article_id IN (SELECT id FROM gone)")
        self._db.execute(f"CREATE TABLE retexted AS {self._retexted()}")

    def pairs(self, config: str) -> Iterator[Pair]:
        """The rows of a config that are not the same in both, by article and id."""
        keys = (
            f"SELECT d.*, r.id IS NOT NULL AS follows, c.rows FROM {config} d LEFT JOIN retexted r ON d.article_id = r.id"
            " LEFT JOIN counts c ON d.id = c.article_id ORDER BY d.article_id, d.id"
        )
        for page in self._db.sql(keys).to_arrow_reader(PAGE):
            yield from self._page(config, page)

    def _page(self, config: str, page: pa.RecordBatch) -> Iterator[Pair]:
        """The values of some rows that follow each other: a sort of all values would not fit."""
        columns = self._columns[config]
        reach = pc.min_max(page["article_id"]).as_py()
        # Rows lie in the order of their articles, so that a page is read from few row groups.
        old, new = (
            f"(SELECT * FROM ({select}) WHERE in_article BETWEEN {_text(reach['min'])} AND {_text(reach['max'])}"
            " AND row_id IN (SELECT id FROM page))"
            for select in self._selects[config]
        )
        values = ", ".join(
            f"{side}.{_name(column)} AS {_name(f'{side}:{column}')}" for side in "on" for column in columns
        )
        query = (
            f"SELECT page.*, {values} FROM page LEFT JOIN {old} o ON page.id = o.row_id LEFT JOIN {new} n ON page.id = n.row_id"
            " ORDER BY page.article_id, page.id"
        )
        self._pages.register("page", page)
        for row in _stream(self._pages, query):
            sides = ({}, {}) if row["status"] != "changed" else tuple(_side(row, side, columns) for side in "on")
            yield Pair(
                row["id"],
                row["article_id"],
                row["status"],
                (row["old_split"], row["new_split"]),
                row["follows"],
                dict(row["rows"] or {}),
                *sides,
            )

    def ledger(self) -> Iterator[tuple[str, Row | None, Row | None]]:
        """Ledger lines that are not the same, where no row tells of it: id, old and new entry."""
        told = "article_id IN (SELECT id FROM articles) AND o.v.since_version = n.v.since_version"
        yield from self._lines(LEDGER, ("article_id",), ("split", "cluster_id", "since_version"), told)

    def reuse(self) -> Iterator[tuple[str, Row | None, Row | None]]:
        """Links that are not the same between articles that neither came nor went."""
        yield from self._lines(
            REUSE, ("a", "b"), ("cluster_id", "shared_sentences", "sentence_share", "gram_containment"), "false"
        )

    def removed(self, ids: Collection[str]) -> set[str]:
        """Those of these articles that the older release has and the newer one has not."""
        query = "SELECT id FROM articles WHERE status = 'removed' AND id IN (SELECT unnest($ids::VARCHAR[]))"
        return {row[0] for row in self._db.execute(query, {"ids": list(ids)}).fetchall()}

    def _join(self, config: str) -> None:
        features = [side.features[config] for side in self._sides]
        # A question is compared target by target, a text by its hash, what is cut out of it by its place: so releases without text
        # differ in the same things as those with it.
        cut = {column for column, place in _CUT[config].items() if all(place in one for one in features)}
        known = {"id", "question", *cut}
        columns = [name for name in shared_columns(*features) if name not in known]
        self._columns[config] = columns
        selects = []
        for side, (mine, other) in zip(self._sides, (features, features[::-1]), strict=True):
            values = [f"{_canonical(_name(name), mine[name], other[name])} AS {_name(name)}" for name in columns]
            shown = [value if name in SHOWN else f"CASE WHEN {_name(name)} IS NOT NULL THEN hash({_name(name)}) END"
                     f" AS {_name(name)}" for name, value in zip(columns, values, strict=True)]  # fmt: skip
            selects.append(
                f"SELECT id AS row_id, {article_column(config)} AS in_article, in_split, {', '.join(shown)}"
                f" FROM {self._placed(side, config)}"
            )
        self._selects[config] = (selects[0], selects[1])
        hashed = f"hash({', '.join(map(_name, columns))})" if columns else "0"
        old, new = (f"(SELECT row_id, in_article, in_split, {hashed} AS h FROM ({select}))" for select in selects)
        moved = "OR o.in_split <> n.in_split" if config == "articles" else ""
        self._db.execute(
            f"CREATE TABLE {config} AS SELECT coalesce(n.row_id, o.row_id) AS id,"
            " coalesce(n.in_article, o.in_article) AS article_id,"
            " CASE WHEN o.row_id IS NULL THEN 'added' WHEN n.row_id IS NULL THEN 'removed' ELSE 'changed' END AS status,"
            " o.in_split AS old_split, n.in_split AS new_split"
            f" FROM {old} o FULL JOIN {new} n ON o.row_id = n.row_id"
            f" WHERE o.row_id IS NULL OR n.row_id IS NULL OR o.h <> n.h {moved}"
        )

    def _placed(self, side: Side, config: str) -> str:
        """The rows of a config, what people wrote freely as a release without text has it: what quotes the article, by place."""
        source, columns = _source(side, config), [name for name in FREE[config] if name in side.features[config]]
        if not columns or "text" not in side.features["articles"]:
            return source
        long = " OR ".join(
            f"length({name}) >= {2 * QUOTE - 1} AND regexp_matches({name}, '{_QUOTING}')" for name in columns
        )
        if not self._db.execute(f"SELECT count(*) FROM {source} WHERE {long}").fetchall()[0][0]:
            return source  # as with most corpora: no article is read for it
        table = f"{'old' if side is self._sides[0] else 'new'}_placed_{config}"
        self._db.execute(f"CREATE TABLE {table} (id VARCHAR, {', '.join(f'{name} VARCHAR' for name in columns)})")
        query = (
            f"SELECT r.id, {', '.join(f'r.{name}' for name in columns)}, a.text FROM (SELECT * FROM {source} WHERE {long}) r"
            f" JOIN {_source(side, 'articles')} a ON r.article_id = a.id WHERE a.text IS NOT NULL"
        )
        for page in self._db.sql(query).to_arrow_reader(BATCH):
            placed = [[row["id"], *(_by_place(row[name], row["text"]) for name in columns)] for row in page.to_pylist()]
            self._pages.register("placed", pa.table(list(zip(*placed, strict=True)), names=["id", *columns]))
            self._pages.execute(f"INSERT INTO {table} SELECT * FROM placed")
        values = ", ".join(f"coalesce(p.{name}, r.{name}) AS {name}" for name in columns)
        return f"(SELECT r.* REPLACE ({values}) FROM {source} r LEFT JOIN {table} p ON r.id = p.id)"

    def _retexted(self) -> str:
        if "text_sha256" not in self._columns["articles"]:
            return "SELECT id FROM articles WHERE false"
        old, new = self._selects["articles"]
        return (
            f"SELECT d.id FROM articles d JOIN ({old}) o ON d.id = o.row_id JOIN ({new}) n ON d.id = n.row_id"
            " WHERE o.text_sha256 <> n.text_sha256"
        )

    def _lines(
        self, file: str, key: tuple[str, ...], values: tuple[str, ...], told: str
    ) -> Iterator[tuple[str, Row | None, Row | None]]:
        """Full join of a file of JSON lines with its older self."""
        types = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in (*key, *values)) + "}"
        packed = ", ".join(f"{name} := {name}" for name in values)
        sides = [
            f"(SELECT {', '.join(key)}, struct_pack({packed}) AS v FROM read_json({_path(side.path / file)},"
            f" format = 'newline_delimited', columns = {types}))"
            for side in self._sides
        ]
        gone = " OR ".join(f"{name} IN (SELECT id FROM gone)" for name in key)
        query = (
            f"SELECT concat_ws('–', {', '.join(key)}) AS id, o.v AS old, n.v AS new"
            f" FROM {sides[0]} o FULL JOIN {sides[1]} n USING ({', '.join(key)})"
            f" WHERE o.v IS DISTINCT FROM n.v AND NOT ({gone}) AND NOT coalesce({told}, false) ORDER BY {', '.join(key)}"
        )
        for row in _stream(self._db, query):
            yield row["id"], row["old"], row["new"]

    def questions(self) -> list[str]:
        """The targets whose question is not the same in both."""
        found: list[dict[str, set[str]]] = [{}, {}]
        for config in ("stance", "article_stance"):
            if all("question" in side.features[config] for side in self._sides):
                for side, into in zip(self._sides, found, strict=True):
                    target = _canonical("target", side.features[config]["target"], side.features[config]["target"])
                    query = f"SELECT DISTINCT {target} AS target, md5(question) AS q FROM {_source(side, config)}"
                    for row in _stream(self._db, query):
                        into.setdefault(str(row["target"]), set()).add(str(row["q"]))
        return sorted(target for target in found[0].keys() & found[1].keys() if found[0][target] != found[1][target])


def _by_place(said: str | None, text: str) -> str | None:
    try:
        return said and by_place(said, text)
    except ValueError:  # holds marks of its own, so that there is no release without text
        return said


def _stream(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[Row]:
    for batch in connection.sql(query).to_arrow_reader(BATCH):
        yield from batch.to_pylist()


def _side(row: Mapping[str, Any], side: str, columns: list[str]) -> Row:
    return {column: row[f"{side}:{column}"] for column in columns}


def _source(side: Side, config: str) -> str:
    parts = (
        f"SELECT *, '{split}' AS in_split FROM read_parquet({_path(side.path / parquet_path(config, split))})"
        for split in SPLITS
    )
    return f"({' UNION ALL BY NAME '.join(parts)})"


def _canonical(column: str, mine: Any, other: Any) -> str:
    """A value that is the same in both releases where it says the same: labels by name, no share where a scheme lacks the label."""
    if isinstance(mine, ClassLabel):
        return f"list_extract([{', '.join(map(_text, mine.names))}]::VARCHAR[], {column}::INTEGER + 1)"
    if not isinstance(mine, dict):
        return column
    fields = []
    for name in sorted(set(mine) | set(other)):
        value = f"{column}.{_name(name)}"
        if (name in mine) != (name in other) and isinstance(mine.get(name, other.get(name)), dict):
            continue  # a whole table of shares that one release lacks
        if name not in mine:
            value = "0.0::DOUBLE"
        elif name not in other:
            value = f"coalesce({value}, 0)"
        else:
            value = _canonical(value, mine[name], other[name])
        fields.append(f"{_name(name)} := {value}")
    return f"CASE WHEN {column} IS NOT NULL THEN struct_pack({', '.join(fields)}) END"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _path(path: Path) -> str:
    """A path as DuckDB has it, where * and ? and [ would mean other files."""
    return _text("".join(f"[{char}]" if char in "*?[" else char for char in str(path)))
