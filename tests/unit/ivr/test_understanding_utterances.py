"""Spoken utterances as the recognisers heard them once (``tests/speech/intents/heard.tsv``).

``hotline bench ivr`` hears them again; this one is quick and tells what a change of examples or matching does.
"""

import pytest

from hotline.bench.ivr import judges, shares
from hotline.bench.utterances import FOLDER, Heard, Spoken, read_heard, spoken

ROWS = spoken()


@pytest.fixture(scope="module")
def heard() -> dict[str, Heard]:
    return read_heard()


def test_there_are_enough_of_them_from_many_voices_and_all_are_rendered_and_heard(heard: dict[str, Heard]) -> None:
    assert len(ROWS) >= 300 and len({row.text for row in ROWS}) == len(ROWS)
    assert sum(row.unseen for row in ROWS) >= 0.3 * len(ROWS)
    assert len({row.voice for row in ROWS}) >= 9 and {row.level for row in ROWS} == {"no noise", "20 dB", "10 dB"}
    assert {row.id for row in ROWS} == set(heard) == {path.stem for path in FOLDER.glob("*.opus")}
    assert sum(path.stat().st_size for path in FOLDER.glob("*.opus")) < 8 << 20


@pytest.mark.parametrize(
    ("unseen", "least_good", "least_of_two", "most_wrong"), [(True, 0.77, 0.84, 0.015), (False, 0.91, 0.92, 0.015)]
)
def test_callers_are_understood_or_asked_back(
    heard: dict[str, Heard], unseen: bool, least_good: float, least_of_two: float, most_wrong: float
) -> None:
    rows: list[Spoken] = [row for row in ROWS if row.unseen is unseen]
    ways = {way: shares(rows, heard, judge) for way, judge in judges().items()}
    ours = ways["by sound"]
    good, wrong = ours.one_guess, ours.silently_wrong
    assert ours.right > 0.65 and good > least_good and wrong < most_wrong
    # The recogniser's text has been put right by its sound: what more the syllables tell is whether to act on it.
    text = ways["without sound"]
    assert ours.right > text.right + 0.01 and ours.two_guesses >= text.two_guesses
    assert max(wrong, text.silently_wrong) < ways["key words"].silently_wrong
    assert good > ways["key words"].one_guess + 0.3
    assert ours.two_guesses > least_of_two and ours.two_guesses > good and ours.asked_with_two < 0.3
