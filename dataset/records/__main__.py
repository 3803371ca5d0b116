"""``python -m dataset.records``: write ``docs/reference/``."""

from __future__ import annotations

import shutil
from pathlib import Path

from dataset.records.catalogue import FILES
from dataset.records.reference import pages

DOCS = Path(__file__).parents[2] / "docs" / "reference"


def main(folder: Path = DOCS) -> None:
    """Write all pages and schemas over what is there."""
    shutil.rmtree(folder / "schemas", ignore_errors=True)
    (folder / "schemas").mkdir(parents=True)
    for name, text in pages(FILES):
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
