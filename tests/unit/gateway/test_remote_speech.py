"""Legs and speech workers: who gets which leg, what is told, what is kept until it is text."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from asr_models.barge_in import Heard
from asr_models.frames import RATE, AudioFrame, Interrupted, SpeechEvent, SpeechStarted, Utterance, Word
from asr_models.scheduler import Load
from common.errors import Language
from gateway.arriving import DRAIN_S
from gateway.remote_leg import RemoteLeg
from gateway.remote_speech import RemoteSpeech
from gateway.speech_link import event_of, event_told, prompt_of, prompt_told
from gateway.speech_worker import SpeechWorker
from tests.hotline_under_test import eventually

SECRET = "only-for-tests-of-workers"
CHINESE = {"": "zh-CN"}


@dataclass
class ScriptedLeg:
    """Writes down what it is told; says what the test has it say."""

    emit: Callable[[SpeechEvent], None]
    words: Callable[[], tuple[str, ...]]
    first_index: int
    live: bool
    fails: bool = False
    line: str = ""
    phrases: Callable[[], tuple[str, ...]] = tuple
    heard: list[AudioFrame] = field(default_factory=list)
    other: list[AudioFrame] = field(default_factory=list)
    prompts: list[Heard | None] = field(default_factory=list)
    closed: bool = False

    def push(self, frame: AudioFrame) -> None:
        self.heard.append(frame)

    def beside(self, frame: AudioFrame) -> None:
        self.other.append(frame)

    def hears(self, prompt: Heard | None) -> None:
        self.prompts.append(prompt)

    async def close(self) -> None:
        self.closed = True
        if self.fails:
            raise RuntimeError("the model is broken")


class Scripted:
    """A speech service without engines."""

    def __init__(self) -> None:
        self.legs: list[ScriptedLeg] = []
        self.waiting = 0
        self.behind_ms = 0
        self.fails = False
        #: What reads calls to other numbers, and to 12315.
        self.reads = ("scripted", "another")

    def open_leg(
        self, leg_id: str, on_event: Callable[[SpeechEvent], None], *, line: str = "",
        words: Callable[[], tuple[str, ...]] = tuple, phrases: Callable[[], tuple[str, ...]] = tuple,
        first_index: int = 0, live: bool = True,
    ) -> ScriptedLeg:  # fmt: skip
        self.legs.append(ScriptedLeg(on_event, words, first_index, live, self.fails, line, phrases))
        return self.legs[-1]

    def describe(self, language: Language = "en") -> dict[str, str]:
        return {"partial": "none", "final": self.reads[0], "sounds": "none"}

    def describe_lines(self, language: Language = "en") -> dict[str, dict[str, str]]:
        return {"12315": {"final": self.reads[1]}}

    def load(self) -> Load:
        return Load({"final": self.waiting, "early": 0}, 7, 1, self.behind_ms)

    async def utterances(
        self, pcm: bytes, words: tuple[str, ...] = (), beside: bytes = b"", line: str = ""
    ) -> list[Utterance]:
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing to free."""


@dataclass
class Centre:
    """A gateway's speech and its workers."""

    speech: RemoteSpeech
    engines: list[Scripted]
    workers: list[SpeechWorker]
    events: list[SpeechEvent] = field(default_factory=list)

    @property
    def legs(self) -> list[int]:
        """How many legs each worker was ever given."""
        return [len(each.legs) for each in self.engines]

    def there(self) -> int:
        return sum(worker.problem is None for worker in self.speech.workers())


async def _centre(threads: tuple[int, ...], sound_port: int | None = None) -> Centre:
    engines = [Scripted() for _ in threads]
    workers = [
        SpeechWorker(e, SECRET, CHINESE, n, "127.0.0.1", 0, sound_port) for e, n in zip(engines, threads, strict=True)
    ]
    for worker in workers:
        await worker.start()
    speech = RemoteSpeech(tuple(("127.0.0.1", worker.port) for worker in workers), SECRET, CHINESE, straight=True)
    speech.start()
    made = Centre(speech, engines, workers)
    await eventually(lambda: made.there() == len(threads))
    return made


@pytest.fixture
async def centre(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Centre]:
    """Two workers, the second with twice the threads."""
    monkeypatch.setattr("gateway.speech_worker.BEAT_S", 0.1)
    made = await _centre((1, 2))
    yield made
    await made.speech.close()
    for worker in made.workers:
        await worker.stop()


def sound(at_ms: int, ms: int = 100) -> AudioFrame:
    return AudioFrame(bytes([at_ms // 100 % 256]) * (RATE * 2 * ms // 1000), RATE, at_ms)


def final(index: int, start_ms: int, end_ms: int) -> Utterance:
    return Utterance(
        index, start_ms, end_ms, "好", "final", ("hao3",), "e", "m", 0.9, (Word("好", start_ms, end_ms, 1),)
    )


async def test_a_worker_is_told_the_line_and_one_that_reads_it_in_another_language_is_not_used(centre: Centre) -> None:
    centre.speech.open_leg("1", centre.events.append, line="12315")
    await eventually(lambda: sum(centre.legs) == 1)
    (leg,) = [leg for engine in centre.engines for leg in engine.legs]
    assert leg.line == "12315"
    assert centre.speech.describe_lines() == {"12315": {"final": "another"}}
    address = ("127.0.0.1", centre.workers[0].port)
    for languages, problem in (
        ({**CHINESE, "12315": "zh-CN"}, None),
        ({**CHINESE, "12315": "ko-KR"}, "other_language"),
    ):
        speech = RemoteSpeech((address,), SECRET, languages)
        speech.start()
        await eventually(lambda speech=speech, problem=problem: speech.workers()[0].problem == problem)
        await speech.close()


async def test_a_worker_that_reads_calls_to_one_number_alone_is_used_and_one_that_reads_none_is_not(
    centre: Centre,
) -> None:
    address = ("127.0.0.1", centre.workers[0].port)
    for reads, problem in ((("none", "another"), None), (("none", "none"), "no_engine")):
        centre.engines[0].reads = reads
        speech = RemoteSpeech((address,), SECRET, CHINESE)
        speech.start()
        await eventually(lambda speech=speech, problem=problem: speech.workers()[0].problem == problem)
        await speech.close()


async def test_each_worker_is_given_legs_as_it_has_threads_and_a_full_one_none(centre: Centre) -> None:
    for number in range(6):
        centre.speech.open_leg(f"{number}", centre.events.append)
    await eventually(lambda: centre.legs == [2, 4])
    centre.engines[1].waiting = 3
    await eventually(lambda: [worker.full for worker in centre.speech.workers()] == [False, True])
    for number in range(3):
        centre.speech.open_leg(f"more-{number}", centre.events.append)
    await eventually(lambda: centre.legs == [5, 4])
    figures = centre.speech.load().figures()
    assert (figures["waiting_final"], figures["waiting_later"], figures["done"], figures["put_off"]) == (3, 0, 14, 2)
    centre.engines[0].behind_ms, centre.engines[1].waiting = 1500, 0
    await eventually(lambda: [worker.full for worker in centre.speech.workers()] == [True, False])
    assert centre.speech.load().behind_ms == 1500


async def test_what_a_leg_is_told_comes_to_the_worker_and_words_are_asked_for_again(centre: Centre) -> None:
    words = ["红星"]
    leg = centre.speech.open_leg(
        "1-caller", centre.events.append, words=lambda: tuple(words), first_index=4, live=False
    )
    prompt = Heard(200, np.array([0.5, -0.5], np.float32), True)
    leg.hears(prompt)
    leg.push(sound(0))
    leg.beside(sound(50))
    (given,) = await eventually(lambda: [leg for each in centre.engines for leg in each.legs])
    await eventually(lambda: given.other)
    assert (given.first_index, given.live, given.words()) == (4, False, ("红星",))
    assert (given.heard, given.other) == ([sound(0)], [sound(50)])
    told = given.prompts[-1]
    assert told is not None and (told.at_ms, told.stoppable) == (200, True)
    assert np.allclose(told.sound, prompt.sound, atol=1e-3)
    leg.hears(None)
    words.append("大润发")
    for at in range(100, 1200, 100):
        leg.push(sound(at))
    await eventually(lambda: given.words() == ("红星", "大润发") and given.prompts[-1] is None)


async def test_a_worker_is_told_what_may_be_answered_before_the_sound_of_the_answer(centre: Centre) -> None:
    asked: list[tuple[str, ...]] = [("投诉", "举报")]
    leg = centre.speech.open_leg("call-1-caller", centre.events.append, phrases=lambda: asked[-1])
    await eventually(lambda: sum(centre.legs) == 1)
    (there,) = (made for engine in centre.engines for made in engine.legs)
    assert there.phrases() == ("投诉", "举报")
    asked.append(("不匿名",))
    leg.push(sound(0))
    await eventually(lambda: there.heard)
    assert there.phrases() == ("不匿名",)


async def test_a_leg_has_as_many_words_of_its_own_as_a_hotline_keeps(centre: Centre) -> None:
    words = tuple(f"电热水器型号{number}" for number in range(20_000))
    leg = centre.speech.open_leg("call-1-caller", centre.events.append, words=lambda: words)
    await eventually(lambda: sum(centre.legs) == 1)
    (there,) = (made for engine in centre.engines for made in engine.legs)
    assert there.words() == words
    await leg.close()


async def test_a_lost_leg_goes_on_elsewhere_from_what_has_no_final_text(centre: Centre) -> None:
    leg = centre.speech.open_leg("1-caller", centre.events.append)
    for at in range(0, 3000, 100):
        leg.push(sound(at))
    await eventually(lambda: centre.engines[0].legs and len(centre.engines[0].legs[0].heard) == 30)
    tell = centre.engines[0].legs[0].emit
    for event in (SpeechStarted(200), final(0, 100, 1000), SpeechStarted(1300)):
        tell(event)
    await eventually(lambda: len(centre.events) == 3)
    await centre.workers[0].stop()
    (second,) = await eventually(lambda: centre.engines[1].legs)
    await eventually(lambda: len(second.heard) == 20)
    assert second.first_index == 1 and second.heard[0].at_ms == 0 and second.heard[0].pcm == sound(1000).pcm
    # Its clock begins where it takes over; what it says is on the leg's own.
    second.emit(final(1, 300, 900))
    second.emit(Interrupted(950))
    await eventually(lambda: len(centre.events) == 5)
    assert centre.events[3:] == [final(1, 1300, 1900), Interrupted(1950)]
    await leg.close()
    assert second.closed


async def test_a_second_final_text_of_one_utterance_ends_no_other(centre: Centre) -> None:
    leg = centre.speech.open_leg("1-caller", centre.events.append)
    (given,) = await eventually(lambda: centre.engines[0].legs)
    for event in (SpeechStarted(0), final(0, 0, 100), final(0, 0, 100), SpeechStarted(200)):
        given.emit(event)
    await eventually(lambda: len(centre.events) == 4)
    # Somebody speaks: all of it is kept, however long it is.
    for at in range(0, 120_000, 1000):
        leg.push(sound(at, 1000))
    await centre.workers[0].stop()
    (second,) = await eventually(lambda: centre.engines[1].legs)
    await eventually(lambda: len(second.heard) == 120)


async def test_where_nobody_speaks_a_minute_is_kept(centre: Centre) -> None:
    leg = centre.speech.open_leg("1-caller", centre.events.append)
    for at in range(0, 120_000, 1000):
        leg.push(sound(at, 1000))
    await centre.workers[0].stop()
    (second,) = await eventually(lambda: centre.engines[1].legs)
    await eventually(lambda: len(second.heard) == 60)


async def test_a_worker_that_cannot_read_a_leg_to_its_end_has_it_put_off(centre: Centre) -> None:
    for engine in centre.engines:
        engine.fails = True
    leg = centre.speech.open_leg("1-caller", centre.events.append, first_index=2)
    for at in range(0, 500, 100):
        leg.push(sound(at))
    await leg.close()
    assert centre.events == [Utterance(2, 0, 500, "", "final", (), "none", "", 0.0, put_off=True)]


async def test_without_workers_for_minutes_the_sound_is_put_off_bit_by_bit() -> None:
    speech = RemoteSpeech((), SECRET, CHINESE)
    events: list[SpeechEvent] = []
    leg = speech.open_leg("1-caller", events.append)
    for at in range(0, 660_000, 1000):
        leg.push(sound(at, 1000))
    owed = [event for event in events if isinstance(event, Utterance)]
    assert [(u.index, u.start_ms, u.put_off) for u in owed] == [(0, 0, True), (1, owed[0].end_ms, True)]
    assert 300_000 < owed[0].end_ms <= 302_000


@pytest.mark.parametrize(
    "event", [SpeechStarted(3), Interrupted(4), final(1, 2, 3), Utterance(0, 0, 1, "", "revised", (), "", "", 0.5)]
)
def test_events_are_told_as_they_are(event: SpeechEvent) -> None:
    assert event_of(event_told(event)) == event


def test_of_a_very_long_prompt_two_minutes_are_told() -> None:
    told, body = prompt_told(Heard(0, np.zeros(RATE * 300, np.float32), False))
    shown = prompt_of(told, body)
    assert shown is not None and len(shown.sound) == 120 * RATE
    assert prompt_of(*prompt_told(None)) is None


@pytest.fixture
async def straight(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Centre]:
    """Two workers that take sound from Asterisk itself."""
    monkeypatch.setattr("gateway.straight_copy.PATIENCE_S", 0.5)
    # Of a copy that is given up nothing is on its way.
    monkeypatch.setattr("gateway.speech_worker.DRAIN_S", 0.0)
    made = await _centre((1, 1), sound_port=0)
    yield made
    await made.speech.close()
    for worker in made.workers:
        await worker.stop()


@dataclass
class Asterisk:
    """Connects where it is asked to, as Asterisk does."""

    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def copy(self, where: str) -> None:
        address, _, name = where.partition("/")
        host, _, port = address.rpartition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"\x01\x00\x10" + uuid.UUID(name).bytes)
        self.writers.append(writer)

    def say(self, pcm: bytes) -> None:
        self.writers[-1].write(b"\x10" + len(pcm).to_bytes(2, "big") + pcm)

    def hang_up(self) -> None:
        for writer in self.writers:
            writer.close()


async def _hears_itself(centre: Centre, asterisk: Asterisk) -> tuple[RemoteLeg, ScriptedLeg]:
    leg = centre.speech.open_leg("1-caller", centre.events.append)
    leg.copied_by(asterisk.copy)
    await eventually(lambda: asterisk.writers)
    asterisk.say(sound(0).pcm)
    (given,) = await eventually(lambda: centre.engines[0].legs)
    await eventually(lambda: given.heard)
    for at in (0, 100):
        leg.push(sound(at))
    return leg, given


async def test_sound_that_asterisk_sends_to_the_worker_itself_is_not_relayed(
    straight: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.speech_worker.DRAIN_S", DRAIN_S)
    asterisk = Asterisk()
    leg, given = await _hears_itself(straight, asterisk)
    leg.beside(sound(100))
    await eventually(lambda: given.other)
    assert len(given.heard) == 1
    given.emit(SpeechStarted(100))
    await eventually(lambda: straight.events)
    closing = asyncio.create_task(leg.close())
    asterisk.say(sound(100).pcm)
    asterisk.hang_up()
    await closing
    assert [frame.pcm for frame in given.heard] == [sound(0).pcm, sound(100).pcm] and given.closed
    assert straight.legs == [1, 0]


async def test_where_asterisk_does_not_reach_the_worker_all_of_it_is_relayed(straight: Centre) -> None:
    async def nowhere(where: str) -> None:
        """It goes astray."""

    leg = straight.speech.open_leg("1-caller", straight.events.append)
    leg.copied_by(nowhere)
    for at in (0, 100, 200):
        leg.push(sound(at))
    relayed = await eventually(lambda: straight.legs == [2, 0] and straight.engines[0].legs[1])
    await eventually(lambda: len(relayed.heard) == 3)
    leg.push(sound(300))
    await eventually(lambda: len(relayed.heard) == 4)


async def test_where_a_worker_is_lost_that_had_the_sound_itself_it_is_relayed_to_another(straight: Centre) -> None:
    leg, given = await _hears_itself(straight, Asterisk())
    given.emit(SpeechStarted(0))
    await eventually(lambda: straight.events)
    await straight.workers[0].stop()
    (second,) = await eventually(lambda: straight.engines[1].legs)
    leg.push(sound(200))
    await eventually(lambda: [frame.pcm for frame in second.heard] == [sound(at).pcm for at in (0, 100, 200)])


async def test_where_asterisks_own_copy_ends_in_the_middle_the_leg_is_relayed(straight: Centre) -> None:
    asterisk = Asterisk()
    leg, _ = await _hears_itself(straight, asterisk)
    asterisk.hang_up()
    relayed = await eventually(lambda: straight.legs == [2, 0] and straight.engines[0].legs[1])
    leg.push(sound(200))
    await eventually(lambda: [frame.pcm for frame in relayed.heard] == [sound(at).pcm for at in (0, 100, 200)])


@pytest.mark.parametrize("reached", [False, True])
async def test_a_leg_that_ends_before_the_worker_has_all_of_it_is_relayed_first(
    straight: Centre, monkeypatch: pytest.MonkeyPatch, reached: bool
) -> None:
    monkeypatch.setattr("gateway.straight_copy.PATIENCE_S", 60.0)
    asterisk = Asterisk()
    if reached:
        leg, _ = await _hears_itself(straight, asterisk)
        asterisk.hang_up()
        await eventually(lambda: leg._straight is not None and leg._straight.lacks(1000))
    else:
        leg = straight.speech.open_leg("1-caller", straight.events.append)
        leg.copied_by(lambda _: asyncio.sleep(0))
    for at in range(200, 1500, 100):
        leg.push(sound(at))
    await leg.close()
    relayed = straight.engines[0].legs[1]
    assert relayed.heard[-1].pcm == sound(1400).pcm and relayed.closed
    assert len(relayed.heard) == (15 if reached else 13)
