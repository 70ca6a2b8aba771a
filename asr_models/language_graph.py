"""The language graph of a Vosk model, and a model whose graph is quick to search: beside the other, made once.

Small Vosk models carry their language graph as OpenFst's ``ngram`` type: half the size, but each look at an arc is a
walk over bitmaps, and looks at arcs are most of what decoding costs. Its ``const`` type holds the same states and arcs
in plain arrays. Layouts: OpenFst's ``ngram-fst.h``, ``const-fst.h``, ``fst.h``, ``symbol-table.cc``.
"""

import contextlib
import errno
import logging
import mmap
import os
import shutil
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

log = logging.getLogger(__name__)

_GRAPH = Path("graph") / "Gr.fst"
_FST, _SYMBOLS = 2125659606, 2125658996
#: Version, flags, properties, start, number of states, number of arcs.
_HEADER = struct.Struct("<iiQqqq")
_HAS_INPUT_SYMBOLS, _HAS_OUTPUT_SYMBOLS = 1, 2
_EXPANDED = 1
_CONST_VERSION = 2
_STATE = np.dtype([("final", "<f4"), ("at", "<u4"), ("arcs", "<u4"), ("no_input", "<u4"), ("no_output", "<u4")])
_ARC = np.dtype([("input", "<i4"), ("output", "<i4"), ("weight", "<f4"), ("to", "<i4")])

Numbers = npt.NDArray[np.int64]


def quick(model: Path) -> Path:
    """A folder with the same model and the quick graph; the model's own where it has no such graph, or no room."""
    graph = model / _GRAPH
    target = model.parent / f".{model.name}.quick"
    with contextlib.suppress(FileNotFoundError):
        if (target / _GRAPH).stat().st_mtime_ns == graph.stat().st_mtime_ns:
            return target
    try:
        return _make(model, graph, target)
    except (OSError, ValueError, struct.error) as error:
        log.warning("%s is searched as it is, which takes longer: %s", graph, error)
        return model


def forget(model: Path) -> None:
    """The model is removed."""
    shutil.rmtree(model.parent / f".{model.name}.quick", ignore_errors=True)


def _make(model: Path, graph: Path, target: Path) -> Path:
    if not graph.is_file():
        return model
    data = graph.read_bytes()
    if _Reader(data).header()[0] != b"ngram":
        return model
    with tempfile.TemporaryDirectory(dir=model.parent, prefix=f".{model.name}.") as scratch:
        draft = Path(scratch) / "model"
        link_model(model, draft, without=("Gr.fst",))
        (draft / _GRAPH).write_bytes(as_const(data))
        mark = graph.stat().st_mtime_ns
        os.utime(draft / _GRAPH, ns=(mark, mark))
        forget(model)
        try:
            draft.rename(target)
        except OSError as error:
            # Where another process was as quick, its copy is as good.
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
    return target


def link_model(model: Path, target: Path, without: tuple[str, ...]) -> None:
    """Make ``target`` a model of the same files, but for some of its graphs."""
    (target / "graph").mkdir(parents=True)
    for entry in [*model.iterdir(), *(model / "graph").iterdir()]:
        if entry != model / "graph" and not (entry.parent.name == "graph" and entry.name in without):
            (target / entry.relative_to(model)).symlink_to(entry.resolve())


class _Reader:
    """Reads through a file's bytes."""

    def __init__(self, data: bytes | mmap.mmap):
        self._data = data
        self.at = 0

    def take(self, layout: struct.Struct) -> tuple[Any, ...]:
        found = layout.unpack_from(self._data, self.at)
        self.at += layout.size
        return found

    def array(self, length: int, kind: "str | np.dtype[Any]") -> npt.NDArray[Any]:
        found = np.frombuffer(self._data, kind, length, self.at)
        self.at += found.nbytes
        return found

    def bits(self, length: int) -> npt.NDArray[np.uint8]:
        """A bitmap in whole words of 64."""
        return np.unpackbits(self.array((length + 63) // 64 * 8, "u1"), bitorder="little")[:length]

    def string(self) -> bytes:
        (length,) = self.take(struct.Struct("<i"))
        self.at += length
        return self._data[self.at - length : self.at]

    def header(self) -> tuple[bytes, int, int, int, int, int]:
        """Type, flags, properties, start, number of states and of arcs, both of which some types leave out.

        Raises ValueError for what is no graph with plain weights.
        """
        if self.take(struct.Struct("<i"))[0] != _FST:
            raise ValueError("no OpenFst file")
        kind, arcs = self.string(), self.string()
        if arcs != b"standard":
            raise ValueError(f"arcs of type {arcs!r}")
        _, flags, properties, start, states, arcs = self.take(_HEADER)
        return kind, flags, properties, start, states, arcs

    def symbols(self, flags: int, which: int) -> bytes:
        """One of the symbol tables as it is; empty where ``flags`` say that there is none."""
        begin = self.at
        if not flags & which:
            return b""
        if self.take(struct.Struct("<i"))[0] != _SYMBOLS:
            raise ValueError("no symbol table where one should be")
        self.string()
        _, size = self.take(struct.Struct("<qq"))
        for _ in range(size):
            self.string()
            self.at += 8
        return self._data[begin : self.at]


@dataclass(frozen=True)
class _NGrams:
    """The states are contexts, a trie of words from the newest back; state 0 is the empty one."""

    #: By state: the shorter context that it backs off to, what that costs, and the oldest word of its context.
    parent: Numbers
    backoff: npt.NDArray[np.float32]
    word: Numbers
    #: By state: what ending here costs; infinity where nothing may.
    final: npt.NDArray[np.float32]
    #: By state: how many words may follow; the words, and what each costs, one state after the other.
    followers: Numbers
    following: Numbers
    cost: npt.NDArray[np.float32]

    def targets(self) -> Numbers:
        """For each following word the state it leads to: the longest context that there is."""
        size = int(max(self.word.max(), self.following.max())) + 1
        keys = self.parent[1:] * size + self.word[1:]

        def child(state: Numbers, word: Numbers) -> tuple[npt.NDArray[np.bool_], Numbers]:
            key = state * size + word
            place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
            return (keys[place] == key) & (word >= 0), place + 1

        before = np.repeat(np.arange(len(self.parent)), self.followers)
        there, found = child(np.zeros_like(before), self.following)
        target = np.where(there, found, 0)
        for words in self._contexts():
            longer, found = child(target, words[before])
            there &= longer
            target = np.where(there, found, target)
        return target

    def _contexts(self) -> list[Numbers]:
        """By age: each state's word of that age, the newest first; -1 where its context is shorter."""
        upwards, state = [], np.arange(len(self.parent))
        while state.any():
            upwards.append(np.where(state > 0, self.word[state], -1))
            state = self.parent[state]
        length = np.zeros(len(self.parent), np.int64)
        for words in upwards:
            length += words >= 0
        found = np.full((len(upwards), len(self.parent)), -1, np.int64)
        for step, words in enumerate(upwards):
            has = np.flatnonzero(words >= 0)
            found[length[has] - 1 - step, has] = words[has]
        return list(found)


def _n_grams(reader: _Reader) -> _NGrams:
    begin = reader.at
    states, words, finals = (int(each) for each in reader.take(struct.Struct("<QQQ")))
    # Level-order unary: a one for each state under its parent, a zero behind each state's children.
    tree = reader.bits(2 * states + 1)
    follow, may_end = reader.bits(words + states + 1), reader.bits(states)
    word = reader.array(states + 1, "<i4")[:states].astype(np.int64)
    following = reader.array(words, "<i4").astype(np.int64)
    reader.at = begin + (reader.at - begin + 3) // 4 * 4
    backoff = reader.array(states + 1, "<f4")[:states]
    final = np.full(states, np.inf, np.float32)
    final[np.flatnonzero(may_end)] = reader.array(finals, "<f4")
    cost = reader.array(words + 1, "<f4")[:words]
    parent = np.maximum(np.cumsum(1 - tree.astype(np.int64))[np.flatnonzero(tree)] - 1, 0)
    followers = np.diff(np.flatnonzero(follow == 0)) - 1
    if len(parent) != states or len(followers) != states or int(followers.sum()) != words:
        raise ValueError("its counts do not agree")
    return _NGrams(parent, backoff, word, final, followers, following, cost)


@dataclass(frozen=True)
class ConstGraph:
    """A graph of type ``const``: its states one after the other, and the arcs of each in their order."""

    start: int
    properties: int
    states: npt.NDArray[Any]
    arcs: npt.NDArray[Any]
    #: The symbol tables as they are in the file; empty without.
    input_symbols: bytes = b""
    output_symbols: bytes = b""

    def head(self) -> bytes:
        """What stands before the states."""
        flags = (_HAS_INPUT_SYMBOLS if self.input_symbols else 0) | (_HAS_OUTPUT_SYMBOLS if self.output_symbols else 0)
        kind = struct.pack("<ii5si8s", _FST, 5, b"const", 8, b"standard")
        counts = _HEADER.pack(_CONST_VERSION, flags, self.properties, self.start, len(self.states), len(self.arcs))
        return kind + counts + self.input_symbols + self.output_symbols

    def to_bytes(self) -> bytes:
        """The whole file."""
        return b"".join((self.head(), self.states.tobytes(), self.arcs.tobytes()))


def read_graph(data: bytes | mmap.mmap) -> ConstGraph:
    """A language graph of type ``ngram`` or ``const``. Raises ValueError or :class:`struct.error` for any other."""
    reader = _Reader(data)
    kind, flags, properties, start, states, arcs = reader.header()
    if kind not in (b"ngram", b"const"):
        raise ValueError(f"a graph of type {kind!r}")
    symbols = reader.symbols(flags, _HAS_INPUT_SYMBOLS), reader.symbols(flags, _HAS_OUTPUT_SYMBOLS)
    if kind == b"ngram":
        return ConstGraph(start, properties | _EXPANDED, *_arranged(_n_grams(reader)), *symbols)
    return ConstGraph(start, properties, reader.array(states, _STATE), reader.array(arcs, _ARC), *symbols)


def as_const(data: bytes) -> bytes:
    """The same states, arcs, weights and symbols as type ``const``. Raises as :func:`read_graph`."""
    return read_graph(data).to_bytes()


def _arranged(grams: _NGrams) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """States and arcs."""
    # Every state but the empty context begins with the arc to the shorter one, which reads nothing.
    shorter = (np.arange(len(grams.parent)) > 0).astype(np.int64)
    states = np.zeros(len(grams.parent), _STATE)
    states["final"], states["arcs"] = grams.final, grams.followers + shorter
    states["no_input"] = states["no_output"] = shorter
    states["at"][1:] = np.cumsum(grams.followers + shorter)[:-1]
    arcs = np.zeros(int(states["arcs"].sum()), _ARC)
    backs_off = np.zeros(len(arcs), bool)
    backs_off[states["at"][1:]] = True
    arcs["to"][backs_off], arcs["weight"][backs_off] = grams.parent[1:], grams.backoff[1:]
    for label in ("input", "output"):
        arcs[label][~backs_off] = grams.following
    arcs["weight"][~backs_off], arcs["to"][~backs_off] = grams.cost, grams.targets()
    return states, arcs
