"""The channels of these tests."""

from agent_api.notices.channels import Channel, SmsGateway, Smtp, Webhook
from agent_api.notices.outbox import ChannelName
from hotline.settings import NoticesSection

SECRET = "of the webhook"


def ways(mail_port: int, url: str) -> dict[ChannelName, Channel]:
    """Mail, SMS and webhook to servers of the test."""
    return {
        "email": Smtp("127.0.0.1", mail_port, "none", "", "", "hotline@12365.test"),
        "sms": SmsGateway(url, "token of the gateway", NoticesSection().sms_body),
        "webhook": Webhook(SECRET),
    }
