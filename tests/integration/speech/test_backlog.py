"""What was put off, and what a killed process left, is read from the recordings; nothing of it is lost or doubled."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import select

from agent_api.calls.ledger import CallLedger
from agent_api.database import Database
from agent_api.events.log import Bell
from agent_api.migrate import upgrade
from agent_api.models import Call, Case, Recording, Utterance, VoiceMessage
from agent_api.words.vocabulary import Vocabulary
from asr_models import frames
from asr_models.frames import RATE
from asr_models.legs import TextService
from asr_models.service import SpeechService
from common.sealed_file import FileCipher
from gateway.backlog import Backlog
from gateway.live_call import Ears
from gateway.remote_speech import RemoteSpeech
from gateway.speech_worker import SpeechWorker
from gateway.spool import Spool
from gateway.writing_down import write_down
from hotline.setup.postgres_server import PostgresServer
from hotline.sound import read_sound
from tests.hotline_under_test import eventually, free_ports
from tests.integration.speech.conftest import SPEECH, pcm, recordings
from tests.integration.speech.echoes import echo, samples
from tests.integration.speech.test_workers import PATIENCE_S, SECRET, begin, connected, end, problems

CIPHER = FileCipher("of the tests")
CHINESE = {"": "zh-CN"}
SOUND = pcm(SPEECH / "callers" / "complaint-1.wav")
BEGAN_MS = 120
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Kept:
    """A ledger, and one call whose caller was recorded."""

    ledger: CallLedger
    database: Database
    call_id: int
    path: Path
    backlogs: list[Backlog] = field(default_factory=list)

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.database, Bell())

    async def case(self, **fields: str) -> None:
        """The call's draft, with what an agent typed into it."""
        self.ledger.draft_case(self.call_id, "complaint")
        await self.ledger.settled()
        async with self.database.transaction() as session:
            case = (await session.scalars(select(Case))).one()
            for name, value in fields.items():
                setattr(case, name, value)

    async def suggested(self) -> Case:
        await self.ledger.settled()
        async with self.database.reading() as session:
            return (await session.scalars(select(Case))).one()

    async def end(self, backlog: Backlog) -> None:
        """The call is over, and all that its recordings hold is text."""
        self.ledger.ended(self.call_id, "abandoned")
        backlog.calls_are_known()
        backlog.closed(self.call_id)
        await self.read_through()

    async def backlog(self, speech: SpeechService) -> Backlog:
        made = Backlog(self.ledger, speech, CIPHER, self.vocabulary, ZONE)
        await made.find()
        await made.start()
        self.backlogs.append(made)
        return made

    async def told(self, index: int, start_ms: int, end_ms: int, text: str, state: str, put_off: bool = False) -> None:
        await self.ledger.utterance(
            self.call_id, "caller", index, start_ms, end_ms, text, state, "quick", "q", 0.5, put_off=put_off
        )

    async def lines(self) -> list[Utterance]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(Utterance).order_by(Utterance.number)))

    async def states(self) -> set[str]:
        async with self.database.reading() as session:
            return set(await session.scalars(select(Recording.state)))

    async def read_through(self) -> None:
        """Wait until everything the recording holds is text."""

        async def kept() -> bool:
            return await self.states() == {"kept"}

        await eventually(kept, 60)


@pytest.fixture
async def kept(tmp_path: Path, server: PostgresServer | None) -> AsyncIterator[Kept]:
    url = server.make() if server else f"sqlite+aiosqlite:///{tmp_path}/hotline.db"
    await asyncio.to_thread(upgrade, url)
    database = Database(url, "of the tests")
    ledger = CallLedger(database, Bell(), "Asia/Shanghai")
    call_id = await ledger.start_call(
        asterisk_id="1", sip_call_id="1", caller_number="139", called_number="12365", tree="t", tree_version="1"
    )
    path = tmp_path / "1-caller.pcm.sealed"
    CIPHER.seal(SOUND, path)
    ledger.recordings.grew(call_id, "caller", str(path), BEGAN_MS, len(SOUND) // 16)
    made = Kept(ledger, database, call_id, path)
    yield made
    for each in made.backlogs:
        await each.stop()
    await database.close()


async def test_a_second_pass_that_was_put_off_is_read_after_the_call(kept: Kept, mandarin: TextService) -> None:
    await kept.told(0, BEGAN_MS, BEGAN_MS + len(SOUND) // 16, "我要头数", "final", put_off=True)
    backlog = await kept.backlog(mandarin)
    kept.ledger.ended(kept.call_id, "abandoned")
    backlog.closed(kept.call_id)
    await kept.read_through()
    (line,) = await kept.lines()
    assert (line.state, line.put_off, line.number) == ("revised", False, 0)
    assert "投诉" in line.text
    # Times are the call's.
    begins = [word["start_ms"] for word in line.words or []]
    assert len(begins) > 15 and begins == sorted(begins)
    assert BEGAN_MS <= begins[0] < begins[-1] < BEGAN_MS + len(SOUND) // 16


async def test_what_a_killed_process_did_not_store_is_read_and_numbered_behind_what_it_did(
    kept: Kept, mandarin: TextService
) -> None:
    await kept.told(0, BEGAN_MS, BEGAN_MS + 100, "喂", "final")
    await kept.told(1, BEGAN_MS + 200, BEGAN_MS + 900, "我", "partial")
    backlog = await kept.backlog(mandarin)
    following = backlog.next_numbers(kept.call_id, {"caller": 2, "agent": 4})
    assert following["agent"] == 4
    kept.ledger.ended(kept.call_id, "abandoned")
    backlog.calls_are_known()
    await kept.read_through()
    lines = await kept.lines()
    assert [line.state for line in lines] == ["final"] * len(lines)
    assert lines[0].text == "喂"
    assert "投诉" in "".join(line.text for line in lines[1:])
    assert lines[1].number == 1
    assert lines[-1].number < following["caller"]
    assert BEGAN_MS + 100 <= lines[1].start_ms < lines[-1].end_ms <= BEGAN_MS + len(SOUND) // 16


async def test_growing_text_that_was_counted_otherwise_does_not_stand_beside_what_is_read_again(
    kept: Kept, mandarin: TextService
) -> None:
    # Two noises before it had numbers of their own.
    await kept.told(2, BEGAN_MS + 200, BEGAN_MS + 900, "我要投诉", "partial")
    backlog = await kept.backlog(mandarin)
    await kept.end(backlog)
    text = "".join(line.text for line in await kept.lines())
    assert text.count("投诉") == 1


async def test_a_recording_whose_file_is_gone_holds_up_no_other_and_keeps_the_words(
    kept: Kept, mandarin: TextService
) -> None:
    await kept.told(0, BEGAN_MS, BEGAN_MS + 900, "我要", "partial")
    kept.path.unlink()
    backlog = await kept.backlog(mandarin)
    kept.ledger.ended(kept.call_id, "abandoned")
    backlog.calls_are_known()
    await kept.read_through()
    assert [(line.text, line.state) for line in await kept.lines()] == [("我要", "final")]


async def test_a_call_that_goes_on_stays_open_when_what_it_owed_is_read(kept: Kept, mandarin: TextService) -> None:
    backlog = await kept.backlog(mandarin)
    backlog.calls_are_known()

    async def done() -> bool:
        return bool(await kept.lines()) and not backlog._calls.qsize()

    await eventually(done, 60)
    await kept.ledger.settled()
    assert await kept.states() == {"open"}


async def test_what_is_read_after_the_call_fills_in_its_case_as_words_on_the_line_do(
    kept: Kept, mandarin: TextService
) -> None:
    await kept.case()
    async with kept.database.transaction() as session:
        call = (await session.scalars(select(Call))).one()
        call.started_at -= timedelta(days=9)
        yesterday = call.started_at.astimezone(ZONE).date() - timedelta(days=1)
    await kept.end(await kept.backlog(mandarin))
    case = await kept.suggested()
    # What is heard behind it depends on the processor: 漏电 is written 肉店 on some.
    assert case.product.startswith("电饭煲") and case.occurred_on == yesterday.isoformat()
    assert {"漏电", "起火"} & set(case.risk_words)


async def test_what_is_read_after_the_call_is_read_with_the_words_of_its_case(
    kept: Kept, mandarin: TextService
) -> None:
    CIPHER.seal(read_sound(SPEECH / "domain" / "unseen-1.flac"), kept.path)
    await kept.case(brand="九阳", product="豆浆机")
    await kept.end(await kept.backlog(mandarin))
    # Without them it is 酉阳.
    assert (await kept.lines())[0].text.startswith("九阳豆浆机")


async def test_a_second_pass_that_a_killed_worker_owed_is_made_by_the_next(kept: Kept, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    korean = recordings("ko", "transcripts.tsv")[1]
    # One sentence, and the silence that just ends it.
    sound = read_sound(SPEECH / "ko" / korean["file"])[: 2 * RATE * 6] + bytes(2 * RATE * 8 // 10)
    CIPHER.seal(sound, kept.path)
    kept.ledger.recordings.grew(kept.call_id, "caller", str(kept.path), 0, len(sound) // 16)
    # The final text waits for no second pass.
    settings = {"engine": "auto", "HOTLINE_ENDPOINTING__BETTER_WITHIN_MS": "0"}
    worker = await begin(port, tmp_path, **settings)
    speech = connected([port])
    told: list[frames.Utterance] = []

    def tell(event: frames.SpeechEvent) -> None:
        if isinstance(event, frames.Utterance):
            told.append(event)
            if event.state == "final":
                worker.kill()

    # Better texts are read one after another, and that of the last leg is not even begun when its text is final.
    others = [speech.open_leg(f"other-{n}", lambda _event: None) for n in range(3)]
    leg = speech.open_leg("call", tell)
    for at in range(0, len(sound) // 16, 100):
        for each in (*others, leg):
            each.push(frames.AudioFrame(sound[16 * at : 16 * (at + 100)], RATE, at))
        # As on the line: of a leg that is behind second passes are put off.
        await asyncio.sleep(0.1)
    await eventually(lambda: any(u.state == "final" for u in told), PATIENCE_S)
    await end(worker)
    owed = [u for u in told if u.state == "final"]
    assert all(u.put_off and u.engine == "vosk" and u.text for u in owed)
    # That it was put off may be said once more.
    assert all(u.put_off for u in told if u.state == "revised")
    worker = await begin(port, tmp_path, **settings)
    try:
        await eventually(lambda: problems(speech) == [None], PATIENCE_S)
        for each in (*others, leg):
            await each.close()
        for u in told:
            await write_down(kept.ledger, kept.call_id, "caller", u.index, u)
        await kept.end(await kept.backlog(speech))
        lines = (await kept.lines())[: len(owed)]
        assert [(line.state, line.put_off, line.engine) for line in lines] == [("revised", False, "whisper")] * len(
            owed
        )
    finally:
        await speech.close()
        await end(worker)


@dataclass
class Fails:
    """Speech by an engine that fails on what it is given; the real ones take some days of calls to do so."""

    times: int
    tried: int = 0

    async def utterances(
        self, pcm: bytes, words: tuple[str, ...] = (), beside: bytes = b"", line: str = ""
    ) -> list[frames.Utterance]:
        self.tried += 1
        text = "" if self.tried <= self.times else "我要投诉"
        return [frames.Utterance(0, 1500, 2500, text, "final", (), "e", "m", 0.9, put_off=not text)]


@pytest.mark.parametrize(("times", "text"), [(1, "我要投诉"), (9, "")])
async def test_what_an_engine_fails_on_is_tried_once_more(kept: Kept, times: int, text: str) -> None:
    speech = Fails(times)
    await kept.end(await kept.backlog(cast(SpeechService, speech)))
    (line,) = await kept.lines()
    assert (line.text, line.state, line.put_off, speech.tried) == (text, "revised", False, 2)


@pytest.mark.parametrize("put_off", [False, True])
async def test_an_echo_of_the_other_speaker_is_not_read_from_the_recording(
    kept: Kept, mandarin: TextService, put_off: bool
) -> None:
    said = bytes(2 * RATE) + pcm(SPEECH / "callers" / "agent-closing.wav")
    heard = (np.clip(echo(samples(said), 180, 16.0), -1, 1) * 32767).astype("<i2").tobytes()
    agent = kept.path.with_name("1-agent.pcm.sealed")
    # The agent's leg began later: the caller heard of it from then on.
    CIPHER.seal(said, agent)
    CIPHER.seal(bytes(2 * RATE) + heard, kept.path)
    kept.ledger.recordings.grew(kept.call_id, "agent", str(agent), BEGAN_MS + 1000, len(said) // 16)
    if put_off:
        await kept.told(0, BEGAN_MS + 1200, BEGAN_MS + 1000 + len(said) // 16, "", "final", put_off=True)
    await kept.ledger.settled()
    await kept.end(await kept.backlog(mandarin))
    assert {line.speaker for line in await kept.lines() if line.text} == {"agent"}


@dataclass
class Away:
    """Speech by a worker that is not there yet."""

    speech: RemoteSpeech
    port: int
    worker: SpeechWorker | None = None

    async def comes(self, engines: TextService) -> None:
        self.worker = SpeechWorker(engines, SECRET, CHINESE, 2, "127.0.0.1", self.port)
        await self.worker.start()


@pytest.fixture
async def away(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Away]:
    monkeypatch.setattr("gateway.remote_leg.PATIENCE_S", 0.3)
    monkeypatch.setattr("gateway.backlog.AWAY_S", 0.2)
    (port,) = free_ports(1)
    made = Away(RemoteSpeech((("127.0.0.1", port),), SECRET, CHINESE), port)
    made.speech.start()
    yield made
    await made.speech.close()
    if made.worker is not None:
        await made.worker.stop()


async def test_without_a_speech_worker_it_is_tried_again_until_one_comes(
    kept: Kept, away: Away, mandarin: TextService
) -> None:
    await kept.told(0, BEGAN_MS, BEGAN_MS + len(SOUND) // 16, "", "final", put_off=True)
    backlog = await kept.backlog(away.speech)
    kept.ledger.ended(kept.call_id, "abandoned")
    backlog.closed(kept.call_id)
    await asyncio.sleep(1)  # it is tried meanwhile
    assert await kept.states() == {"open"} and [line.put_off for line in await kept.lines()] == [True]
    await away.comes(mandarin)
    await kept.read_through()
    (line,) = await kept.lines()
    assert (line.state, line.put_off) == ("revised", False) and "投诉" in line.text


async def test_a_message_left_with_the_fallback_becomes_a_case_before_a_worker_comes(
    kept: Kept, away: Away, mandarin: TextService, tmp_path: Path
) -> None:
    kept.ledger.ended(kept.call_id, "abandoned")
    kept.ledger.recordings.kept(kept.call_id)
    backlog = await kept.backlog(away.speech)
    folder = tmp_path / "spool"
    folder.mkdir()
    shutil.copy(SPEECH / "callers" / "complaint-1.wav", folder / "left.wav")
    note = {"unique": "2", "sip_call_id": "2", "number": "138", "called": "12365", "gone": True}
    (folder / "left.json").write_text(json.dumps(note))
    asterisk = cast(Any, None)  # nobody is on the line
    ears = Ears(
        asterisk, asterisk, away.speech, kept.ledger, backlog, tmp_path / "recordings", CIPHER,
        ZONE, kept.vocabulary,
    )  # fmt: skip
    spool = Spool(folder, ears)
    await spool.start()
    try:

        async def message() -> VoiceMessage | None:
            async with kept.database.reading() as session:
                return (await session.scalars(select(VoiceMessage))).one_or_none()

        assert await eventually(message, 60)
        assert [(line.speaker, line.text, line.put_off) for line in await kept.lines()] == [("message", "", True)]
        await away.comes(mandarin)

        async def read() -> bool:
            return "投诉" in "".join(line.text for line in await kept.lines())

        await eventually(read, 60)
        assert not list(folder.iterdir())
    finally:
        await spool.stop()
