"""Recordings: who hears them, from which place, in which form they are kept, and when they go."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from agent_api.database import now
from agent_api.models import Recording
from agent_api.recordings.keeper import Form, Keeper, Keeping
from common.sealed_file import FileCipher
from common.wav import header
from tests.integration.agent_api.api_under_test import FIELD_SECRET, ApiUnderTest
from tests.integration.agent_api.test_calls import answered_by

CIPHER = FileCipher(FIELD_SECRET)
PCM = (np.sin(np.arange(40_001) / 9) * 8000).astype("<i2").tobytes()
WAV = header(8000, len(PCM)) + PCM


@dataclass
class Recorded:
    """A call of agent1's with what the caller said."""

    call_id: int
    path: Path

    @property
    def url(self) -> str:
        return f"/calls/{self.call_id}/recordings/caller"


@pytest.fixture
async def recorded(api: ApiUnderTest) -> Recorded:
    call_id = await answered_by(api, "agent1")
    path = api.folder / f"{call_id}-caller.pcm.sealed"
    CIPHER.seal(PCM, path)
    api.ledger.recordings.grew(call_id, "caller", str(path), 0, 2500)
    api.ledger.recordings.grew(call_id, "agent", str(api.folder / "lost.pcm.sealed"), 0, 1000)
    api.ledger.ended(call_id, "answered")
    await api.ledger.settled()
    return Recorded(call_id, path)


def keeper(api: ApiUnderTest, form: Form = "wav", days: int = 0) -> Keeper:
    return Keeper(api.database, api.bell, CIPHER, Keeping(form, days))


async def test_it_is_heard_by_who_may_and_that_is_written_down_once_a_listening(
    api: ApiUnderTest, recorded: Recorded
) -> None:
    agent = await api.as_("agent1")
    for _ in range(2):
        answer = await agent.get(recorded.url)
        assert (answer.content, answer.headers["content-type"]) == (WAV, "audio/wav")
    assert (await agent.get(f"/calls/{recorded.call_id}/recordings/agent")).status_code == 404
    assert (await (await api.as_("agent2")).get(recorded.url)).status_code == 404
    heard = [e for e in await api.events() if e.kind == "recording.heard"]
    assert [(e.actor, e.call_id, e.audience) for e in heard] == [("agent1", recorded.call_id, 0)]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, len(WAV)),
        ("bytes=10-59", 10, 60),
        ("bytes=20000-20099", 20_000, 20_100),
        ("bytes=-100", len(WAV) - 100, len(WAV)),
        ("bytes=70000-999999", 70_000, len(WAV)),
    ],
)
async def test_any_part_can_be_had(api: ApiUnderTest, recorded: Recorded, asked: str, start: int, end: int) -> None:
    agent = await api.as_("agent1")
    answer = await agent.get(recorded.url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, WAV[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(WAV)}"
    again = await agent.get(recorded.url, headers={"Range": asked, "If-Range": '"another"'})
    assert (again.status_code, len(again.content)) == (200, len(WAV))


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,4-5"])
async def test_a_range_that_is_not_understood_gives_all(api: ApiUnderTest, recorded: Recorded, asked: str) -> None:
    answer = await (await api.as_("agent1")).get(recorded.url, headers={"Range": asked})
    assert (answer.status_code, len(answer.content)) == (200, len(WAV))


@pytest.mark.parametrize("asked", [f"bytes={len(WAV)}-", "bytes=-0"])
async def test_a_place_behind_the_end_is_refused(api: ApiUnderTest, recorded: Recorded, asked: str) -> None:
    answer = await (await api.as_("agent1")).get(recorded.url, headers={"Range": asked})
    assert (answer.status_code, answer.json()["code"]) == (416, "range-not-satisfiable")
    assert answer.json()["details"] == {"size": str(len(WAV))}


async def test_a_recording_that_was_tampered_with_is_refused(api: ApiUnderTest, recorded: Recorded) -> None:
    recorded.path.write_bytes(b"no recording at all, just a file of that name")
    answer = await (await api.as_("agent1")).get(recorded.url)
    assert (answer.status_code, answer.json()["code"]) == (500, "sealed-file-broken")


def decoded(sound: bytes) -> Iterator[np.ndarray]:
    with av.open(io.BytesIO(sound)) as file:
        for frame in file.decode(file.streams.audio[0]):
            yield frame.to_ndarray()


@pytest.mark.parametrize(("form", "media"), [("flac", "audio/flac"), ("opus", "audio/ogg")])
async def test_a_finished_recording_is_kept_in_the_form_of_the_setting(
    api: ApiUnderTest, recorded: Recorded, form: Form, media: str
) -> None:
    assert await keeper(api, form).put_in_form() == 0
    api.ledger.recordings.kept(recorded.call_id)
    await api.ledger.settled()
    one_is_lost = keeper(api, form)
    assert [await one_is_lost.put_in_form() for _ in range(2)] == [2, 0]
    assert not recorded.path.exists()
    answer = await (await api.as_("agent1")).get(recorded.url)
    assert answer.headers["content-type"] == media
    sound = np.concatenate([frame.ravel() for frame in decoded(answer.content)])
    if form == "flac":
        assert sound.astype("<i2").tobytes() == PCM
    else:
        assert len(answer.content) < len(PCM) / 4
        assert len(sound) / 48_000 == pytest.approx(len(PCM) / 16_000, abs=0.1)


async def test_a_recording_from_before_they_were_sealed_is_heard_and_then_sealed(
    api: ApiUnderTest, recorded: Recorded
) -> None:
    plain = api.folder / "9-caller.wav"
    plain.write_bytes(WAV)
    api.ledger.recordings.grew(recorded.call_id, "caller", str(plain), 0, 2500)
    api.ledger.recordings.kept(recorded.call_id)
    await api.ledger.settled()
    agent = await api.as_("agent1")
    assert (await agent.get(recorded.url)).content == WAV
    assert await keeper(api).put_in_form() == 1
    assert not plain.exists()
    assert PCM[1000:1100] not in (api.folder / "9-caller.pcm.sealed").read_bytes()
    assert (await agent.get(recorded.url)).content == WAV


async def test_it_is_deleted_when_its_time_is_over_with_a_record_of_it(api: ApiUnderTest, recorded: Recorded) -> None:
    api.ledger.recordings.kept(recorded.call_id)
    await api.ledger.settled()
    later = now() + timedelta(days=31)
    assert await keeper(api).delete_old(later) == 0
    assert await keeper(api, days=32).delete_old(later) == 0
    assert recorded.path.exists()
    assert await keeper(api, days=30).delete_old(later) == 2
    assert not recorded.path.exists()
    agent = await api.as_("agent1")
    shown = (await agent.get(f"/calls/{recorded.call_id}")).json()
    assert {r["state"] for r in shown["recordings"]} == {"deleted"}
    assert [u["text"] for u in shown["call"]["utterances"]] == ["我要投诉"]
    assert (await agent.get(recorded.url)).status_code == 404
    deleted = [e for e in await api.events() if e.kind == "recording.deleted"]
    told = [(e.actor, e.call_id, '"days": 30' in e.data) for e in deleted]
    assert told == [("retention", recorded.call_id, True)] * 2
    assert await keeper(api, days=30).delete_old(later) == 0


async def test_what_is_held_stays_until_it_is_released(api: ApiUnderTest, recorded: Recorded) -> None:
    api.ledger.recordings.kept(recorded.call_id)
    await api.ledger.settled()
    agent, admin = await api.as_("agent1"), await api.as_("admin")
    hold = "/cases/1/recordings/hold"
    assert (await agent.put(hold, json={"reason": "行政复议"})).status_code == 403
    assert (await admin.put("/cases/99/recordings/hold", json={"reason": "行政复议"})).status_code == 404
    assert (await admin.delete(hold)).status_code == 404
    assert (await admin.put(hold, json={"reason": "行政复议"})).json()["held_by"] == "admin"
    assert (await agent.get(hold)).json()["reason"] == "行政复议"
    later = now() + timedelta(days=31)
    assert await keeper(api, days=30).delete_old(later) == 0
    assert recorded.path.exists()
    assert (await admin.delete(hold)).status_code == 204
    assert (await agent.get(hold)).status_code == 404
    assert await keeper(api, days=30).delete_old(later) == 2
    kinds = [e["kind"] for e in (await agent.get("/cases/1/history")).json()]
    assert kinds[-2:] == ["case.recordings_held", "case.recordings_released"]


async def test_what_still_lacks_text_is_not_deleted(api: ApiUnderTest, recorded: Recorded) -> None:
    assert await keeper(api, days=1).delete_old(now() + timedelta(days=31)) == 0
    async with api.database.reading() as session:
        row = await session.get_one(Recording, 1)
    assert row.state == "open"


async def test_a_message_that_was_left_is_read_and_heard_with_its_case(api: ApiUnderTest) -> None:
    call_id = await api.call()
    CIPHER.seal(PCM, api.folder / "message.pcm.sealed")
    api.ledger.recordings.grew(call_id, "message", str(api.folder / "message.pcm.sealed"), 3000, 2500)
    await api.ledger.utterance(call_id, "message", 0, 3000, 3900, "请回电话", "final", "engine", "model", 0.9)
    api.ledger.ended(call_id, "voice_message")
    await api.ledger.settled()
    agent = await api.as_("agent2")
    assert (await agent.get(f"/calls/{call_id}/recordings/message")).content == WAV
    assert [line["speaker"] for line in (await agent.get("/cases/1")).json()["transcript"]] == ["message"]
