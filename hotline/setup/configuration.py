"""From the settings and the agents' phones to Asterisk's configuration."""

import logging
from pathlib import Path

from agent_api.staff.making import Phone
from asterisk_conf.render import AsteriskSettings, Endpoint, render
from hotline.errors import FileUnusable
from hotline.settings import Settings
from hotline.setup.asterisk import AsteriskInstall, find_or_install_asterisk
from ivr.voices.shipped import FOLDER

log = logging.getLogger(__name__)


def _text_of(path: Path | None) -> str:
    try:
        return path.read_text("utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnusable(path=str(path), problem=str(error)) from error


def render_with(settings: Settings, phones: list[Phone]) -> None:
    """Write the configuration of the Asterisk that runs. Raises :class:`OSError`."""
    render(asterisk_settings(settings, find_or_install_asterisk(log.info), phones))


def asterisk_settings(settings: Settings, install: AsteriskInstall, phones: list[Phone]) -> AsteriskSettings:
    """What the templates are filled with."""
    a, g, s = settings.asterisk, settings.gateway, settings.secrets
    endpoints = []
    for p in phones:
        endpoints.append(Endpoint(f"agent-{p.user_id}", p.secret, "web", p.extension, p.extension))
        endpoints.append(Endpoint(f"desk-{p.user_id}", p.secret, "desk", p.extension, p.extension))
    endpoints += [
        Endpoint("caller1", s.caller1.get_secret_value(), "caller", caller_id="13800000001"),
        Endpoint("caller2", s.caller2.get_secret_value(), "caller", caller_id="13800000002"),
    ]
    return AsteriskSettings(
        folder=settings.data_dir.resolve() / "asterisk", modules_dir=install.modules_dir, data_dir=install.data_dir,
        prompts_dir=FOLDER, kept_dir=settings.prompts_dir, host=a.host,
        public_address=a.public_address, sip_port=a.sip_port,
        http_port=a.http_port, ami_port=a.ami_port, ami_secret=s.ami.get_secret_value(), rtp_start=a.rtp_start,
        rtp_end=a.rtp_end, agi_port=g.agi_port, fallback_port=g.fallback_port,
        number=a.number, further_numbers=tuple(each for each in settings.speech.lines if each != a.number),
        seats=a.seats, ring_s=a.ring_s, answer_within_s=a.answer_within_s,
        trunk_hosts=a.trunk_hosts, trunk_out=a.trunk_out,
        call_back_ring_s=a.call_back_ring_s, endpoints=tuple(endpoints),
        extra_dialplan=_text_of(a.extra_dialplan),
    )  # fmt: skip
