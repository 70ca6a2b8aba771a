"""Prompts: recorded in any usual format, read out from text, listened to, deleted where nothing needs them."""

import io
import wave
from pathlib import Path

import av
import httpx
import numpy as np
import pytest

from agent_api.trees.service import set_up
from ivr.voices.reading import as_read
from tests.integration.agent_api.api_under_test import FIRST, UNSET, ApiUnderTest

SHIPPED = Path("ivr/trees/12365.yaml").read_text("utf-8")
#: Somebody talking, 8 kHz.
SPEECH = Path("tests/speech/callers/complaint-1.wav").read_bytes()


@pytest.fixture
async def ivr(api: ApiUnderTest) -> httpx.AsyncClient:
    await set_up(api.database, "12365", SHIPPED, "")
    return await api.as_("admin")


def _as(container: str, codec: str, rate: int, quieter: float = 1.0) -> bytes:
    """The speech in another format."""
    with wave.open(io.BytesIO(SPEECH)) as source:
        samples = np.frombuffer(source.readframes(source.getnframes()), "<i2")
    frame = av.AudioFrame.from_ndarray((samples * quieter).astype(np.int16).reshape(1, -1), "s16", "mono")
    frame.rate = 8000
    sink = io.BytesIO()
    with av.open(sink, "w", container) as out:
        stream = out.add_stream(codec, rate=rate)
        resampler = av.AudioResampler(stream.format, "mono", rate, frame_size=stream.codec_context.frame_size or 1024)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return sink.getvalue()


def _heard(data: bytes) -> np.ndarray:
    with wave.open(io.BytesIO(data)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2")


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [("wav", "pcm_s16le", 44100), ("mp3", "libmp3lame", 44100), ("webm", "libopus", 48000), ("ipod", "aac", 44100),
     ("ogg", "libopus", 48000), ("flac", "flac", 16000)],
)  # fmt: skip
async def test_a_recording_of_any_usual_format_is_heard_at_one_level(
    ivr: httpx.AsyncClient, container: str, codec: str, rate: int
) -> None:
    faint = _as(container, codec, rate, quieter=0.1)
    made = await ivr.put("/prompts/zh-CN/notice/festival", headers=UNSET, content=faint, params={"text": "春节放假"})
    assert made.status_code == 200, made.text
    assert (made.json()["source"], made.json()["text"], made.json()["author"]) == ("recording", "春节放假", "admin")
    sound = await ivr.get("/prompts/zh-CN/notice/festival")
    samples = _heard(sound.content)
    spoken = samples[np.abs(samples) > 0.02 * np.abs(samples).max()] / 32768
    assert 0.05 < float(np.sqrt(np.mean(spoken**2))) < 0.15
    assert abs(len(samples) * 1000 // 8000 - made.json()["duration_ms"]) <= 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no sound at all", "read as sound"),
        (b"", "read as sound"),
        (_as("wav", "pcm_s16le", 8000, 0.0), "nothing is heard"),
    ],
)
async def test_what_is_no_sound_is_refused_with_what_would_be_right(
    ivr: httpx.AsyncClient, data: bytes, said: str
) -> None:
    refused = await ivr.put("/prompts/zh-CN/notice", headers=UNSET, content=data)
    assert (refused.status_code, refused.json()["code"]) == (422, "prompt-unusable")
    assert said in refused.json()["message"] and "WAV" in refused.json()["remedy"]
    assert (await ivr.get("/prompts/zh-CN/notice")).status_code == 404


@pytest.mark.parametrize("name", ["text/abc", "kept/abc", "../x", "a//b", "a b", "x" * 101])
async def test_a_name_that_is_none_is_refused(ivr: httpx.AsyncClient, name: str) -> None:
    refused = await ivr.put(f"/prompts/zh-CN/{name.replace('..', '%2e%2e')}", headers=UNSET, content=SPEECH)
    assert refused.status_code in (404, 422), refused.text
    assert [p for p in (await ivr.get("/prompts")).json() if p["source"] != "shipped"] == []


async def test_a_text_is_read_out_and_rendered_once(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    voices = (await ivr.get("/prompts/voices")).json()
    assert {"name": "espeak-cmn", "label": "Mandarin (synthetic)", "language": "zh-CN", "engine": "espeak-ng"} in voices
    order = {"text": "本中心10月1日至7日放假。", "voice": "espeak-cmn"}
    first = await ivr.post("/prompts/speech", json=order)
    assert len(_heard(first.content)) > 8000
    made = len(list((api.folder / "prompts").iterdir()))
    assert (await ivr.post("/prompts/speech", json=order)).content == first.content
    assert len(list((api.folder / "prompts").iterdir())) == made == 1
    kept = await ivr.post("/prompts/zh-CN/notice/festival", headers=UNSET, json=order)
    assert (kept.json()["engine"], kept.json()["voice"], kept.json()["text"]) == (
        "espeak-ng", "espeak-cmn", order["text"],
    )  # fmt: skip
    assert (await ivr.get("/prompts/zh-CN/notice/festival")).content == first.content


async def test_a_voice_that_there_is_not(ivr: httpx.AsyncClient) -> None:
    refused = await ivr.post("/prompts/speech", json={"text": "您好", "voice": "nobody"})
    assert (refused.status_code, refused.json()["code"]) == (422, "voice-unknown")
    assert "espeak-cmn" in refused.json()["remedy"]


async def test_of_a_text_that_cannot_be_read_out_nothing_is_left(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    refused = await ivr.post("/prompts/speech", json={"text": "。", "voice": "espeak-cmn"})
    assert (refused.status_code, refused.json()["code"]) == (500, "speech-failed")
    assert not list((api.folder / "prompts").iterdir())


async def test_without_kokoro_its_voices_are_read_by_espeak(ivr: httpx.AsyncClient) -> None:
    made = await ivr.post("/prompts/zh-CN/notice", headers=UNSET, json={"text": "您好", "voice": "zf_xiaoxiao"})
    assert (made.json()["voice"], made.json()["engine"]) == ("zf_xiaoxiao", "espeak-ng")


async def test_a_prompt_takes_the_place_of_the_shipped_one_and_gives_it_back(ivr: httpx.AsyncClient) -> None:
    shipped = (await ivr.get("/prompts/zh-CN/greeting")).content
    assert (await ivr.request("DELETE", "/prompts/zh-CN/greeting")).json()["code"] == "prompt-shipped"
    await ivr.put("/prompts/zh-CN/greeting", headers=UNSET, content=SPEECH)
    (shown,) = [p for p in (await ivr.get("/prompts", params={"language": "zh-CN"})).json() if p["name"] == "greeting"]
    assert (shown["source"], shown["used_by"]) == ("recording", ["12365"])
    assert (await ivr.get("/prompts/zh-CN/greeting")).content != shipped
    assert (await ivr.delete("/prompts/zh-CN/greeting")).status_code == 204
    assert (await ivr.get("/prompts/zh-CN/greeting")).content == shipped


async def test_what_a_draft_needs_is_not_deleted(ivr: httpx.AsyncClient) -> None:
    await ivr.put("/prompts/zh-CN/notice", headers=UNSET, content=SPEECH)
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    text = SHIPPED.replace("prompt: goodbye", "prompt: notice")
    saved = await ivr.put("/trees/12365/draft", json={"text": text}, headers={"If-Match": etag})
    refused = await ivr.delete("/prompts/zh-CN/notice")
    assert (refused.status_code, refused.json()["details"]["trees"]) == (409, "12365")
    await ivr.request("DELETE", "/trees/12365/draft", headers={"If-Match": saved.headers["etag"]})
    assert (await ivr.delete("/prompts/zh-CN/notice")).status_code == 204
    assert (await ivr.delete("/prompts/zh-CN/notice")).status_code == 404


async def test_a_version_keeps_the_sound_it_was_published_with(ivr: httpx.AsyncClient) -> None:
    first = (await ivr.put("/prompts/zh-CN/notice", headers=UNSET, content=SPEECH)).json()["sha256"]
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    text = SHIPPED.replace("prompt: goodbye", "prompt: notice")
    saved = await ivr.put("/trees/12365/draft", json={"text": text}, headers={"If-Match": etag})
    await ivr.post("/trees/12365/publish", json={"note": "notice"}, headers={"If-Match": saved.headers["etag"]})
    again = await ivr.post("/prompts/zh-CN/notice", headers=FIRST, json={"text": "您好", "voice": "espeak-cmn"})
    assert again.json()["etag"] == '"2"'
    assert (await ivr.get("/trees/12365")).json()["sounds"] == {"notice": first}


async def test_a_new_recording_under_an_old_name_is_published_without_a_draft(ivr: httpx.AsyncClient) -> None:
    draft = await ivr.get("/trees/12365/draft")
    nothing = await ivr.post("/trees/12365/publish", json={"note": "x"}, headers={"If-Match": draft.headers["etag"]})
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not-found")
    assert (await ivr.get("/trees/12365")).json()["changed_sounds"] == []
    recorded = (await ivr.put("/prompts/zh-CN/greeting", headers=UNSET, content=SPEECH)).json()["sha256"]
    before = (await ivr.get("/trees/12365")).json()
    assert (before["sounds"], before["changed_sounds"]) == ({}, ["greeting"])
    made = await ivr.post("/trees/12365/publish", json={"note": "new"}, headers={"If-Match": draft.headers["etag"]})
    assert made.status_code == 201
    after = (await ivr.get("/trees/12365")).json()
    assert (after["number"], after["text"]) == (before["number"] + 1, before["text"])
    assert (after["sounds"], after["changed_sounds"]) == ({"greeting": recorded}, [])
    # The shipped one is heard again.
    await ivr.delete("/prompts/zh-CN/greeting")
    assert (await ivr.get("/trees/12365")).json()["changed_sounds"] == ["greeting"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("您的案件编号是TS20261124-0001", "您的案件编号是TS二零二六幺幺二四零零零幺"),
        ("登记于2026-11-24", "登记于二零二六年十一月二十四日"),
        ("2026年11月24日", "二零二六年十一月二十四日"),
        ("请拨打12365或13800138000", "请拨打幺二三六五或幺三八零零幺三八零零零"),
        ("电话：110", "电话：幺幺零"),
        ("赔偿1280.50元、0.05元、10.05元、¥1,280", "赔偿一千二百八十元五角、五分、十元零五分、一千二百八十元"),
        ("共12000元，100000件商品，上涨2.5%", "共一万二千元，十万件商品，上涨百分之二点五"),
        ("工作时间8:30-17:30，下午3:05", "工作时间八点三十分至十七点三十分，下午三点零五分"),
        ("请拨打0571-12365，或0571-88886666，免费电话400-100-1000",
         "请拨打零五七幺幺二三六五，或零五七幺八八八八六六六六，免费电话四零零幺零零幺零零零"),
        ("服务热线为0571-12365。", "服务热线为零五七幺幺二三六五。"),
        ("投诉请按1，人工请按0", "投诉请按一，人工请按零"),
    ],
)  # fmt: skip
def test_figures_are_read_as_people_say_them(written: str, read: str) -> None:
    assert as_read(written, "zh-CN") == read


def test_other_languages_keep_their_figures_but_for_what_identifies_something() -> None:
    written = "Press 1 to complain. Call 12365 about what cost 1,280.50 or 12000.50 yuan on 24 November 2026."
    told = "Press 1 to complain. Call 1 2 3 6 5 about what cost 1,280.50 or 12000.50 yuan on 24 November 2026."
    assert as_read(written, "en") == told


async def test_a_prompt_made_again_is_not_the_one_that_was_deleted(ivr: httpx.AsyncClient) -> None:
    order = {"text": "本中心10月1日至7日放假。", "voice": "espeak-cmn"}
    for name in ("notice", "greeting"):
        read = (await ivr.put(f"/prompts/zh-CN/{name}", headers=UNSET, content=SPEECH)).json()["etag"]
        assert (await ivr.delete(f"/prompts/zh-CN/{name}")).status_code == 204
        stale = {"If-Match": read}
        refused = [await ivr.post(f"/prompts/zh-CN/{name}", headers=stale, json=order)]
        again = (await ivr.put(f"/prompts/zh-CN/{name}", headers=UNSET, content=SPEECH)).json()["etag"]
        refused += [await ivr.post(f"/prompts/zh-CN/{name}", headers=stale, json=order)]
        assert [(each.status_code, each.json()["code"]) for each in refused] == [(412, "edited-meanwhile")] * 2
        # And so on: each time from where it was.
        assert (await ivr.delete(f"/prompts/zh-CN/{name}")).status_code == 204
        third = (await ivr.put(f"/prompts/zh-CN/{name}", headers=UNSET, content=SPEECH)).json()["etag"]
        assert len({read, again, third}) == 3
        assert (await ivr.post(f"/prompts/zh-CN/{name}", headers={"If-Match": third}, json=order)).status_code == 200
    # Another language's prompt of the name is another one.
    assert (await ivr.put("/prompts/en/notice", headers=UNSET, content=SPEECH)).json()["etag"] == '"1"'


async def test_of_two_who_make_a_prompt_anew_the_second_is_told(ivr: httpx.AsyncClient) -> None:
    first = (await ivr.put("/prompts/zh-CN/notice", headers=UNSET, content=SPEECH)).json()
    order = {"text": "本中心10月1日至7日放假。", "voice": "espeak-cmn"}
    for headers in (UNSET, {"If-Match": '"2"'}):
        refused = await ivr.post("/prompts/zh-CN/notice", headers=headers, json=order)
        assert (refused.status_code, refused.json()["code"]) == (412, "edited-meanwhile")
    shown = {each["name"]: each for each in (await ivr.get("/prompts")).json()}
    assert (shown["notice"]["sha256"], shown["notice"]["etag"]) == (first["sha256"], '"1"')
    assert shown["greeting"]["etag"] == '"0"'
    assert (await ivr.post("/prompts/zh-CN/notice", headers=FIRST, json=order)).json()["etag"] == '"2"'
