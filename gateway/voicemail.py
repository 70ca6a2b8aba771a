"""Takes a voice message."""

from pathlib import Path

from asr_models.recording import SUFFIX, has_sound, repair, sound_of
from common.sealed_file import FileCipher
from gateway.caller_line import CallerLine
from gateway.errors import CallerHungUp
from gateway.live_call import Left, LiveCall
from ivr.wishes import PERSON_KEY

#: Longest message, and the silence that ends one, ms.
MAX_MS = 180_000
SILENCE_MS = 8_000
#: Shorter sound is a cough or a hang-up, not a message, ms.
LEAST_MS = 800


async def record_message(
    line: CallerLine, call: LiveCall, folder: Path, *, max_ms: int = MAX_MS, silence_ms: int = SILENCE_MS
) -> Left | None:
    """Beep, then record until #, silence, hang-up or the key for a person; None where nothing was said, or that key
    was pressed, also ahead of the beep: it is on the keypad then, and nothing is kept.

    Raises :class:`CallerHungUp` when the caller hung up after the message, which is kept all the same.
    """
    if PERSON_KEY in line.keypad:
        line.keypad.forget()
        line.keypad.press(PERSON_KEY)
        return None
    path = folder / f"{call.ears.now:%Y-%m-%d}" / f"{call.id}-message.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    from_ms = call.at_ms
    line.keypad.forget()
    gone: CallerHungUp | None = None
    try:
        answer = await line.agi.command(
            "RECORD FILE",
            f'"{path.with_suffix("")}"',
            "wav",
            f'"#{PERSON_KEY}"',
            str(max_ms),
            "BEEP",
            f"s={silence_ms // 1000}",
        )
        key = line.agi.key_of(answer)
        await line.kept(key)
        line.keypad.forget()
        if key == PERSON_KEY:
            line.keypad.press(key)
            path.unlink(missing_ok=True)
            return None
    except CallerHungUp as error:
        gone = error
    message = _message(path, call.ears.cipher, from_ms)
    if message is not None:
        call.message = message
        call.outcome = "voice_message"
    if gone is not None:
        raise gone
    return message


def _message(path: Path, cipher: FileCipher, from_ms: int) -> Left | None:
    """What Asterisk wrote, sealed; a cough or silence is deleted."""
    if not path.is_file():
        return None
    duration_ms = repair(path)
    message = None
    if duration_ms >= LEAST_MS and has_sound(path):
        message = Left(path.with_suffix(SUFFIX), duration_ms, from_ms)
        cipher.seal(sound_of(path), message.path)
    path.unlink()
    return message
