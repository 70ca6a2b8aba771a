"""What log-ins ask and answer."""

from pydantic import BaseModel, Field

from agent_api.ids import Id
from agent_api.models import User
from case_flow.vocabulary import Role


class Credentials(BaseModel):
    """A log-in."""

    username: str = Field(max_length=64, description="The log-in name.", examples=["agent1"])
    password: str = Field(max_length=256, description="The password.", examples=["correct horse battery"])


class PasswordChange(BaseModel):
    """A new password for whoever asks."""

    current: str = Field(max_length=256, description="The password so far.")
    new: str = Field(min_length=8, max_length=256, description="The password from now on; at least 8 characters.")


class PostShown(BaseModel):
    """A role at a centre."""

    centre_id: Id = Field(description="Where.", examples=[1])
    role: Role = Field(description="What they may do there.")


class UserShown(BaseModel):
    """A person who is logged in."""

    id: int = Field(description="Their number.", examples=[2])
    username: str = Field(description="The log-in name.", examples=["agent1"])
    display_name: str = Field(description="What colleagues see.", examples=["坐席一"])
    roles: list[Role] = Field(description="What they may do; the main role first.", examples=[["agent"]])
    centre_id: int = Field(description="The centre of the main role.", examples=[1])
    posts: list[PostShown] = Field(description="Each role, and the centre where they have it.")


class LoggedIn(BaseModel):
    """A session."""

    token: str = Field(description="For `Authorization: Bearer`; pages use the cookie instead.")
    user: UserShown = Field(description="Who logged in.")


class PagePhone(BaseModel):
    """What the page's phone registers with."""

    ws_url: str = Field(description="SIP over WebSocket.", examples=["ws://127.0.0.1:8088/ws"])
    sip_uri: str = Field(description="The phone's own address.", examples=["sip:agent-2@127.0.0.1"])
    user: str = Field(description="SIP user.", examples=["agent-2"])
    secret: str = Field(description="SIP password.")


class DeskPhone(BaseModel):
    """What a desk phone or another softphone registers with."""

    host: str = Field(description="SIP server.", examples=["127.0.0.1"])
    port: int = Field(description="SIP port, UDP.", examples=[5060])
    user: str = Field(description="SIP user.", examples=["desk-2"])
    secret: str = Field(description="SIP password.")


class Me(UserShown):
    """Who asks, and their phones."""

    phone: PagePhone = Field(description="The page's phone.")
    desk_phone: DeskPhone = Field(description="The phone on the desk.")
    queue: str = Field(description="The line's one queue, as a target of a transfer.", examples=["queue:12365"])


def user_shown(user: User) -> UserShown:
    """A person as the API shows them to themselves."""
    return UserShown.model_validate(
        {
            "id": user.id, "username": user.username, "display_name": user.display_name,
            "roles": list(dict.fromkeys(post.role for post in user.posts)), "centre_id": user.centre_id,
            "posts": [{"centre_id": post.centre, "role": post.role} for post in user.posts],
        }
    )  # fmt: skip
