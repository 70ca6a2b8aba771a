"""The ways out that the settings set up."""

from pydantic import SecretStr

from agent_api.notices.channels import Channel, SmsGateway, Smtp, Webhook
from agent_api.notices.outbox import ChannelName, NoticeSettings
from agent_api.notices.texts import load as load_texts
from hotline.settings import Settings


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def notice_settings(settings: Settings) -> NoticeSettings:
    """Texts and channels. Raises :class:`agent_api.errors.TextsInvalid`."""
    n = settings.notices
    channels: dict[ChannelName, Channel] = {}
    if n.smtp_host:
        password = _open(n.smtp_password)
        channels["email"] = Smtp(n.smtp_host, n.smtp_port, n.smtp_security, n.smtp_user, password, n.smtp_sender)
    if n.sms_url:
        channels["sms"] = SmsGateway(n.sms_url, _open(n.sms_token), n.sms_body)
    if n.webhook_url:
        channels["webhook"] = Webhook(_open(n.webhook_secret))
    return NoticeSettings(load_texts(n.texts), channels, n.webhook_url, n.webhook_private, settings.asterisk.number)
