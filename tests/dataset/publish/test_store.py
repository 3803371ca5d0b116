"""Publishing into folders that fsspec reaches: S3 (moto's server), the local disk, memory."""

from __future__ import annotations

import errno
import json
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest

from dataset.errors import ReleaseError
from dataset.publish.place import Content, is_safe
from dataset.publish.store import Store
from dataset.publish.transfer import fetch_release, publish_release
from dataset.release.manifest import seal
from tests.dataset.publish.conftest import S3_SECRET
from tests.make import Cli, snapshot

MANIFEST = "manifest.json"


@pytest.fixture(params=["s3", "file", "memory"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a folder of versions that does not exist yet."""
    if request.param == "s3":
        return str(request.getfixturevalue("s3"))
    return f"file://{tmp_path}/store/news" if request.param == "file" else f"memory://{uuid.uuid4()}/news"


def files(address: str) -> dict[str, bytes]:
    """Everything below an address."""
    fs, root = fsspec.core.url_to_fs(address)
    fs.invalidate_cache()
    return {name.removeprefix(root.rstrip("/") + "/"): fs.cat_file(name) for name in fs.find(root)}


def test_there_and_back(address: str, releases: dict[str, Path], tmp_path: Path) -> None:
    """Two versions in folders of their own; again changes nothing; fetched, they are what they were."""
    for version, release in releases.items():
        plan = publish_release(release, address)
        assert plan.upload[-1] == MANIFEST
        assert publish_release(release, address).complete
        assert fetch_release(f"{address}@{version}", tmp_path / "dist").written
        assert snapshot(tmp_path / "dist" / "news" / version) == snapshot(release)
    expected = {f"{v}/{name}": data for v, release in releases.items() for name, data in snapshot(release).items()}
    assert files(address) == expected
    assert not fetch_release(f"{address}@1.0.0", tmp_path / "dist").written


def test_another_release_of_the_version_is_refused(address: str, releases: dict[str, Path]) -> None:
    """And what is published stays as it is."""
    publish_release(releases["1.0.0"], address)
    fs, root = fsspec.core.url_to_fs(address, **({"auto_mkdir": True} if address.startswith("file:") else {}))
    fs.pipe_file(f"{root}/1.1.0/{MANIFEST}", (releases["1.0.0"] / MANIFEST).read_bytes())
    before = files(address)
    with pytest.raises(ReleaseError, match="holds this version with other content"):
        publish_release(releases["1.1.0"], address)
    assert files(address) == before


@pytest.mark.parametrize("at", [0, 3, -1])
def test_a_push_that_dies(
    address: str, releases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """No manifest, so no version to fetch; the next publish sends what is missing, and only that."""
    release = releases["1.0.0"]
    names = [*publish_release(release, address, dry_run=True).upload]
    fs = fsspec.core.url_to_fs(address, **({"auto_mkdir": True} if address.startswith("file:") else {}))[0]

    def dying(name: str) -> Callable[..., Any]:
        real = getattr(fs, name)

        def call(*arguments: str, **options: Any) -> Any:
            if arguments[-1] != "rb" and any(one.endswith(names[at]) for one in arguments):
                raise OSError("connection lost")
            return real(*arguments, **options)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(fs, "put_file", dying("put_file"))
        patch.setattr(fs, "open", dying("open"))
        with pytest.raises(ReleaseError, match="connection lost"):
            publish_release(release, address)
    assert f"1.0.0/{MANIFEST}" not in files(address)
    with pytest.raises(ReleaseError, match="holds no whole release"):
        fetch_release(f"{address}@1.0.0", tmp_path)
    assert list(publish_release(release, address).upload) == names[names.index(names[at]) :]
    assert fetch_release(f"{address}@1.0.0", tmp_path).written


@pytest.mark.parametrize("at", [0, 1, 4, -1])
def test_two_who_publish_at_once(
    address: str, releases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """One version in two contents: whoever comes first wins, the other is stopped, and nothing of it is in what can be fetched."""
    theirs = tmp_path / "theirs"
    shutil.copytree(releases["1.0.0"], theirs)
    for file in ("README.md", "articles/train-00000-of-00001.parquet"):
        with (theirs / file).open("ab") as stream:
            stream.write(b"of theirs")
    seal(theirs, json.loads((theirs / MANIFEST).read_bytes()) | {"digest": "0" * 64})
    mine, other = Content.read(releases["1.0.0"]), Content.read(theirs)
    place, neighbour = Store(address), Store(address)
    plan, real, names = place.plan(mine), Store._create, []

    def meanwhile(store: Store, content: Content, file: str, path: str) -> None:
        if store is place:
            names.append(file)
            if file == plan.upload[at]:
                neighbour.push(other, neighbour.plan(other))
        real(store, content, file, path)

    monkeypatch.setattr(Store, "_create", meanwhile)
    with pytest.raises(ReleaseError, match=r"1\.0\.0: somebody else publishes this version at the same moment"):
        place.push(mine, plan)
    assert plan.upload[at] in names
    with pytest.raises(ReleaseError, match="somebody else"):
        place.push(mine, plan)
    assert files(f"{address}/1.0.0") == snapshot(theirs)
    # Not by fetch, which verifies: theirs is no release that could have been built.
    (tmp_path / "got").mkdir()
    neighbour.download("1.0.0", tmp_path / "got", neighbour.manifest("1.0.0"))
    assert snapshot(tmp_path / "got") == snapshot(theirs)
    with pytest.raises(ReleaseError, match="holds this version with other content"):
        publish_release(releases["1.0.0"], address)


def test_two_who_publish_the_same(address: str, releases: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there already is what was to come there: as if an answer had been lost."""
    content = Content.read(releases["1.0.0"])
    place, neighbour, real = Store(address), Store(address), Store._create

    def before(store: Store, content: Content, file: str, path: str) -> None:
        if store is place and file == "README.md":
            neighbour.push(content, neighbour.plan(content))
        real(store, content, file, path)

    monkeypatch.setattr(Store, "_create", before)
    place.push(content, place.plan(content))
    assert files(f"{address}/1.0.0") == snapshot(releases["1.0.0"])


def test_a_server_that_knows_no_conditions(
    s3: str, releases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, and is published to as before."""
    fs = fsspec.core.url_to_fs(s3)[0]
    put = fs.put_file

    def unconditional(*arguments: str, **options: str) -> None:
        if options:
            raise OSError(errno.ENOSYS, "A header you provided implies functionality that is not implemented")
        put(*arguments)

    monkeypatch.setattr(fs, "put_file", unconditional)
    publish_release(releases["1.0.0"], s3)
    assert fetch_release(f"{s3}@1.0.0", tmp_path).written


def test_damage_is_named_and_mended(address: str, releases: dict[str, Path], tmp_path: Path) -> None:
    """A byte changed in place, a file lost, half of a manifest: fetch keeps nothing, publish puts it right."""
    release = releases["1.0.0"]
    publish_release(release, address)
    fs, root = fsspec.core.url_to_fs(address)
    path = f"{root}/1.0.0/claims/train-00000-of-00001.parquet"
    data = fs.cat_file(path)
    harm: list[tuple[Callable[[], Any], str]] = [
        (lambda: fs.pipe_file(path, bytes([data[0] ^ 1]) + data[1:]), "claims/train-.*: changed"),
        (lambda: fs.rm_file(path), "claims/train-.*: missing"),
        (lambda: fs.pipe_file(f"{root}/1.0.0/{MANIFEST}", b'{"format'), "holds no whole release"),
    ]
    for damage, said in harm:
        damage()
        with pytest.raises(ReleaseError, match=said):
            fetch_release(f"{address}@1.0.0", tmp_path)
        assert not list((tmp_path / "news").glob("[!.]*"))
        assert len(publish_release(release, address).upload) == 1
        assert files(f"{address}/1.0.0") == snapshot(release)


def test_a_manifest_never_leads_out_of_the_folder(address: str, releases: dict[str, Path], tmp_path: Path) -> None:
    """A path in it is data from elsewhere."""
    publish_release(releases["1.0.0"], address)
    fs, root = fsspec.core.url_to_fs(address)
    manifest = json.loads(fs.cat_file(f"{root}/1.0.0/{MANIFEST}"))
    manifest["files"]["../../escaped.txt"] = {"sha256": "0" * 64, "bytes": 1}
    fs.pipe_file(f"{root}/1.0.0/{MANIFEST}", json.dumps(manifest).encode())
    with pytest.raises(ReleaseError, match="a file that no release has"):
        fetch_release(f"{address}@1.0.0", tmp_path / "a" / "b")
    assert not list(tmp_path.rglob("escaped*"))


@pytest.mark.parametrize("path", ["/etc/x", "../x", "a/../../x", "a\\b", "", "c:/x", "a//b", "./a", "a\0b"])
def test_unsafe_paths(path: str) -> None:
    """None of them is ever written to."""
    assert not is_safe(path)


def test_the_command_line_and_no_secret(
    s3: str, command: Cli, releases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Published and fetched by command; a bucket that is not there, and a server that is not, are one line without a key."""
    done = command("publish", releases["1.0.0"], s3, "--dry-run")
    assert (done.returncode, "upload  manifest.json" in done.stdout) == (0, True)
    done = command("publish", releases["1.0.0"], s3)
    assert (done.returncode, f"{s3}/1.0.0: published" in done.stdout) == (0, True), done.stderr
    assert "published already, complete" in command("publish", releases["1.0.0"], s3).stdout
    done = command("fetch", f"{s3}@1.0.0", "--out", tmp_path / "dist")
    assert (done.returncode, "load_dataset(" in done.stdout) == (0, True), done.stderr
    wrong: list[Callable[[], Any]] = [
        lambda: command("publish", releases["1.0.0"], "s3://nowhere/news"),
        lambda: command("fetch", f"{s3}@9.0.0", "--out", tmp_path / "dist"),
        lambda: command("publish", releases["1.0.0"], "nonsense://a/news"),
    ]
    for call in wrong:
        done = call()
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
        assert S3_SECRET not in done.stderr
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    done = command("fetch", f"{s3}@1.0.0", "--out", tmp_path / "dist")
    assert (done.returncode, "is whole, and is used" in done.stderr) == (0, True), done.stderr
    done = command("fetch", f"{s3}@1.1.0", "--out", tmp_path / "dist")
    assert (done.returncode, "not fetched before" in done.stderr, S3_SECRET in done.stderr) == (1, True, False)
