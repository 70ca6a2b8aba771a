"""A telephone made of pjsua2: real SIP over UDP, real RTP."""

import gc
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pjsua2 as pj

from common.wav import HEADER_BYTES

#: How long pjsip is left to work at a time, ms.
SLICE_MS = 20
#: A sample above this is speech or music, not line noise (s16le).
LOUD = 300
#: What telephones sound at, Hz.
RATE = 8000


@dataclass
class CallState:
    """What is known of a call."""

    sip_call_id: str = ""
    answered: bool = False
    ended: bool = False
    status: int = 0


class _Call(pj.Call):  # type: ignore[misc]
    def __init__(self, account: Any, state: CallState, recorder: Any, call_id: int = pj.PJSUA_INVALID_ID):
        super().__init__(account, call_id)
        self.state = state
        self._recorder = recorder

    def onCallState(self, _prm: Any) -> None:
        info = self.getInfo()
        self.state.sip_call_id = info.callIdString
        self.state.answered |= info.state == pj.PJSIP_INV_STATE_CONFIRMED
        if info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.state.ended, self.state.status = True, info.lastStatusCode

    def onCallMediaState(self, _prm: Any) -> None:
        info = self.getInfo()
        for media in info.media:
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                self.getAudioMedia(media.index).startTransmit(self._recorder)

    def sound(self) -> Any:
        """The call's audio port."""
        return self.getAudioMedia(-1)


class _Account(pj.Account):  # type: ignore[misc]
    def __init__(self, on_call: Callable[[int], None]):
        super().__init__()
        self._on_call = on_call
        self.registered = False

    def onIncomingCall(self, prm: Any) -> None:
        self._on_call(prm.callId)

    def onRegState(self, prm: Any) -> None:
        self.registered = prm.code == 200


@dataclass
class SipPhone:
    """One telephone; one to a process, as pjsua2 is one to a process."""

    #: What others see as its number.
    number: str
    #: Address it calls from.
    address: str = "127.0.0.1"
    #: Where what it hears is kept.
    heard: Path = Path("heard.wav")
    #: User and secret where it registers; none for a call over the trunk.
    user: str = ""
    secret: str = ""
    server: str = "127.0.0.1:5060"
    #: Where it waits for calls; 0: anywhere.
    port: int = 0
    #: Whether its own words are kept with what it hears, at the moment they are spoken.
    sidetone: bool = False
    state: CallState = field(default_factory=CallState)

    def __post_init__(self) -> None:
        self._ringing = False
        self._call: _Call | None = None
        self._endpoint = pj.Endpoint()
        self._endpoint.libCreate()
        config = pj.EpConfig()
        config.logConfig.level = config.logConfig.consoleLevel = 0
        config.uaConfig.threadCnt = 0
        config.uaConfig.mainThreadOnly = True
        config.medConfig.clockRate = RATE
        config.medConfig.noVad = True
        self._endpoint.libInit(config)
        transport = pj.TransportConfig()
        transport.boundAddress = self.address
        transport.publicAddress = self.address
        transport.port = self.port
        self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        self._endpoint.libStart()
        self._endpoint.audDevManager().setNullDev()
        self._recorder = pj.AudioMediaRecorder()
        self._recorder.createRecorder(str(self.heard))
        account = pj.AccountConfig()
        account.idUri = f"sip:{self.user or self.number}@{self.server if self.user else self.address}"
        account.mediaConfig.transportConfig.boundAddress = self.address
        if self.user:
            account.regConfig.registrarUri = f"sip:{self.server}"
            account.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", self.user, 0, self.secret))
        self._account = _Account(self._rings)
        self._account.create(account)
        self._players: list[Any] = []

    def _rings(self, call_id: int) -> None:
        # pjsua2 refuses a call that nobody has taken by the end of this callback.
        self._call = _Call(self._account, self.state, self._recorder, call_id)
        self._ringing = True

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Let the telephone work; True as soon as ``until`` holds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._endpoint.libHandleEvents(SLICE_MS)
            if until():
                return True
        return until()

    def registered(self) -> bool:
        """Whether the server knows this telephone."""
        return bool(self._account.registered)

    def ringing(self) -> bool:
        """Whether someone calls."""
        return self._ringing

    def dial(self, number: str) -> None:
        """Call a number."""
        self._call = _Call(self._account, self.state, self._recorder)
        self._call.makeCall(f"sip:{number}@{self.server}", pj.CallOpParam(True))

    def answer(self) -> None:
        """Take the call that rings."""
        assert self._call is not None
        reply = pj.CallOpParam()
        reply.statusCode = 200
        self._call.answer(reply)

    def play(self, wav: Path) -> float:
        """Speak a recording into the call; returns its length, s."""
        assert self._call is not None
        player = pj.AudioMediaPlayer()
        player.createPlayer(str(wav), pj.PJMEDIA_FILE_NO_LOOP)
        player.startTransmit(self._call.sound())
        if self.sidetone:
            player.startTransmit(self._recorder)
        self._players.append(player)
        with wave.open(str(wav)) as source:
            return float(source.getnframes() / source.getframerate())

    def press(self, digits: str) -> None:
        """Press keys (RFC 2833)."""
        assert self._call is not None
        self._call.dialDtmf(digits)

    def hang_up(self) -> None:
        """End the call."""
        if self._call is not None and not self.state.ended:
            self._call.hangup(pj.CallOpParam())
            self.run(2.0, lambda: self.state.ended)

    def heard_s(self) -> float:
        """Length of what was heard and kept so far, s."""
        return max(0, self.heard.stat().st_size - HEADER_BYTES) / 2 / RATE

    def quiet_for(self, since_s: float = 0.0) -> float | None:
        """How long nothing has been heard, s; None where nothing was since ``since_s`` of :meth:`heard_s`."""
        raw = self.heard.read_bytes()[HEADER_BYTES + 2 * int(since_s * RATE) :]
        samples = np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.int32)
        loud = np.flatnonzero(np.abs(samples) > LOUD)
        return (len(samples) - int(loud[-1])) / RATE if len(loud) else None

    def close(self) -> None:
        """Hang up and free everything."""
        self.hang_up()
        self._players.clear()
        self._call = None
        del self._recorder
        self._account.shutdown()
        del self._account
        # Ports of the conference bridge must be gone before the bridge is.
        gc.collect()
        self._endpoint.libDestroy()
