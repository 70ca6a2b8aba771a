"""Many callers at once, made by SIPp: they stream silence, press a key, and wait to be hung up on."""

import csv
import time
from dataclasses import dataclass
from pathlib import Path

from hotline.bench.own import RTP_END, need
from hotline.errors import ChildFailed
from hotline.settings import Settings
from hotline.setup.commands import last_line, run

#: SIPp's own sound ports lie above Asterisk's.
_MEDIA_PORT = RTP_END + 1
#: SIPp's exit status when calls failed, as against SIPp itself.
_SOME_FAILED = 1
#: A-law silence, one second.
_SILENCE = b"\xd5" * 8000

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="caller">
<send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:139[call_number]@[local_ip]:[local_port]>;tag=[pid]B[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:bench@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=bench 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="183" optional="true"/>
<recv response="200" rrs="true" timeout="5000"/>
<send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:139[call_number]@[local_ip]:[local_port]>;tag=[pid]B[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
[routes]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0
]]></send>
<nop><action><exec rtp_stream="SILENCE,-1,8,PCMA/8000"/></action></nop>
<pause milliseconds="FIRST_PAUSE"/>
"""
_REQUEST = """<send retrans="500"><![CDATA[
METHOD [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:139[call_number]@[local_ip]:[local_port]>;tag=[pid]B[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
[routes]
Call-ID: [call_id]
CSeq: NUMBER METHOD
Max-Forwards: 70
BODY
]]></send>
<recv response="200"/>
"""
_KEY_BODY = """Content-Type: application/dtmf-relay
Content-Length: [len]

Signal=KEY
Duration=100"""
_HUNG_UP_ON = """<recv request="BYE" timeout="PATIENCE"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0
]]></send>
"""
_TAIL = '<nop><action><exec rtp_stream="pause"/></action></nop>\n</scenario>\n'


def presses(key: str, after_ms: int, patience_ms: int) -> str:
    """A caller who presses one key and is hung up on."""
    body = _KEY_BODY.replace("KEY", key)
    request = _REQUEST.replace("METHOD", "INFO").replace("NUMBER", "2").replace("BODY", body)
    waiting = _HUNG_UP_ON.replace("PATIENCE", str(patience_ms))
    return _HEAD.replace("FIRST_PAUSE", str(after_ms)) + request + waiting + _TAIL


def stays(for_ms: int) -> str:
    """A caller who says nothing, stays and hangs up."""
    request = _REQUEST.replace("METHOD", "BYE").replace("NUMBER", "2").replace("BODY", "Content-Length: 0")
    return _HEAD.replace("FIRST_PAUSE", str(for_ms)) + request + _TAIL


@dataclass(frozen=True)
class Outcome:
    """What became of the callers."""

    made: int
    completed: int
    most_at_once: int
    seconds: float


def run_callers(
    settings: Settings, folder: Path, scenario: str, number: str, *, rate: float, calls: int, at_once: int = 2000
) -> Outcome:
    """Call ``number`` at ``rate`` calls a second until ``calls`` were made; returns once all have ended."""
    sipp = need("sipp", "apt-get install sip-tester")
    work = folder / "sipp"
    work.mkdir(exist_ok=True)
    silence, script, counts = work / "silence.al", work / "scenario.xml", work / "counts.csv"
    silence.write_bytes(_SILENCE)
    script.write_text(scenario.replace("SILENCE", str(silence)), "utf-8")
    counts.unlink(missing_ok=True)
    a = settings.asterisk
    command = [
        sipp, f"127.0.0.1:{a.sip_port}", "-sf", str(script), "-s", number, "-i", a.trunk_hosts[0], "-mi",
        a.trunk_hosts[0], "-mp", str(_MEDIA_PORT), "-r", f"{max(1, round(rate * 100))}", "-rp", "100000", "-m",
        str(calls), "-l", str(at_once), "-trace_stat", "-stf", str(counts), "-fd", "1", "-nostdin", "-recv_timeout",
        "60000",
    ]  # fmt: skip
    began = time.monotonic()
    if run(command, work / "log", folder=work) not in (0, _SOME_FAILED):
        raise ChildFailed(name="sipp", problem=last_line(work / "log"), log=str(work / "log"))
    with counts.open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source, delimiter=";"))
    last = rows[-1]
    return Outcome(
        made=int(last["TotalCallCreated"]), completed=int(last["SuccessfulCall(C)"]),
        most_at_once=max(int(row["CurrentCall"]) for row in rows), seconds=time.monotonic() - began,
    )  # fmt: skip
