"""A transcript as a file: text, subtitles, JSON; pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from common.errors import Language

Form = Literal["text", "srt", "vtt", "json"]
#: Form → media type and ending of a file's name.
FORMS: dict[Form, tuple[str, str]] = {
    "text": ("text/plain", "txt"),
    "srt": ("application/x-subrip", "srt"),
    "vtt": ("text/vtt", "vtt"),
    "json": ("application/json", "json"),
}
_SPEAKERS: dict[Language, dict[str, str]] = {
    "zh-CN": {"caller": "来电人", "agent": "坐席", "message": "留言"},
    "en": {"caller": "Caller", "agent": "Agent", "message": "Message"},
}
_TITLE: dict[Language, str] = {"zh-CN": "通话 {id}　{at}　{number}", "en": "Call {id}  {at}  {number}"}
#: Said behind a line whose better text is still to be read.
_PUT_OFF: dict[Language, str] = {"zh-CN": "（待复核）", "en": " (a better text follows)"}
#: A subtitle is shown at least this long, ms.
_LEAST_MS = 500


@dataclass(frozen=True)
class Line:
    """What one speaker said between two pauses; times in ms into the call."""

    speaker: str
    start_ms: int
    end_ms: int
    text: str
    state: str
    engine: str
    confidence: float
    #: When each word was said: ``text``, ``start_ms``, ``end_ms``; empty where the engine does not say.
    words: Sequence[Mapping[str, Any]] = ()
    #: The better text is read after the call.
    put_off: bool = False


@dataclass(frozen=True)
class Transcript:
    """A call's words, in the order in which they were begun."""

    call_id: int
    started_at: datetime
    caller_number: str
    lines: Sequence[Line]


def render(transcript: Transcript, form: Form, language: Language, zone: str) -> str:
    """The file's content."""
    names = _SPEAKERS[language]
    if form == "json":
        return _json(transcript)
    if form == "text":
        at = transcript.started_at.astimezone(ZoneInfo(zone))
        title = _TITLE[language].format(
            id=transcript.call_id, at=f"{at:%Y-%m-%d %H:%M:%S}", number=transcript.caller_number
        )
        said = [
            f"[{_clock(line.start_ms)}] {names[line.speaker]}: {line.text}{_PUT_OFF[language] if line.put_off else ''}"
            for line in transcript.lines
        ]
        return "\n".join([title.rstrip(), "", *said]) + "\n"
    if form == "srt":
        return "\n".join(
            f"{place}\n{_stamp(line.start_ms, ',')} --> {_stamp(_end(line), ',')}\n{names[line.speaker]}: {line.text}\n"
            for place, line in enumerate(transcript.lines, 1)
        )
    cues = (
        f"{_stamp(line.start_ms, '.')} --> {_stamp(_end(line), '.')}\n<v {names[line.speaker]}>{_escaped(line.text)}\n"
        for line in transcript.lines
    )
    return "\n".join(["WEBVTT\n", *cues])


def _json(transcript: Transcript) -> str:
    told = {
        "call_id": transcript.call_id, "started_at": transcript.started_at.isoformat(),
        "caller_number": transcript.caller_number, "utterances": [vars(line) for line in transcript.lines],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _end(line: Line) -> int:
    return max(line.end_ms, line.start_ms + _LEAST_MS)


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes:02}:{seconds:02}"


def _stamp(ms: int, point: str) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
