"""Publishing to a Hugging Face Hub and fetching from it: a real one on loopback, by the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dataset.build import build_release
from dataset.release.verify import verify_release
from tests.dataset.publish.conftest import hub_environment
from tests.hub import SIGNATURE, TOKEN, Hub, running
from tests.make import Cli, article, cli, snapshot, write_corpus

NAME = "lab/news"


def test_two_versions(hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path) -> None:
    """Each is a tag that holds the release and nothing else; both come back byte for byte, the older one after the newer one too."""
    for version, release in releases.items():
        done = command("publish", release, NAME)
        assert done.returncode == 0, done.stderr
        assert f"{NAME}@v{version}: published" in done.stdout
        repository = hub.repositories[NAME]
        tree = repository.commits[repository.tags[f"v{version}"]]
        assert {path: data for path, data in tree.items() if path != ".gitattributes"} == snapshot(release)
    assert repository.private
    for version, release in releases.items():
        done = command("fetch", f"{NAME}@{version}", "--out", tmp_path / "dist")
        assert done.returncode == 0, done.stderr
        got = tmp_path / "dist" / "news" / version
        assert snapshot(got) == snapshot(release)
        assert f'load_dataset("{got}", "claims")' in done.stdout
        assert verify_release(got) == []


def test_again_is_no_change(hub: Hub, command: Cli, releases: dict[str, Path]) -> None:
    """A complete version says so, status 0, and nothing is written; also for an older one once a newer one is there."""
    for release in releases.values():
        assert command("publish", release, NAME).returncode == 0
    before = len(hub.repositories[NAME].commits), dict(hub.repositories[NAME].tags)
    for release in releases.values():
        done = command("publish", release, NAME)
        assert (done.returncode, "published already, complete" in done.stdout) == (0, True)
    assert (len(hub.repositories[NAME].commits), hub.repositories[NAME].tags) == before


def test_a_dry_run_changes_nothing(hub: Hub, command: Cli, releases: dict[str, Path]) -> None:
    """It lists what would be uploaded and deleted, and the tag; for a repository that is there it lists the difference only."""
    done = command("publish", releases["1.0.0"], NAME, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert not hub.repositories
    for file in [*json.loads((releases["1.0.0"] / "manifest.json").read_bytes())["files"], "manifest.json"]:
        assert f"upload  {file}\n" in done.stdout
    assert "tagged v1.0.0" in done.stdout
    assert command("publish", releases["1.0.0"], NAME).returncode == 0
    more = json.loads(command("publish", releases["1.1.0"], NAME, "--dry-run", "--json").stdout)
    changed = {
        file for file, data in snapshot(releases["1.1.0"]).items() if data != snapshot(releases["1.0.0"]).get(file)
    }
    assert set(more["upload"]) == changed
    assert more["tag"] == "v1.1.0"
    assert list(hub.repositories[NAME].tags) == ["v1.0.0"]


def test_a_tag_is_never_moved(hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path) -> None:
    """Other content under the same version is refused; so is a tag that somebody moved."""
    other = other_release(tmp_path, "1.0.0")
    assert command("publish", releases["1.0.0"], NAME).returncode == 0
    refused = command("publish", other, NAME)
    assert (refused.returncode, "other content" in refused.stderr) == (1, True)
    repository = hub.repositories[NAME]
    repository.tags["v1.0.0"] = next(iter(repository.commits))
    refused = command("publish", releases["1.0.0"], NAME)
    assert (refused.returncode, "other content" in refused.stderr) == (1, True)


def test_what_may_not_be_published(hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path) -> None:
    """A damaged release; an older version after a newer one; into a repository that holds something else."""
    broken = tmp_path / "1.0.0"
    shutil.copytree(releases["1.0.0"], broken)
    (broken / "README.md").write_text("nothing", encoding="utf-8")
    done = command("publish", broken, NAME)
    assert (done.returncode, "README.md: changed" in done.stderr, hub.repositories) == (1, True, {})
    assert command("publish", releases["1.1.0"], NAME).returncode == 0
    done = command("publish", releases["1.0.0"], NAME)
    assert (done.returncode, "cannot follow a newer one" in done.stderr) == (1, True)
    done = command("publish", other_release(tmp_path, "2.0.0"), NAME)
    assert (done.returncode, "holds releases of 'news', not 'other'" in done.stderr) == (1, True)
    hub.repositories[NAME].commit({"data.csv": b"a,b\n", ".gitattributes": b""})
    done = command("publish", releases["1.1.0"], "lab/" + "x")
    assert done.returncode == 0
    hub.repositories["lab/x"].tags.clear()
    hub.repositories["lab/x"].commit({"data.csv": b"a,b\n"})
    done = command("publish", releases["1.1.0"], "lab/x")
    assert (done.returncode, "holds something else" in done.stderr) == (1, True)


def other_release(folder: Path, version: str) -> Path:
    """A release of another corpus."""
    corpus = write_corpus(folder / "other", {f"b{i}": article(90 + i) for i in range(4)}, version=version)
    return build_release(corpus, out=folder / "others").path


@pytest.mark.parametrize(
    ("dies", "after"),
    [
        (("PUT", "/lfs/", 1), False),
        (("PUT", "/lfs/", 4), False),
        (("POST", "/commit/", 1), False),
        (("POST", "/commit/", 1), True),
        (("POST", "/tag/", 1), False),
        (("POST", "/tag/", 1), True),
    ],
    ids=["first file", "fourth file", "before the commit", "after the commit", "before the tag", "after the tag"],
)
def test_a_hub_that_dies(
    hub: Hub, command: Cli, releases: dict[str, Path], dies: tuple[str, str, int], *, after: bool
) -> None:
    """No tag stands on half of a version, the version before still does, and the next publish completes what is missing."""
    assert command("publish", releases["1.0.0"], NAME).returncode == 0
    hub.dies, hub.dies_after = dies, after
    done = command("publish", releases["1.1.0"], NAME)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert SIGNATURE.split("=")[1] not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    repository = hub.repositories[NAME]
    for tag, commit in repository.tags.items():
        tree = {path: data for path, data in repository.commits[commit].items() if path != ".gitattributes"}
        assert tree == snapshot(releases[tag[1:]])
    assert ("v1.1.0" in repository.tags) == (dies[1] == "/tag/" and after)
    stored = set(repository.lfs)
    with running(hub.repositories) as revived:
        done = command("publish", releases["1.1.0"], NAME, at=revived)
        assert done.returncode == 0, done.stderr
        sent = {line.rpartition("/")[2] for line in revived.requests if line.startswith("PUT")}
        assert not sent & stored
        assert set(repository.tags) == {"v1.0.0", "v1.1.0"}
        tree = repository.commits[repository.tags["v1.1.0"]]
        assert {path: data for path, data in tree.items() if path != ".gitattributes"} == snapshot(releases["1.1.0"])
        assert "complete" in command("publish", releases["1.1.0"], NAME, at=revived).stdout


def test_offline(hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path) -> None:
    """What was fetched and is whole is used without network, and only that: never another version, never a damaged one."""
    out = tmp_path / "dist"
    for release in releases.values():
        assert command("publish", release, NAME).returncode == 0
    assert command("fetch", f"{NAME}@1.0.0", "--out", out).returncode == 0
    for without in ({"at": None}, {"HF_HUB_OFFLINE": "1"}):
        done = command("fetch", f"{NAME}@1.0.0", "--out", out, **without)
        assert done.returncode == 0, done.stderr
        assert "is whole, and is used" in done.stderr
        done = command("fetch", f"{NAME}@1.1.0", "--out", out, **without)
        assert (done.returncode, "not fetched before" in done.stderr) == (1, True)
        assert "Traceback" not in done.stderr
    assert not (out / "news" / "1.1.0").exists()
    path = out / "news" / "1.0.0" / "tombstones.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    done = command("fetch", f"{NAME}@1.0.0", "--out", out, at=None)
    assert (done.returncode, "nothing to use offline" in done.stderr) == (1, True)
    assert command("fetch", f"{NAME}@1.0.0", "--out", out).returncode == 0
    assert snapshot(out / "news" / "1.0.0") == snapshot(releases["1.0.0"])


def test_a_wrong_file_is_named_and_nothing_is_kept(
    hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path
) -> None:
    """One byte of a file on the hub, a file too many, one too few, another version under the tag, a path that leads out."""
    assert command("publish", releases["1.0.0"], NAME).returncode == 0
    repository = hub.repositories[NAME]
    good = repository.commits[repository.tags["v1.0.0"]]
    path = "claims/train-00000-of-00001.parquet"
    flipped = bytes([good[path][0] ^ 1]) + good[path][1:]
    missing = {name: data for name, data in good.items() if name != path}
    for tree, said in (
        ({**good, path: flipped}, f"{path}: changed"),
        ({**good, "more.txt": b"x"}, "more.txt: not in manifest.json"),
        (missing, f"{path}: missing"),
        (snapshot(releases["1.1.0"]), "is of version 1.1.0"),
        ({**good, "../../escaped.txt": b"x"}, "escaped"),
    ):
        repository.tags["v1.0.0"] = repository.commit(tree)
        done = command("fetch", f"{NAME}@1.0.0", "--out", tmp_path / "dist")
        assert done.returncode == 1, said
        assert said in done.stderr
        assert not list((tmp_path / "dist" / "news").glob("[!.]*"))
        assert not list((tmp_path / "dist" / "news").glob(".[!l]*"))
        assert not list(tmp_path.rglob("escaped*"))


def test_what_is_not_there(hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path) -> None:
    """A version, a repository; another release in the place of the one to be fetched stays as it is."""
    assert command("publish", releases["1.0.0"], NAME).returncode == 0
    done = command("fetch", f"{NAME}@3.0.0", "--out", tmp_path)
    assert (done.returncode, "has no version 3.0.0; its tags: v1.0.0" in done.stderr) == (1, True)
    done = command("fetch", "lab/nothing@1.0.0", "--out", tmp_path)
    assert (done.returncode, "no such dataset there" in done.stderr) == (1, True)
    other = other_release(tmp_path, "1.0.0")
    shutil.copytree(other, tmp_path / "dist" / "news" / "1.0.0")
    done = command("fetch", f"{NAME}@1.0.0", "--out", tmp_path / "dist")
    assert (done.returncode, "another release stands there" in done.stderr) == (1, True)
    assert snapshot(tmp_path / "dist" / "news" / "1.0.0") == snapshot(other)


def test_no_token_and_a_wrong_one(hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path) -> None:
    """Refused in one line that repeats no secret; a private repository is not seen."""
    wrong = "hf_" + "wRoNgWrOnG" * 3
    for token in ("", wrong):
        done = command("publish", releases["1.0.0"], NAME, HF_TOKEN=token)
        assert (done.returncode, len(done.stderr.splitlines()), "refused: the token" in done.stderr) == (1, 1, True)
        assert wrong not in done.stderr + done.stdout
    assert command("publish", releases["1.0.0"], NAME).returncode == 0
    done = command("fetch", f"{NAME}@1.0.0", "--out", tmp_path, HF_TOKEN="")
    assert (done.returncode, "no such dataset there" in done.stderr) == (1, True)
    assert TOKEN not in done.stderr


def test_a_signed_address_is_not_repeated(hub: Hub, releases: dict[str, Path], tmp_path: Path) -> None:
    """Where the store behind the hub refuses a file, in a process of its own: one line, without the signature and the token."""
    hub.forbids = "/lfs/"
    done = cli("publish", releases["1.0.0"], NAME, env=hub_environment(hub, tmp_path / "home"))
    assert (done.returncode, len(done.stderr.splitlines()), "refused" in done.stderr) == (1, 1, True), done.stderr
    assert SIGNATURE.split("=")[1] not in done.stderr + done.stdout
    assert TOKEN not in done.stderr + done.stdout


FULL = """
import shutil, sys
from collections import namedtuple
shutil.disk_usage = lambda path: namedtuple("Usage", "total used free")(1, 1, 0)
import standpunkt
standpunkt.main()
"""


def test_a_full_disk_is_one_line(hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path, root: Path) -> None:
    """What huggingface_hub says of every file, with its own source, is nothing for a user; what does not fit is raised."""
    assert command("publish", releases["1.0.0"], NAME).returncode == 0
    out = str(tmp_path / "dist")
    done = subprocess.run(
        [sys.executable, "-c", FULL, "fetch", f"{NAME}@1.0.0", "--out", out],
        env=hub_environment(hub, tmp_path / "home", PYTHONPATH=str(root)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "target", ["news", "lab/news/more", "../x", "https://name:secret@host/news", "s3://b/n?x=secret"]
)
def test_what_is_no_target(target: str, command: Cli, releases: dict[str, Path]) -> None:
    """Status 2, and nothing of it is repeated that may be a secret."""
    done = command("publish", releases["1.0.0"], target)
    assert (done.returncode, "secret" in done.stderr) == (2, False)
    assert command("fetch", f"{target}@1.0.0").returncode == 2
    assert command("fetch", "lab/news").returncode == 2


LOAD = """
from datasets import load_dataset
for version, number in (("v1.0.0", 12), ("v1.1.0", 16)):
    articles = load_dataset("lab/news", "articles", revision=version)
    assert sum(map(len, articles.values())) == number, articles
    claims = load_dataset("lab/news", "claims", revision=version)
    texts = {row["id"]: row["text"] for split in articles.values() for row in split}
    rows = [row for split in claims.values() for row in split]
    assert len(rows) == number
    assert all(texts[row["article_id"]][row["start"] : row["end"]] == row["text"] for row in rows)
    streamed = load_dataset("lab/news", "claims", revision=version, streaming=True)
    assert [row for split in streamed.values() for row in split] == rows
    assert claims["train"].features["kind"].names == ["fact", "policy"]
print("loaded")
"""


def test_load_dataset_from_the_hub(hub: Hub, command: Cli, releases: dict[str, Path], tmp_path: Path) -> None:
    """Both versions by their tags, whole and as a stream: the rows are those of the release."""
    for release in releases.values():
        assert command("publish", release, NAME).returncode == 0
    environment = hub_environment(hub, tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOAD], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "loaded\n", done.stderr
    assert any("/resolve/" in line for line in hub.requests)
