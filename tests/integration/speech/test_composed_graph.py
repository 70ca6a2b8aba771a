"""A real model's graphs, composed by OpenFst's own tools: the same text, by one graph."""

import os
import shutil
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from asr_models.catalogue import OPENFST, VOSK_KO
from asr_models.composed_graph import compose, composed, forget
from asr_models.engines.vosk import Vosk
from asr_models.errors import GraphNotComposed
from asr_models.frames import RATE
from asr_models.language_graph import ConstGraph, link_model, read_graph
from hotline.setup.models import store
from hotline.sound import read_sound
from tests.integration.speech.conftest import SPEECH, recordings

#: So many of the likeliest words, which take seconds to compose and not minutes.
WORDS = 3000


def _quiet(_what: str, _bytes: int, _total: int) -> None:
    """Nobody looks."""


@pytest.fixture(scope="module")
def tools() -> Path:
    return store().get(OPENFST.name)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The Korean model with few words, each as likely whatever stood before."""
    whole = store().path(VOSK_KO.name)
    graph = read_graph((whole / "graph" / "Gr.fst").read_bytes())
    empty = graph.states[0]
    arcs = graph.arcs[empty["at"] : empty["at"] + empty["arcs"]]
    arcs = np.sort(arcs[np.argsort(arcs["weight"])[:WORDS]], order="input")
    arcs["to"] = 0
    states = graph.states[:1].copy()
    states["final"], states["at"], states["arcs"], states["no_input"], states["no_output"] = 0, 0, len(arcs), 0, 0
    few = ConstGraph(0, 1, states, arcs, graph.input_symbols, graph.output_symbols)
    folder = tmp_path / "few"
    link_model(whole, folder, without=("Gr.fst",))
    (folder / "graph" / "Gr.fst").write_bytes(few.to_bytes())
    return folder


def _text(model: Path, phrases: tuple[str, ...] = ()) -> str:
    stream = Vosk(model, phrases).open()
    sound = read_sound(SPEECH / "ko" / recordings("ko", "transcripts.tsv")[1]["file"])[: 10 * 2 * RATE]
    stream.accept(np.frombuffer(sound, "<i2").astype(np.float32) / 32768)
    return stream.finish().text


def _alike(text: str, other: str) -> bool:
    """Where two words are as likely, either may be taken."""
    return SequenceMatcher(None, text.split(), other.split()).ratio() > 0.9


def test_one_graph_reads_what_the_two_read_and_takes_grammars_beside(model: Path, tools: Path) -> None:
    before = _text(model)
    assert len(before) > 20 and composed(model) is None
    made = compose(model, tools, _quiet)
    assert composed(model) == made != model
    assert {path.name for path in (made / "graph").iterdir()} >= {"HCLG.fst", "phones"}
    assert not {"Gr.fst", "HCLr.fst", "disambig_tid.int"} & {path.name for path in (made / "graph").iterdir()}
    assert _alike(_text(model), before)
    assert _alike(_text(model, (before.split()[0],)), before)
    assert {path.name for path in model.parent.iterdir()} == {".few.composed", ".few.lock", "few"}
    written = (made / "graph" / "HCLG.fst").stat().st_ino
    assert compose(model, tools, _quiet) == made and (made / "graph" / "HCLG.fst").stat().st_ino == written
    os.utime(model / "graph" / "Gr.fst", ns=(0, (model / "graph" / "HCLr.fst").stat().st_mtime_ns + 1))
    assert composed(model) is None
    forget(model)
    assert not made.exists()


def test_a_model_that_carries_no_two_graphs_is_refused(model: Path, tools: Path) -> None:
    (model / "graph" / "HCLr.fst").unlink()
    with pytest.raises(GraphNotComposed, match="two graphs"):
        compose(model, tools, _quiet)


def test_a_broken_graph_and_broken_tools_leave_nothing_behind(model: Path, tools: Path, tmp_path: Path) -> None:
    graph = model / "graph" / "Gr.fst"
    right = graph.read_bytes()
    graph.write_bytes(right[:200_000])
    with pytest.raises(GraphNotComposed):
        compose(model, tools, _quiet)
    graph.write_bytes(right)
    (model / "graph" / "HCLr.fst").unlink()
    (model / "graph" / "HCLr.fst").write_bytes(b"no graph")
    with pytest.raises(GraphNotComposed, match="fstcompose"):
        compose(model, tools, _quiet)
    lacking = tmp_path / "tools"
    shutil.copytree(tools, lacking)
    (lacking / "libfst.so.22").unlink()
    with pytest.raises(GraphNotComposed, match="libfst"):
        compose(model, lacking, _quiet)
    assert composed(model) is None
    assert not list(tmp_path.glob(".few.composing*"))
