"""``croissant.json``: the release in Croissant 1.1, so that tools that know the format find and read it without ours.

Each config is a record set over its Parquet files, each ClassLabel column refers to an enumeration, ``split`` is read off the file's name.
Addresses are relative to the file itself, so that it holds for a release in any folder; nothing in it says when or where it was made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datasets import ClassLabel, Features, List, Value

from dataset.files import sha256_file
from dataset.records.corpus import Author
from dataset.release.cite import bibtex
from dataset.release.facts import Facts
from dataset.release.licenses import croissant_license
from dataset.release.rai import responsible_ai
from dataset.release.tables import ROWS
from dataset.release.writer import parquet_path
from dataset.schema import CONFIGS
from dataset.splits import SPLITS

NAME = "croissant.json"
PARQUET = "application/x-parquet"
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {"string": "sc:Text", "int64": "cr:Int64", "float64": "cr:Float64", "bool": "sc:Boolean"}
_SPLIT_URLS = {"train": "cr:TrainingSplit", "validation": "cr:ValidationSplit", "test": "cr:TestSplit"}


def croissant_file(folder: Path, facts: Facts, features: dict[str, Features]) -> str:
    """The whole croissant.json of a release whose Parquet files lie in ``folder``."""
    corpus = facts.corpus
    cited = corpus.citation
    days = [row["published"][:10] for row in facts.of("articles") if row["published"]]
    data: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": corpus.name,
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "description": corpus.settings.description or cited.title,
        "alternateName": cited.title if cited.title != corpus.name else None,
        "version": corpus.version,
        "license": croissant_license(facts.license),
        "creator": [_creator(author) for author in cited.authors],
        "datePublished": cited.date,
        "url": cited.url,
        "identifier": f"https://doi.org/{cited.doi}" if cited.doi else None,
        "inLanguage": facts.languages if len(facts.languages) > 1 else facts.languages[0],
        "temporalCoverage": f"{min(days)}/{max(days)}" if days else None,
        "keywords": ["stance detection", "claim detection", "news"],
        "citeAs": bibtex(corpus),
        **responsible_ai(facts),
        "distribution": [*_files(folder), *(_file_set(config) for config in CONFIGS)],
        "recordSet": [
            _split_names(),
            *(_enumeration(facts, *where) for where in _labels(features)),
            *(_record_set(config, features[config]) for config in CONFIGS),
        ],
    }
    return json.dumps({key: value for key, value in data.items() if value}, ensure_ascii=False, indent=1) + "\n"


def _creator(author: Author) -> dict[str, str]:
    kind = "Organization" if author.name else "Person"
    found = {"@type": f"sc:{kind}", "name": author.shown}
    return found | ({"url": f"https://orcid.org/{author.orcid}"} if author.orcid else {})


def _files(folder: Path) -> Iterator[dict[str, Any]]:
    for config in CONFIGS:
        for split in SPLITS:
            path = parquet_path(config, split)
            yield {
                "@type": "cr:FileObject",
                "@id": path,
                "name": path,
                "contentUrl": path,
                "contentSize": f"{(folder / path).stat().st_size} B",
                "encodingFormat": PARQUET,
                "sha256": sha256_file(folder / path),
            }


def _file_set(config: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{config}-files",
        "name": f"{config}-files",
        "description": f"The Parquet files of {config}, one a split.",
        "encodingFormat": PARQUET,
        "includes": f"{config}/*.parquet",
    }


def _split_names() -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": [_plain("splits/name", "sc:Text"), _plain("splits/url", "sc:URL")],
        "data": [{"splits/name": split, "splits/url": _SPLIT_URLS[split]} for split in SPLITS],
    }


def _labels(features: dict[str, Features]) -> Iterator[tuple[str, str, ClassLabel]]:
    for config in CONFIGS:
        for column, feature in features[config].items():
            if isinstance(feature, ClassLabel):
                yield config, column, feature


def _enumeration(facts: Facts, config: str, column: str, feature: ClassLabel) -> dict[str, Any]:
    """The labels of a column: the number that stands in the Parquet file, and what it means."""
    id_ = _enumeration_id(config, column)
    means = facts.corpus.scheme.meanings(config, column)
    return {
        "@type": "cr:RecordSet",
        "@id": id_,
        "name": id_,
        "description": f"The labels of {config}.{column}.",
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{id_}/value"},
        "field": [
            _plain(f"{id_}/value", "cr:Int64"),
            _plain(f"{id_}/name", "sc:Text"),
            _plain(f"{id_}/description", "sc:Text"),
        ],
        "data": [
            {f"{id_}/value": number, f"{id_}/name": name, f"{id_}/description": means.get(name, "")}
            for number, name in enumerate(feature.names)
        ],
    }


def _record_set(config: str, features: Features) -> dict[str, Any]:
    split = {
        **_plain(f"{config}/split", "sc:Text"),
        "source": {
            "fileSet": {"@id": f"{config}-files"},
            "extract": {"fileProperty": "fullpath"},
            # mlcroissant applies it twice where it joins: to the path, and to what it took from it.
            "transform": {"regex": f"^(?:{config}/)?({'|'.join(SPLITS)})(?:-.*)?$"},
        },
        "references": {"field": {"@id": "splits/name"}},
    }
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": f"A record is {ROWS[config]}.",
        "key": {"@id": f"{config}/id"},
        "field": [split, *(_field(config, column, (), feature) for column, feature in features.items())],
    }


def _field(config: str, column: str, inside: tuple[str, ...], feature: Any) -> dict[str, Any]:
    """A column, or what lies ``inside`` it: structs have sub-fields, lists are arrays."""
    id_ = "/".join((config, column, *inside))
    if isinstance(feature, List):
        return {**_field(config, column, inside, feature.feature), "isArray": True, "arrayShape": "-1"}
    if isinstance(feature, dict):
        below = [_field(config, column, (*inside, name), one) for name, one in feature.items()]
        return {**_plain(id_, None), "subField": below}
    source: dict[str, Any] = {"fileSet": {"@id": f"{config}-files"}, "extract": {"column": column}}
    if inside:
        source["transform"] = {"jsonPath": ".".join(inside)}
    if isinstance(feature, ClassLabel):
        enumeration = _enumeration_id(config, column)
        return {
            **_plain(id_, ["cr:Int64", "cr:Label"]),
            "source": source,
            "references": {"field": {"@id": f"{enumeration}/value"}},
        }
    assert isinstance(feature, Value), feature  # noqa: S101
    return {**_plain(id_, _TYPES[feature.dtype]), "source": source}


def _plain(id_: str, type_: Any) -> dict[str, Any]:
    field = {"@type": "cr:Field", "@id": id_, "name": id_.rpartition("/")[2]}
    return field | ({"dataType": type_} if type_ else {})


def _enumeration_id(config: str, column: str) -> str:
    return f"{config}.{column}"
