"""A wheel in an environment of its own: the README's main job without a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


def run(*command: object, cwd: Path) -> str:
    """Run a command without what this environment would add to it; return its output."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, cwd=cwd, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the files that the repository tracks."""
    folder = tmp_path_factory.mktemp("wheel")
    run("git", "clone", "--quiet", root, folder / "clone", cwd=folder)
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, folder / "clone", cwd=folder)
    return next(folder.glob("*.whl"))


def test_demo(wheel: Path, tmp_path: Path) -> None:
    """It copies the sample corpus to a folder that can be written, and prints the leaderboard and where everything is."""
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "env", cwd=tmp_path)
    packages = next((tmp_path / "env" / "lib").glob("python*/site-packages"))
    # Dependencies come from here. An editable install of ours does not: the .pth files of that folder are not read.
    here = [path for path in sys.path if Path(path).name == "site-packages"]
    (packages / "dependencies.pth").write_text("\n".join(here) + "\n", encoding="utf-8")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    python = tmp_path / "env" / "bin" / "python"
    where = run(python, "-c", "import standpunkt; print(standpunkt.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(packages)
    said = run(python, "-m", "standpunkt", "demo", cwd=tmp_path)
    words = ("claim_detection", "stance", "majority", "tfidf_logreg", "tfidf_svm", "95 % interval", "load_dataset(")
    assert [word for word in words if word not in said] == []
    assert (tmp_path / "dist" / "sample" / "1.0.0" / "manifest.json").exists()
    assert (tmp_path / "seeds" / "sample" / "corpus.toml").exists()
    assert not (packages / "standpunkt" / "shipped" / "sample" / ".lock").exists()


def test_what_the_wheel_contains(wheel: Path) -> None:
    """Types are announced, guidelines and scheme template are inside, and nothing that was generated."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"standpunkt/py.typed", "annotation/guidelines.md", "dataset/scheme_template.toml"} <= names
    shipped = {name.removeprefix("standpunkt/shipped/sample/") for name in names if "/shipped/" in name}
    assert {"corpus.toml", "scheme.toml", "manifest.jsonl", "gold.jsonl", "articles/s001.txt"} <= shipped
    assert not {name for name in shipped if name.startswith((".", "report", "dist"))}
