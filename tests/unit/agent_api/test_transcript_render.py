"""A transcript as a file."""

import json
from datetime import UTC, datetime

from agent_api.transcripts.render import Form, Line, Transcript, render

SPOKEN = Transcript(
    17, datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC), "13800138000",
    [
        Line("caller", 1_500, 3_661_250, "我要投诉 <a & b>", "final", "whisper", 0.9),
        Line("agent", 3_662_000, 3_662_100, "好的", "revised", "vosk", 0.8, [{"text": "好的"}], True),
    ],
)  # fmt: skip


def rendered(form: Form) -> str:
    return render(SPOKEN, form, "zh-CN", "Asia/Shanghai")


def test_plain_text_has_the_centres_time_and_the_speakers() -> None:
    assert rendered("text").splitlines() == [
        "通话 17　2026-11-24 09:02:03　13800138000", "", "[00:01] 来电人: 我要投诉 <a & b>",
        "[61:02] 坐席: 好的（待复核）",
    ]  # fmt: skip


def test_subrip_has_hours_a_comma_and_no_cue_too_short_to_read() -> None:
    assert rendered("srt") == (
        "1\n00:00:01,500 --> 01:01:01,250\n来电人: 我要投诉 <a & b>\n\n2\n01:01:02,000 --> 01:01:02,500\n坐席: 好的\n"
    )


def test_webvtt_names_the_speakers_and_escapes_what_is_markup() -> None:
    assert rendered("vtt") == (
        "WEBVTT\n\n00:00:01.500 --> 01:01:01.250\n<v 来电人>我要投诉 &lt;a &amp; b&gt;\n\n"
        "01:01:02.000 --> 01:01:02.500\n<v 坐席>好的\n"
    )


def test_json_has_all_that_is_known() -> None:
    told = json.loads(rendered("json"))
    assert (told["call_id"], told["started_at"]) == (17, "2026-11-24T01:02:03+00:00")
    assert told["utterances"][1] == vars(SPOKEN.lines[1])


def test_a_call_without_words_is_an_empty_transcript() -> None:
    nothing = Transcript(1, SPOKEN.started_at, "", [])
    assert render(nothing, "vtt", "en", "UTC") == "WEBVTT\n"
    assert render(nothing, "text", "en", "UTC") == "Call 1  2026-11-24 01:02:03\n\n"
