"""The house rules that a machine can hold."""

from __future__ import annotations

import ast
import re
from importlib.metadata import distributions
from pathlib import Path

ROOMS = {
    "dataset": set(),
    "annotation": {"dataset"},
    "baselines": {"dataset"},
    "standpunkt": {"dataset", "annotation", "baselines"},
}


def sources(root: Path) -> list[Path]:
    """All modules that ship."""
    return [path for room in ROOMS for path in sorted((root / room).rglob("*.py"))]


def test_imports_run_downwards(root: Path) -> None:
    """annotation and baselines use dataset, dataset uses nothing of ours, and only standpunkt uses all three."""
    for path in sources(root):
        room = path.relative_to(root).parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                top = name.split(".")[0]
                if top in ROOMS and top != room:
                    assert top in ROOMS[room], f"{path} imports {name}"


def test_files_are_short(root: Path) -> None:
    """Under 400 lines each, tests too."""
    for path in [*sources(root), *(root / "tests").rglob("*.py")]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines < 400, f"{path}: {lines} lines"


def test_no_function_is_named_like_its_module(root: Path) -> None:
    """``from x import x`` hides one of the two."""
    for path in sources(root):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        same = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} & {path.stem}
        assert not same, f"{path}: {same}"


def test_no_name_collides(root: Path) -> None:
    """No dependency ships our three names, and no top-level module of ours has a name of theirs."""
    assert not set(ROOMS) & {"datasets", "evaluate", "statistics"}
    for distribution in distributions():
        if distribution.metadata["Name"] == "standpunkt":
            continue
        tops = {Path(str(file)).parts[0] for file in distribution.files or []}
        assert not tops & (set(ROOMS) | {f"{room}.py" for room in ROOMS}), distribution.metadata["Name"]


def test_no_registry_host_and_no_machine_path(root: Path) -> None:
    """Neither in code nor in documents."""
    bad = re.compile("py" + r"pi\.org|python" + r"hosted|registry\." + r"npmjs|/ro" + r"ot/|/wo" + r"rk/")
    files = [
        root / name
        for name in (
            "README.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
            "DATASHEET.md",
            "pyproject.toml",
            "constraints.txt",
        )
    ]
    for path in [
        *files,
        *sources(root),
        *(path for path in (root / "docs").rglob("*") if path.is_file()),
        *(root / ".ci").glob("*"),
        *(root / "tests").rglob("*.py"),
    ]:
        assert not bad.search(path.read_text(encoding="utf-8")), path


def test_every_public_function_says_what_it_does(root: Path) -> None:
    """A docstring on every module, and on every function that is not private."""
    for path in sources(root):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path}: {node.name}"
