"""The hotline's own words make the text better, on recordings that no weight was tuned on."""

from pathlib import Path

from asr_models.domain_words import read_words
from asr_models.legs import TextService
from hotline.word_trial import KnownRecordings
from tests.integration.speech.conftest import SPEECH

#: Enough to tell, few enough to wait for; of the others hardly a character is wrong even without any words.
RECORDINGS = (0, 1, 4, 7)


def some_of(table: Path, folder: Path) -> Path:
    head, *rows = table.read_text("utf-8").splitlines()
    path = folder / "some.tsv"
    path.write_text("\n".join([head, *(f"{table.parent}/{rows[number]}" for number in RECORDINGS)]), "utf-8")
    return path


async def test_a_trial_tells_what_the_words_are_worth(mandarin: TextService, tmp_path: Path) -> None:
    words = read_words(SPEECH / "domain" / "words.txt")
    table = some_of(SPEECH / "domain" / "unseen.tsv", tmp_path)
    found = await KnownRecordings(mandarin, table).compare((), words)
    letters = sum(each.characters for each in found)
    without, with_words = sum(each.errors_before for each in found), sum(each.errors_after for each in found)
    assert with_words < without / 2
    assert with_words / letters < 0.08
    assert any(each.errors_after == 0 < each.errors_before for each in found)
