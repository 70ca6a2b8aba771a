"""A Vosk model whose two graphs are composed into one beforehand: beside the model, made once by OpenFst's own tools.

Small Vosk models carry the graph of sounds and words (``HCLr``) apart from that of words in a row (``Gr``). Each
recogniser composes them as it goes, for itself and anew, which is most of what decoding costs. A model that carries
one graph (``HCLG``) is read by every recogniser as it is. What Kaldi does to the two as it composes them is done here
to the one: disambiguation symbols among its inputs become nothing.
"""

import contextlib
import fcntl
import mmap
import os
import resource
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from asr_models.errors import GraphNotComposed
from asr_models.language_graph import ConstGraph, link_model, read_graph

#: Told while it is made: what, bytes of memory taken, 0.
Progress = Callable[[str, int, int], None]

_WORDS, _SOUNDS, _ONE = "Gr.fst", "HCLr.fst", "HCLG.fst"
_DISAMBIGUATION = "disambig_tid.int"
#: What is left to everybody else while it is made, bytes.
_LEFT_FREE = 1 << 30
_LOOK_S = 0.5
_ARCS_AT_ONCE = 4_000_000
#: Properties of a graph of which nothing is known but that it is expanded.
_NOTHING_CLAIMED = 1


def composed(model: Path) -> Path | None:
    """A folder with the same model and one graph, where it was made of the graphs that the model has now."""
    target = _beside(model)
    with contextlib.suppress(FileNotFoundError):
        if (target / "graph" / _ONE).stat().st_mtime_ns == _mark(model):
            return target
    return None


def composable(model: Path) -> bool:
    """Whether the model carries two graphs."""
    return all((model / "graph" / name).is_file() for name in (_WORDS, _SOUNDS, _DISAMBIGUATION))


def require_composable(model: Path) -> None:
    """Raises :class:`GraphNotComposed` for a model that does not carry two graphs."""
    if not composable(model):
        raise GraphNotComposed(name=model.name, problem="it does not carry two graphs")


def forget(model: Path) -> None:
    """The model is removed."""
    shutil.rmtree(_beside(model), ignore_errors=True)


def compose(model: Path, tools: Path, progress: Progress) -> Path:
    """Make it, where it is not there: minutes of a core, some 20 bytes of memory for each of the two graphs' bytes.

    ``tools`` has OpenFst's programs and libraries. Raises :class:`GraphNotComposed`; nothing half-made is left.
    """
    require_composable(model)
    with _alone(model) as prefix:
        if made := composed(model):
            return made
        try:
            with tempfile.TemporaryDirectory(dir=model.parent, prefix=prefix) as scratch:
                return _make(model, _Tools(model.name, tools, progress), Path(scratch))
        except (OSError, ValueError, struct.error) as error:
            raise GraphNotComposed(name=model.name, problem=str(error)) from error


def _beside(model: Path) -> Path:
    return model.parent / f".{model.name}.composed"


def _mark(model: Path) -> int:
    return max((model / "graph" / name).stat().st_mtime_ns for name in (_WORDS, _SOUNDS))


@contextlib.contextmanager
def _alone(model: Path) -> Iterator[str]:
    """One process at a time; what a killed one left is cleared. How the name of a folder to work in begins."""
    prefix = f".{model.name}.composing."
    with (model.parent / f".{model.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in model.parent.glob(f"{prefix}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield prefix


class _Tools:
    """OpenFst's programs."""

    def __init__(self, name: str, folder: Path, progress: Progress):
        self._name = name
        self._folder = folder
        self._progress = progress

    def run(self, program: str, *arguments: str | Path) -> None:
        """Raises :class:`GraphNotComposed` with what it said last."""
        path = self._folder / program
        path.chmod(0o755)
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                ["nice", "-n", "10", path, *arguments],
                env={**os.environ, "LD_LIBRARY_PATH": str(self._folder)}, stdout=said, stderr=said,
            )  # fmt: skip
            try:
                resource.prlimit(process.pid, resource.RLIMIT_AS, (max(_memory_free(), 1 << 20),) * 2)
                while process.poll() is None:
                    self._progress(f"{program} {self._name}", _memory_of(process.pid), 0)
                    time.sleep(_LOOK_S)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            if process.returncode != 0:
                said.seek(0)
                problem = said.read().decode("utf-8", "replace").strip() or f"status {process.returncode}"
                raise GraphNotComposed(name=self._name, problem=f"{program}: {problem.splitlines()[-1][:200]}")


def _make(model: Path, tools: _Tools, scratch: Path) -> Path:
    words = read_graph((model / "graph" / _WORDS).read_bytes())
    # OpenFst drops a word that stands in the table twice, and miscounts what is left: the table waits.
    bare = ConstGraph(words.start, words.properties, words.states, words.arcs)
    plain, both, one = scratch / "words.fst", scratch / "both.fst", scratch / "one.fst"
    plain.write_bytes(bare.to_bytes())
    tools.run("fstcompose", model / "graph" / _SOUNDS, plain, both)
    tools.run("fstconvert", "--fst_type=const", both, one)
    both.unlink()
    draft = scratch / "model"
    link_model(model, draft, without=(_WORDS, _SOUNDS, _DISAMBIGUATION))
    silent = np.array((model / "graph" / _DISAMBIGUATION).read_text("utf-8").split(), np.int64)
    _finish(one, draft / "graph" / _ONE, silent, words.output_symbols)
    mark = _mark(model)
    os.utime(draft / "graph" / _ONE, ns=(mark, mark))
    forget(model)
    return draft.rename(_beside(model))


def _finish(made: Path, target: Path, silent: npt.NDArray[np.int64], words: bytes) -> None:
    """Write the graph with its table of words, and without the inputs that are ``silent``."""
    with made.open("rb") as file:
        graph = read_graph(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    states, arcs = graph.states.copy(), graph.arcs
    read = np.zeros(len(arcs) + 1, np.int64)
    for at in range(0, len(arcs), _ARCS_AT_ONCE):
        inputs = arcs["input"][at : at + _ARCS_AT_ONCE]
        read[at + 1 : at + 1 + len(inputs)] = (inputs == 0) | np.isin(inputs, silent)
    np.cumsum(read, out=read)
    begins = states["at"].astype(np.int64)
    states["no_input"] = read[begins + states["arcs"]] - read[begins]
    # What OpenFst has noted of the inputs may not hold without the silent ones.
    head = ConstGraph(graph.start, _NOTHING_CLAIMED, states, arcs, output_symbols=words).head()
    with target.open("wb") as sink:
        sink.write(head)
        sink.write(states.tobytes())
        for at in range(0, len(arcs), _ARCS_AT_ONCE):
            piece = arcs[at : at + _ARCS_AT_ONCE].copy()
            piece["input"][np.isin(piece["input"], silent)] = 0
            sink.write(piece.tobytes())


def _memory_free() -> int:
    """Bytes that a new process may take, with something left to the others."""
    lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text("ascii").splitlines())
    return int(lines["MemAvailable"].split()[0]) * 1024 - _LEFT_FREE


def _memory_of(pid: int) -> int:
    """Bytes that a process holds; 0 where it is over."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
