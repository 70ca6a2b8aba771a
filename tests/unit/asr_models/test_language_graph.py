"""The quick form of a language graph: the same arcs, and nothing lost where it can't be made."""

import struct
from pathlib import Path

import numpy as np
import pytest

from asr_models.language_graph import as_const, forget, quick

#: Words 1 to 3. Contexts: none (state 0), 1 (state 1), 2 (state 2), "2 1" with 1 the newer (state 3).
HEAD = struct.Struct("<iiQqqq")
SYMBOLS = struct.pack("<ii3sqqi1sq", 2125658996, 3, b"abc", 1, 1, 1, b"x", 0)


def bitmap(bits: str) -> bytes:
    padded = bits.ljust(-(-len(bits) // 64) * 64, "0")
    return np.packbits([int(bit) for bit in padded], bitorder="little").tobytes()


def ngram_graph() -> bytes:
    """After nothing: 1, 2, 3; after 1: 2; after 2: 1, 3; after "2 1": 3."""
    head = struct.pack("<ii5si8s", 2125659606, 5, b"ngram", 8, b"standard") + HEAD.pack(4, 1, 2**40, 1, 4, 0)
    body = struct.pack("<QQQ", 4, 7, 1)
    # A one for each state below its parent, a zero behind each state's children: root, its 2, those of 1, 2, "2 1".
    body += bitmap("101101000") + bitmap("011101011010") + bitmap("0010")
    body += struct.pack("<5i", -1, 1, 2, 2, -1) + struct.pack("<7i", 1, 2, 3, 2, 1, 3, 3)
    body += struct.pack("<5f", 0, 0.5, 0.25, 0.125, 0) + struct.pack("<f", 9)
    body += struct.pack("<8f", 1, 2, 3, 4, 5, 6, 7, 0)
    return head + SYMBOLS + body


def model(folder: Path, graph: bytes) -> Path:
    (folder / "m" / "graph").mkdir(parents=True)
    (folder / "m" / "graph" / "Gr.fst").write_bytes(graph)
    (folder / "m" / "graph" / "words").write_text("w")
    (folder / "m" / "am").mkdir()
    return folder / "m"


def test_each_word_leads_to_the_longest_context_there_is() -> None:
    made = as_const(ngram_graph())
    assert made[8:13] == b"const" and SYMBOLS in made
    version, flags, properties, start, states, arcs = HEAD.unpack_from(made, 25)
    assert (version, flags, properties, start, states, arcs) == (2, 1, 2**40 + 1, 1, 4, 10)
    body = made[25 + HEAD.size + len(SYMBOLS) :]
    table = list(struct.iter_unpack("<fIIII", body[: 4 * 20]))
    inf = float("inf")
    assert table == [(inf, 0, 3, 0, 0), (inf, 3, 2, 1, 1), (9, 5, 3, 1, 1), (inf, 8, 2, 1, 1)]
    assert list(struct.iter_unpack("<iifi", body[4 * 20 :])) == [
        (1, 1, 1, 1), (2, 2, 2, 2), (3, 3, 3, 0),
        (0, 0, 0.5, 0), (2, 2, 4, 2),
        (0, 0, 0.25, 0), (1, 1, 5, 3), (3, 3, 6, 0),
        (0, 0, 0.125, 1), (3, 3, 7, 0),
    ]  # fmt: skip


def test_the_quick_model_is_made_once_beside_the_other_and_goes_with_it(tmp_path: Path) -> None:
    own = model(tmp_path, ngram_graph())
    made = quick(own)
    assert made != own and (made / "graph" / "Gr.fst").read_bytes() == as_const(ngram_graph())
    assert (made / "graph" / "words").read_text() == "w" and (made / "am").is_dir()
    before = (made / "graph" / "Gr.fst").stat().st_ino
    assert quick(own) == made and (made / "graph" / "Gr.fst").stat().st_ino == before
    (own / "graph" / "Gr.fst").write_bytes(ngram_graph())
    assert quick(own) == made and (made / "graph" / "Gr.fst").stat().st_ino != before
    assert {path.name for path in tmp_path.iterdir()} == {"m", made.name}
    forget(own)
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_of_two_processes_that_make_it_at_once_each_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = model(tmp_path, ngram_graph())

    def other_was_quicker(_: Path) -> None:
        monkeypatch.undo()
        quick(own)

    monkeypatch.setattr("asr_models.language_graph.forget", other_was_quicker)
    made = quick(own)
    assert made != own and (made / "graph" / "Gr.fst").read_bytes() == as_const(ngram_graph())
    assert {path.name for path in tmp_path.iterdir()} == {"m", made.name}


@pytest.mark.parametrize("graph", [b"", ngram_graph()[:150], b"\0" * 200, as_const(ngram_graph())])
def test_a_graph_that_is_another_or_broken_is_left_to_the_engine(tmp_path: Path, graph: bytes) -> None:
    own = model(tmp_path, graph)
    assert quick(own) == own
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_a_model_without_such_a_graph_is_left_alone(tmp_path: Path) -> None:
    assert quick(tmp_path) == tmp_path
