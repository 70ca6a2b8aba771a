"""A question waits for the caller's whole answer, and for no more of it than is taken."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from asr_models.frames import SpeechEvent, SpeechStarted, Utterance, UtteranceState
from gateway import session as gateway_session
from gateway.live_call import Ears, LiveCall
from gateway.prompt_sounds import PromptSounds
from gateway.session import CallSession
from ivr import effects as fx
from ivr.checking.files import load
from ivr.interpreter import Interpreter
from tests.unit.gateway.caller_line_under_test import Asterisk

LONG_MS = 60_000


class Call:
    """As much of a call as a question needs; its clock stands until the test moves it."""

    def __init__(self) -> None:
        self.ears = SimpleNamespace(ami=None, ledger=None)
        self.at_ms = 0
        self.queued = False
        self.expected: tuple[str, ...] = ()
        self.left_tree = asyncio.Event()
        self.hear: Callable[[SpeechEvent], None]

    def on_caller(self, listener: Callable[[SpeechEvent], None]) -> None:
        self.hear = listener

    def say(self, index: int, text: str, start_ms: int, end_ms: int, state: UtteranceState = "final") -> None:
        self.hear(Utterance(index, start_ms, end_ms, text, state, (), "test", "", 0.9))


class Question:
    """One that is being waited for."""

    def __init__(self, asterisk: Asterisk):
        self.call = Call()
        self.press = asterisk.keypad.press
        self._session = CallSession(
            cast(LiveCall, self.call), asterisk.line, Interpreter(load(Path("ivr/trees/12365.yaml"))), Path(),
            frozenset(), PromptSounds(Path()), "12365",
        )  # fmt: skip
        self._answer: asyncio.Task[fx.Input]

    def ask(self, **listen: int) -> None:
        patience = {"no_input_ms": LONG_MS, "max_speech_ms": LONG_MS, **listen}
        self._answer = asyncio.create_task(self._session._listen(fx.Listen(**patience)))

    def walk(self, *effects: fx.Effect) -> asyncio.Task[str]:
        state = self._session._interpreter.start(fx.Caller("", "", ""))[0]
        return asyncio.create_task(self._session._walk_on(state, list(effects)))

    async def last_wish(self) -> fx.Input | None:
        state = self._session._interpreter.start(fx.Caller())[0]
        return await self._session._last_wish(state.arrived("goodbye").but(ended=True))

    async def unasked(self, node: str) -> fx.Input | None:
        """What was said before a prompt of ``node``, where it counts."""
        state = self._session._interpreter.start(fx.Caller())[0]
        return await self._session._wish(fx.Play(()), state.arrived(node))

    async def goes_on(self) -> bool:
        """Whether it is still waited for once everything that was told is taken in."""
        for _ in range(20):
            await asyncio.sleep(0.005)
        return not self._answer.done()

    async def answer(self) -> fx.Input:
        return await self._answer


@pytest.fixture
async def question() -> AsyncIterator[Question]:
    asterisk = Asterisk()
    await asterisk.start()
    yield Question(asterisk)
    await asterisk.stop()


async def test_a_pause_within_an_answer_does_not_end_it(question: Question) -> None:
    question.ask(settle_ms=2000)
    call = question.call
    call.hear(SpeechStarted(100))
    call.at_ms = 3000
    call.say(0, "我买了个电饭煲，", 0, 2000)
    assert await question.goes_on()
    call.hear(SpeechStarted(3500))
    call.at_ms = 9900
    assert await question.goes_on()
    call.say(1, "它漏电。", 3400, 8000)
    assert await question.goes_on()
    call.at_ms = 10_000
    assert await question.answer() == fx.Said("我买了个电饭煲，它漏电。", (), 0.9)


async def test_who_goes_on_while_the_first_words_are_read_is_heard_out(question: Question) -> None:
    question.ask()
    call = question.call
    call.hear(SpeechStarted(100))
    call.hear(SpeechStarted(3000))
    call.at_ms = 4000
    call.say(0, "我要", 0, 2000)
    assert await question.goes_on()
    call.say(1, "投诉", 2900, 3900)
    assert await question.answer() == fx.Said("我要投诉", (), 0.9)


async def test_a_better_text_takes_the_place_of_the_first(question: Question) -> None:
    question.ask(settle_ms=1000)
    call = question.call
    call.hear(SpeechStarted(100))
    call.at_ms = 1900
    call.say(0, "我要头诉", 0, 1000)
    call.say(0, "我要投诉", 0, 1000, "revised")
    assert await question.goes_on()
    call.at_ms = 2000
    assert await question.answer() == fx.Said("我要投诉", (), 0.9)


async def test_who_speaks_longer_than_is_taken_is_taken_at_their_word(
    question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_session, "LAST_WORDS_S", 0.05)
    call = question.call
    call.hear(SpeechStarted(100))
    call.say(0, "从前", 0, 1000)
    call.hear(SpeechStarted(1500))
    call.say(1, "有座山", 1400, 2000, "partial")
    question.ask(max_speech_ms=50)
    assert await question.answer() == fx.Said("从前有座山", (), 0.9)
    # What follows of it answers nothing else.
    question.ask(no_input_ms=50)
    call.say(1, "有座山，山上有座庙", 1400, 9000)
    assert await question.answer() == fx.NoInput()


async def test_the_last_words_are_waited_for(question: Question) -> None:
    call = question.call
    call.hear(SpeechStarted(100))
    call.say(0, "有座", 0, 900, "partial")
    question.ask(max_speech_ms=20)
    assert await question.goes_on()
    call.say(0, "有座山", 0, 1000)
    assert await question.answer() == fx.Said("有座山", (), 0.9)


async def test_a_cough_is_no_answer_and_silence_is_told(question: Question) -> None:
    call = question.call
    call.hear(SpeechStarted(100))
    question.ask(no_input_ms=50)
    assert await question.goes_on()
    call.say(0, "", 0, 300)
    assert await question.answer() == fx.NoInput()


async def test_a_beginning_that_is_told_twice_ends_once(question: Question) -> None:
    call = question.call
    call.hear(SpeechStarted(100))
    call.hear(SpeechStarted(100))
    question.ask()
    call.say(0, "我要投诉", 0, 1000)
    call.at_ms = 1000
    assert await question.answer() == fx.Said("我要投诉", (), 0.9)


async def test_keys_are_not_waited_for_beyond_the_most(question: Question) -> None:
    question.ask(max_digits=2)
    question.press("1")
    assert await question.goes_on()
    question.press("2")
    assert await question.answer() == fx.Pressed("12")


async def test_the_answers_to_a_question_are_expected_until_it_is_answered(question: Question) -> None:
    walking = question.walk(fx.Listen(no_input_ms=LONG_MS, phrases=("匿名", "是")))
    await asyncio.sleep(0)
    assert question.call.expected == ("匿名", "是")
    walking.cancel()
    await asyncio.gather(question.walk(fx.EnterQueue("12365")), return_exceptions=True)
    assert question.call.expected == ()


async def test_what_is_pressed_or_said_while_the_last_words_are_told_is_heard_where_it_asks_for_a_person(
    question: Question,
) -> None:
    assert await question.last_wish() is None
    question.press("9")
    question.call.say(0, "好的，谢谢，再见。", 0, 900)
    assert await question.last_wish() is None
    question.press("0")
    assert await question.last_wish() == fx.Pressed("0")
    question.call.say(1, "转人工。", 1000, 1900)
    assert await question.last_wish() == fx.Said("转人工。", (), 0.9)


async def test_a_person_asked_for_in_a_notice_is_not_forgotten_with_it(question: Question) -> None:
    question.call.say(0, "转人工。", 0, 900)
    assert await question.unasked("greeting") is None
    assert await question.unasked("need") == fx.Said("转人工。", (), 0.9)


async def test_what_else_is_said_in_a_notice_answers_no_question(question: Question) -> None:
    question.call.say(0, "好的。", 0, 900)
    assert await question.unasked("need") is None
    question.ask(no_input_ms=LONG_MS)
    assert await question.goes_on()


async def test_a_call_expects_the_answers_first_and_no_single_character() -> None:
    class Vocabulary:
        def words(self, call_id: int) -> tuple[str, ...]:
            return ("红星超市", "匿名") if call_id == 7 else ()

    ears = cast(Ears, SimpleNamespace(vocabulary=Vocabulary(), backlog=SimpleNamespace(closed=lambda _: None)))
    call = LiveCall(7, "1", "PJSIP/1", 0.0, ears)
    assert call.words == ("红星超市", "匿名")
    call.expected = ("匿名", "是", "不需要")
    assert call.words == ("匿名", "不需要", "红星超市")
    await call.close()
