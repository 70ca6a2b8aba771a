"""Character error rate."""

from pathlib import Path

import pytest

from asr_models.errors import ReferencesUnreadable
from asr_models.references import references
from asr_models.scoring import rate, score


@pytest.mark.parametrize(
    ("said", "heard", "counts"),
    [
        ("我要投诉", "我要投诉", (0, 0, 0)),
        ("我要投诉", "我要头诉。", (1, 0, 0)),
        ("我要投诉", "要投诉了", (0, 1, 1)),
        ("转人工", "", (0, 3, 0)),
        ("一瓶一千五百块，七个。", "一瓶1500塊 7个", (0, 0, 0)),
        ("Microsoft 的", "ｍicrosoft的", (0, 0, 0)),
    ],
)
def test_errors_are_counted(said: str, heard: str, counts: tuple[int, int, int]) -> None:
    found = score(said, heard)
    assert (found.substitutions, found.deletions, found.insertions) == counts


def test_an_alignment_puts_each_character_under_its_own() -> None:
    assert score("卖假茅台酒", "卖价茅台").alignment() == ("卖假茅台酒", "卖价茅台＊")
    assert score("买了abc", "买bc").alignment() == ("买了ａｂｃ", "买＊＊ｂｃ")


def test_a_long_recording_counts_for_more() -> None:
    assert rate([score("一家工厂", ""), score("我要举报有人在卖假酒一瓶", "我要举报有人在卖假酒一瓶")]) == 4 / 16
    assert rate([]) == 0


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("", "no rows"),
        ("file\twords\na.wav\t您好\n", "lacks text"),
        ("file\ttext\na.wav\t\n", "line 2"),
        ("file\ttext\nb.wav\t您好\n", "no file"),
        ("file\ttext\na.wav\n", "line 2"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(tmp_path: Path, table: str, problem: str) -> None:
    (tmp_path / "a.wav").touch()
    path = tmp_path / "table.tsv"
    path.write_text(table, "utf-8")
    with pytest.raises(ReferencesUnreadable) as refused:
        references(path)
    assert problem in refused.value.message("en")


def test_a_table_that_is_not_there_or_not_text_says_so(tmp_path: Path) -> None:
    (tmp_path / "sound.wav").write_bytes(b"RIFF\xff\xfe\x00")
    for name in ("none.tsv", "sound.wav"):
        with pytest.raises(ReferencesUnreadable):
            references(tmp_path / name)


def test_files_lie_beside_the_table(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    (tmp_path / "t.tsv").write_text('\ufefffile\ttext\tnote\na.wav\t他说"您好"\tx\n', "utf-8")
    (found,) = references(tmp_path / "t.tsv")
    assert (found.path, found.text) == (tmp_path / "a.wav", '他说"您好"')
