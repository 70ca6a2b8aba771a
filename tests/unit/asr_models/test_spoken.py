"""The order in which an utterance's texts are told, whatever the engines' speed."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from asr_models.by_sound.mandarin import plain
from asr_models.endpointing import Endpointing
from asr_models.engines.base import Reading, Samples, Stream
from asr_models.frames import SpeechEvent, Utterance
from asr_models.scheduler import Scheduler
from asr_models.spoken import Desk, Spoken

SOUND = np.zeros(8000, np.float32)
NOTHING = Reading()


@dataclass
class Slow:
    """A whole-utterance engine that answers when it is let."""

    text: str
    name: str = "slow"
    model: str = "m"
    go: threading.Event = field(default_factory=threading.Event)
    read_as: list[tuple[bool, str]] = field(default_factory=list)

    def read(
        self, samples: Samples, *, careful: bool, words: str = "", begins: str = "",
        stop: Callable[[], bool] | None = None,
    ) -> Reading | None:  # fmt: skip
        self.read_as.append((careful, begins))
        self.go.wait()
        if self.text == "fail":
            raise RuntimeError("this engine is broken")
        return Reading(self.text, 0.9)


class Quick:
    """A streaming engine; the tests give its readings themselves."""

    name = "quick"
    model = "q"

    def open(self, phrases: Sequence[str] = ()) -> Stream:
        raise NotImplementedError


class Table:
    """One leg's utterances and what was told of them."""

    def __init__(
        self, whole: Slow | None, streaming: Quick | None, better_within_ms: int = 60_000, *, spells: bool = False
    ):
        """``spells``: ``streaming`` hears pinyin, which becomes characters."""
        self.told: list[tuple[int, str, str, str]] = []
        #: The heard pinyin of what was told last, by its state.
        self.sounds: dict[str, tuple[str, ...]] = {}
        #: Utterances that a better text is owed for, by what was told of each last.
        self.put_off: list[int] = []
        self.scheduler: Scheduler[Reading] = Scheduler(2, second_passes=1)
        text, sounds = (None, streaming) if spells else (streaming, None)
        self.desk = Desk(
            text, whole, sounds, self.scheduler, Endpointing(better_within_ms=better_within_ms),
            mandarin=plain() if spells else None, spells=spells,
        )  # fmt: skip

    def speak(self, index: int = 0) -> Spoken:
        return Spoken(self.desk, "leg", self.hear, (), True, index, 0)

    def hear(self, event: SpeechEvent) -> None:
        assert isinstance(event, Utterance)
        self.told.append((event.index, event.state, event.text, event.engine))
        self.sounds[event.state] = event.sounds
        self.put_off = [each for each in self.put_off if each != event.index] + [event.index] * event.put_off

    async def close(self) -> None:
        await asyncio.to_thread(self.scheduler.close)


async def test_better_text_in_time_is_the_final_and_the_quick_text_is_shown_at_once() -> None:
    whole = Slow("我要投诉。")
    table = Table(whole, Quick())
    spoken = table.speak()
    spoken.show(100, Reading("我要"))
    finishing = asyncio.create_task(spoken.finish(200, SOUND, Reading("我要头数", 0.5), NOTHING, None))
    await asyncio.sleep(0.05)
    assert table.told[-1] == (0, "partial", "我要头数", "quick")
    whole.go.set()
    await finishing
    assert table.told == [
        (0, "partial", "我要", "quick"),
        (0, "partial", "我要头数", "quick"),
        (0, "final", "我要投诉。", "slow"),
    ]
    await table.close()


async def test_growing_text_is_the_pinyin_in_characters_and_so_is_the_final_where_others_wait_to_be_read() -> None:
    whole = Slow("我要投诉。")
    table = Table(whole, Quick(), spells=True)
    syllables = ("wo3", "yao4", "tou2", "su4")
    heard = Reading("", 0.8, (), syllables, (0.8,) * 4)
    for index in range(3):
        # Two are read at once; the third waits.
        table.speak(index).pause(100, SOUND, heard)
    spoken = table.speak(3)
    spoken.show(100, replace(heard, sounds=syllables[:2], sureness=(0.8, 0.8)))
    await asyncio.gather(*spoken.tasks)
    assert table.told == [(3, "partial", "我要", "quick")]
    finishing = asyncio.create_task(spoken.finish(200, SOUND, NOTHING, heard, None))
    while table.told[-1][1] != "final":
        await asyncio.sleep(0.01)
    assert table.told[1:] == [(3, "partial", "我要投诉", "quick"), (3, "final", "我要投诉", "quick")]
    assert table.put_off == [3]
    whole.go.set()
    await finishing
    await table.close()


async def test_who_waits_for_a_better_text_than_pinyins_waits_no_longer_once_others_wait() -> None:
    whole = Slow("我要投诉。")
    table = Table(whole, Quick(), spells=True)
    heard = Reading("", 0.8, (), ("wo3", "yao4", "tou2", "su4"), (0.8,) * 4)
    finishing = asyncio.create_task(table.speak(0).finish(200, SOUND, NOTHING, heard, None))
    await asyncio.sleep(0.2)
    assert [state for _, state, *_ in table.told] == ["partial"]
    table.speak(1).pause(100, SOUND, heard)
    while table.told[-1][1] != "final":
        await asyncio.sleep(0.01)
    # What is written from the pinyin has no second witness in the pinyin.
    assert table.sounds == {"partial": (), "final": ()}
    whole.go.set()
    await finishing
    assert table.told[-1] == (0, "revised", "我要投诉。", "slow")
    assert table.sounds["revised"] == heard.sounds
    await table.close()


@pytest.mark.parametrize(("sure", "text"), [(0.3, ""), (0.8, "我要投诉")])
async def test_what_only_the_pinyin_network_heard_is_kept_where_it_is_sure(sure: float, text: str) -> None:
    whole = Slow("")
    whole.go.set()
    table = Table(whole, Quick(), spells=True)
    heard = Reading("", sure, (), ("wo3", "yao4", "tou2", "su4"), (sure,) * 4)
    await table.speak().finish(200, SOUND, NOTHING, heard, None)
    assert table.told[-1] == (0, "final", text, "quick") and table.put_off == []
    await table.close()


async def test_better_text_that_is_late_revises_the_final() -> None:
    whole = Slow("我要投诉。")
    table = Table(whole, Quick(), better_within_ms=20)
    finishing = asyncio.create_task(table.speak().finish(200, SOUND, Reading("我要头数", 0.5), NOTHING, None))
    while not any(state == "final" for _, state, *_ in table.told):
        await asyncio.sleep(0.01)
    whole.go.set()
    await finishing
    assert [state for _, state, *_ in table.told] == ["partial", "final", "revised"]
    assert table.put_off == []
    await table.close()


async def test_a_better_text_is_owed_from_the_quick_final_on_also_where_it_turns_out_the_same() -> None:
    whole = Slow("我要投诉。")
    table = Table(whole, Quick(), better_within_ms=1)
    finishing = asyncio.create_task(table.speak().finish(200, SOUND, Reading("我要投诉。", 0.5), NOTHING, None))
    while not any(state == "final" for _, state, *_ in table.told):
        await asyncio.sleep(0.01)
    assert table.put_off == [0]
    whole.go.set()
    await finishing
    assert table.told[-1] == (0, "revised", "我要投诉。", "slow") and table.put_off == []
    await table.close()


async def test_an_early_reading_is_used_when_nothing_follows_and_not_when_speech_goes_on() -> None:
    whole = Slow("好")
    whole.go.set()
    table = Table(whole, None)
    used, resumed = table.speak(0), table.speak(1)
    used.pause(100, SOUND, NOTHING)
    await used.finish(200, SOUND, NOTHING, NOTHING, None)
    assert len(whole.read_as) == 1
    resumed.pause(300, SOUND, NOTHING)
    resumed.resume()
    await resumed.finish(400, SOUND, NOTHING, NOTHING, None)
    assert table.told[-1][:2] == (1, "final")
    await table.close()


async def test_finals_come_in_the_order_of_speech_and_no_partial_follows_its_final() -> None:
    slow, quick = Slow("一"), Slow("二")
    table = Table(slow, None)
    first = table.speak(0)
    first.grow(100, SOUND, NOTHING)
    one = asyncio.create_task(first.finish(200, SOUND, NOTHING, NOTHING, None))
    table.desk = Desk(None, quick, None, table.scheduler, table.desk.endpointing)
    two = asyncio.create_task(table.speak(1).finish(300, SOUND, NOTHING, NOTHING, one))
    quick.go.set()
    await asyncio.sleep(0.05)
    assert table.told == []
    slow.go.set()
    await asyncio.gather(one, two)
    await asyncio.gather(*first.tasks)
    assert [(index, state) for index, state, *_ in table.told] == [(0, "final"), (1, "final")]
    await table.close()


async def test_text_that_two_readings_agree_on_is_not_decoded_again() -> None:
    whole = Slow("我要投诉")
    whole.go.set()
    table = Table(whole, None)
    spoken = table.speak()
    for _ in range(3):
        spoken.grow(100, SOUND, NOTHING)
        await asyncio.gather(*spoken.tasks)
    assert [begins for _, begins in whole.read_as] == ["", "", "我要投"]
    await table.close()


async def test_an_engine_that_fails_costs_no_words_and_the_recording_is_read_again() -> None:
    whole = Slow("fail")
    whole.go.set()
    table = Table(whole, Quick())
    await table.speak().finish(200, SOUND, Reading("我要投诉", 0.8), NOTHING, None)
    assert table.told[-1] == (0, "final", "我要投诉", "quick")
    assert table.put_off == [0]
    await table.close()


async def test_an_engine_that_fails_where_nothing_streams_puts_its_utterance_off() -> None:
    whole = Slow("fail")
    whole.go.set()
    table = Table(whole, None)
    spoken = table.speak()
    spoken.pause(100, SOUND, NOTHING)
    await spoken.finish(200, SOUND, NOTHING, NOTHING, None)
    assert table.told == [(0, "final", "", "slow")]
    assert table.put_off == [0]
    await table.close()


async def test_an_engine_that_fails_after_its_quick_text_was_told_revises_that() -> None:
    whole = Slow("fail")
    table = Table(whole, Quick(), better_within_ms=1)
    finishing = asyncio.create_task(table.speak().finish(200, SOUND, Reading("我要投诉", 0.8), NOTHING, None))
    while not any(state == "final" for _, state, *_ in table.told):
        await asyncio.sleep(0.01)
    whole.go.set()
    await finishing
    assert table.told[-2:] == [(0, "final", "我要投诉", "quick"), (0, "revised", "我要投诉", "quick")]
    assert table.put_off == [0]
    await table.close()


async def test_key_phrases_alone_are_text_where_nothing_else_is() -> None:
    table = Table(None, None)
    await table.speak().finish(200, SOUND, NOTHING, Reading(sounds=("ren2", "gong1"), phrases=("人工",)), None)
    assert table.told[0][1:3] == ("final", "人工")
    await table.close()


async def test_second_passes_that_are_too_many_are_put_off_and_the_quick_text_is_final_at_once() -> None:
    whole = Slow("好")
    table = Table(whole, Quick())
    # Two are read, one may wait.
    finishing = [
        asyncio.create_task(table.speak(n).finish(200, SOUND, Reading("快", 0.5), NOTHING, None)) for n in range(5)
    ]
    await asyncio.gather(*finishing[2:4])
    assert table.put_off == [2, 3]
    assert [line for line in table.told if line[1] == "final"] == [
        (2, "final", "快", "quick"),
        (3, "final", "快", "quick"),
    ]
    whole.go.set()
    await asyncio.gather(*finishing)
    assert sorted(line for line in table.told if line[2] == "好") == [(n, "final", "好", "slow") for n in (0, 1, 4)]
    await table.close()


async def test_a_second_pass_put_off_after_its_quick_text_was_told_says_so_too() -> None:
    whole = Slow("好")
    table = Table(whole, Quick(), better_within_ms=1)
    finishing = [
        asyncio.create_task(table.speak(n).finish(200, SOUND, Reading("快", 0.5), NOTHING, None)) for n in range(3)
    ]
    await asyncio.sleep(0.1)
    assert [line[:2] for line in table.told if line[1] == "final"] == [(0, "final"), (1, "final"), (2, "final")]
    last = asyncio.create_task(table.speak(3).finish(200, SOUND, Reading("快", 0.5), NOTHING, None))
    await finishing[2]
    assert [line[:3] for line in table.told if line[1] == "revised"] == [(2, "revised", "快")]
    await asyncio.sleep(0.1)
    whole.go.set()
    await asyncio.gather(*finishing, last)
    # An answer is told once: what a call's tree is given is each final.
    assert sorted(line[0] for line in table.told if line[1] == "final") == [0, 1, 2, 3]
    revised = sorted(line[:3] for line in table.told if line[1] == "revised")
    assert revised == [(0, "revised", "好"), (1, "revised", "好"), (2, "revised", "快"), (3, "revised", "好")]
    assert table.put_off == [2]
    await table.close()
