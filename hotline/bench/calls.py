"""``hotline bench calls``: our first menu against the same menu in plain dialplan, in one Asterisk and one run.

Callers stream silence, so speech is tapped, recorded and listened to for voice, but nothing is decoded: the
figures are the price of the menu itself.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ruamel.yaml import YAML

from asr_models.frames import RATE
from asr_models.recording import SUFFIX
from common.sealed_file import FileCipher
from hotline.bench.callers import Outcome, presses, run_callers, stays
from hotline.bench.own import need, own_hotline
from hotline.bench.report import Figure
from hotline.paths import ROOT
from hotline.settings import Settings
from ivr.checking import Limits

#: The plain twin's number.
PLAIN = "99365"
#: The key that is pressed in the menu, and when: the greeting is heard out, the question is cut short, ms.
KEY, KEY_AFTER_MS = "5", 8500
#: Time for the goodbye and the hang-up after the key, ms.
PATIENCE_MS = 6000
#: Rates tried, calls/s: doubled until one fails, then halved into the gap.
FIRST_RATE, TOP_RATE, PRECISION = 16.0, 64.0, 1.2
#: How long each rate is held, and how long the line rests after one that failed, s.
HELD_S, REST_S = 15.0, 6.0
#: The concurrent callers, how fast they come, how long each stays.
AT_ONCE, ARRIVAL_RATE, STAY_S = 100, 10.0, 40.0
#: A recording may lack this much of its call: the tap's start and the hang-up, s.
LATE_S = 1.0

_DIALPLAN = f"""[hotline-in]
exten => {PLAIN},1,Set(CHANNEL(language)=zh-CN)
 same => n,Answer()
 same => n,Goto(bench-plain,s,1)

[bench-plain]
exten => s,1,Playback(greeting)
 same => n(menu),Background(ask-need)
 same => n,WaitExten(8)
 same => n,Playback(no-input)
 same => n,Goto(s,menu)
exten => _[05],1,Playback(goodbye)
 same => n,Hangup()
exten => i,1,Goto(s,menu)
exten => t,1,Goto(s,menu)
"""


def short_tree(tree: Path, folder: Path) -> Path:
    """The default tree, with every answer of its first menu leading to the goodbye."""
    yaml = YAML()
    raw = yaml.load(tree.read_text("utf-8"))
    nodes = raw["nodes"]
    for option in nodes["need"]["options"].values():
        option["next"] = "to-agent" if option.get("key") == "0" else "goodbye"
    # Silent callers are asked again as often as a tree allows.
    nodes["need"]["no_input"] = {"times": Limits().times}
    for name in set(nodes) - {"greeting", "need", "to-agent", "waiting", "out-of-hours", "goodbye"}:
        del nodes[name]
    short = folder / "tree.yaml"
    with short.open("w", encoding="utf-8") as sink:
        yaml.dump(raw, sink)
    return short


def bench(tell: Callable[[str], None]) -> list[Figure]:
    """Run it; ``tell`` is given a line as each step ends. Takes about five minutes."""
    need("sipp", "apt-get install sip-tester")
    with tempfile.TemporaryDirectory() as scratch:
        extra = Path(scratch) / "plain.conf"
        extra.write_text(_DIALPLAN, "utf-8")
        tree = short_tree(ROOT / "ivr" / "trees" / "12365.yaml", Path(scratch))
        with own_hotline(asterisk__extra_dialplan=str(extra), ivr__tree=str(tree)) as (settings, folder):
            ours = _sustained(settings, folder, settings.asterisk.number, tell)
            plain = _sustained(settings, folder, PLAIN, tell)
            held = run_callers(
                settings, folder, stays(int(STAY_S * 1000)), settings.asterisk.number, rate=ARRIVAL_RATE, calls=AT_ONCE
            )
            tell(f"{held.most_at_once} at once: {held.completed} of {held.made} stayed")
            short = _cut_short(settings, folder)
    return [*_rates(ours, plain), *_held(held, short)]


def _sustained(settings: Settings, folder: Path, number: str, tell: Callable[[str], None]) -> tuple[float, int]:
    """The highest rate at which every call completed, calls/s, and the calls that then were at once."""
    best, at_once, failed, rate = 0.0, 0, TOP_RATE * 2, FIRST_RATE
    while rate <= TOP_RATE and failed / max(best, 0.1) > PRECISION:
        scenario = presses(KEY, KEY_AFTER_MS, PATIENCE_MS)
        outcome = run_callers(settings, folder, scenario, number, rate=rate, calls=round(rate * HELD_S))
        tell(f"{number} at {rate:.1f} calls/s: {outcome.completed} of {outcome.made}")
        if _all(outcome):
            best, at_once = rate, outcome.most_at_once
        else:
            failed = rate
            time.sleep(REST_S)
        rate = rate * 2 if failed > TOP_RATE else (best + failed) / 2
        if best == 0.0 and rate < 0.5:
            break
    return best, at_once


def _all(outcome: Outcome) -> bool:
    return outcome.completed == outcome.made


def _cut_short(settings: Settings, folder: Path) -> int:
    """Of the held calls, how many recordings lack part of the call."""
    lengths = []
    cipher = FileCipher(settings.secrets.field.get_secret_value())
    for path in (folder / "recordings").rglob(f"*-caller{SUFFIX}"):
        with cipher.open(path) as sound:
            lengths.append(sound.size / (2 * RATE))
    whole = sum(1 for seconds in lengths if seconds >= STAY_S - LATE_S)
    return AT_ONCE - min(AT_ONCE, whole)


def _rates(ours: tuple[float, int], plain: tuple[float, int]) -> list[Figure]:
    share = ours[0] / plain[0] if plain[0] else 0.0
    peer = "plain dialplan"
    return [
        Figure("sustained rate, silent callers, taps on", ours[0], "calls/s", peer, plain[0]),
        Figure("share of plain dialplan's rate", round(share, 3), "", peer, 1.0, "≥ 0.9", share >= 0.9),
        Figure("calls at once at that rate", ours[1], "calls", peer, plain[1]),
    ]


def _held(held: Outcome, short: int) -> list[Figure]:
    lost = held.made - held.completed
    return [
        Figure("most calls at once while held, taps on", held.most_at_once, "calls", aim=f"≥ {AT_ONCE}",
               met=held.most_at_once >= AT_ONCE),
        Figure(f"calls lost of {AT_ONCE} held {STAY_S:.0f} s", lost, "calls", aim="0", met=lost == 0),
        Figure(f"recordings cut short of {AT_ONCE}", short, "calls", aim="0", met=short == 0),
    ]  # fmt: skip
