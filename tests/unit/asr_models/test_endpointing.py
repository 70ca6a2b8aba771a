"""Where speech begins, pauses and ends."""

from asr_models.endpointing import WINDOW_MS, Endpointer, Endpointing, Mark

S = Endpointing()


def marks(endpointer: Endpointer, voiced: bool, ms: int) -> list[Mark]:
    return [endpointer.step(voiced) for _ in range(0, ms, WINDOW_MS)]


def test_a_cough_is_no_utterance() -> None:
    endpointer = Endpointer(S)
    for _ in range(20):
        heard = marks(endpointer, True, S.least_speech_ms - WINDOW_MS) + marks(endpointer, False, 500)
        assert set(heard) == {Mark.QUIET}


def test_an_utterance_begins_pauses_goes_on_and_ends() -> None:
    endpointer = Endpointer(S)
    assert marks(endpointer, True, S.least_speech_ms)[-1] is Mark.BEGAN
    assert set(marks(endpointer, True, 1024)) == {Mark.GOES_ON}
    pause = marks(endpointer, False, S.pause_ms)
    assert pause[-1] is Mark.PAUSED and pause.count(Mark.PAUSED) == 1
    assert endpointer.step(True) is Mark.RESUMED
    ending = marks(endpointer, False, S.end_silence_ms)
    assert ending[-1] is Mark.ENDED and ending.count(Mark.PAUSED) == 1
    assert endpointer.silence_ms == S.end_silence_ms
    assert not endpointer.speaking


def test_speech_without_a_pause_is_cut() -> None:
    endpointer = Endpointer(S)
    heard = marks(endpointer, True, 2 * S.longest_ms)
    assert heard.count(Mark.ENDED) == 1 and heard.count(Mark.BEGAN) == 2


def test_half_an_hour_of_silence_is_quiet() -> None:
    assert set(marks(Endpointer(S), False, 30 * 60 * 1000)) == {Mark.QUIET}
