"""People, and what agents are doing."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from agent_api.auth.schemas import PostShown
from agent_api.ids import Id
from agent_api.models import AgentState, User
from agent_api.telephony import MemberState, PhoneKind, Telephony
from agent_api.versions import etag_of
from case_flow.vocabulary import Role
from common.queues import LANGUAGE

_EXTENSION = r"^[0-9]{3,8}$"
Languages = Annotated[
    list[Annotated[str, Field(pattern=LANGUAGE)]],
    AfterValidator(lambda languages: list(dict.fromkeys(languages))),
    Field(
        max_length=20,
        description="Languages and dialects in which they take calls, beside the line's own.",
        examples=[["en", "yue"]],
    ),
]


class StateChange(BaseModel):
    """What an agent wants to be."""

    state: MemberState = Field(description="`ready` takes calls.", examples=["ready"])
    phone: PhoneKind = Field("web", description="The phone that rings: the page's, or the one on the desk.")
    reason: str = Field("", max_length=200, description="Why, for colleagues to see.", examples=["午餐"])


class AgentShown(BaseModel):
    """An agent, and what they are doing."""

    id: int = Field(description="The person's number.")
    display_name: str = Field(description="What colleagues see.", examples=["坐席一"])
    extension: str = Field(description="What colleagues dial.", examples=["8001"])
    state: MemberState = Field(description="What the agent is doing.")
    reason: str = Field(description="Why; `phone_lost` where the phone is no longer registered.")
    phone: PhoneKind = Field(description="The phone in use.")
    registered: bool = Field(description="Whether that phone is registered now.")
    since: datetime = Field(description="Since when.")


class NewPerson(BaseModel):
    """Someone who is to log in."""

    model_config = ConfigDict(extra="forbid")
    username: str = Field(pattern=r"^[a-z0-9._-]{2,32}$", description="The log-in name.", examples=["agent3"])
    display_name: str = Field(min_length=1, max_length=64, description="What colleagues see.", examples=["坐席三"])
    role: Role = Field(description="What they may do.")
    centre_id: Id | None = Field(None, description="Where; the asker's own centre where unset.")
    posts: list[PostShown] = Field([], max_length=50, description="Further roles, there or elsewhere.")
    extension: str | None = Field(
        None,
        pattern=_EXTENSION,
        description="What colleagues dial; an agent gets the next free one.",
        examples=["8003"],
    )
    languages: Languages = []


class PersonChanges(BaseModel):
    """What may be changed of a person; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    display_name: str | None = Field(None, min_length=1, max_length=64, description="What colleagues see.")
    role: Role | None = Field(None, description="What they may do.")
    centre_id: Id | None = Field(None, description="Where.")
    posts: list[PostShown] | None = Field(None, max_length=50, description="Further roles: all of them, anew.")
    extension: str | None = Field(None, pattern=_EXTENSION, description="What colleagues dial.")
    languages: Languages | None = Field(None, description="Languages and dialects in which they take calls: all anew.")
    disabled: bool | None = Field(None, description="May no longer log in; their sessions end at once.")


class PersonShown(BaseModel):
    """A person as those who manage people see them."""

    id: int = Field(description="The person's number.")
    username: str = Field(description="The log-in name.", examples=["agent3"])
    display_name: str = Field(description="What colleagues see.", examples=["坐席三"])
    role: Role = Field(description="What they may do.")
    centre_id: int = Field(description="Where.")
    posts: list[PostShown] = Field(description="Further roles, there or elsewhere.")
    extension: str = Field(description="What colleagues dial; empty for people without a phone.", examples=["8003"])
    languages: Languages
    disabled: bool = Field(description="Whether they may no longer log in.")
    version: int = Field(description="Grows with each change.")
    etag: str = Field(description="For If-Match.", examples=['"3"'])


class PersonChanged(BaseModel):
    """A person after a change."""

    person: PersonShown = Field(description="As they are now.")
    note: str = Field(description="What else must be done, in the asker's language; empty where nothing must.")


class PersonAdded(PersonChanged):
    """A new person."""

    password: str = Field(description="The first password; told this once.")


def person_shown(user: User) -> PersonShown:
    """A person as those who manage people see them."""
    further = [{"centre_id": row.centre_id, "role": row.role} for row in user.further]
    return PersonShown.model_validate(
        {
            "id": user.id, "username": user.username, "display_name": user.display_name, "role": user.role,
            "centre_id": user.centre_id, "posts": further, "extension": user.extension, "languages": user.languages,
            "disabled": user.disabled, "version": user.version, "etag": etag_of(user.version),
        }
    )  # fmt: skip


def agent_shown(state: AgentState, user: User, telephony: Telephony) -> AgentShown:
    """An agent as colleagues see them."""
    phone: PhoneKind = "desk" if state.phone == "desk" else "web"
    return AgentShown.model_validate(
        {
            "id": user.id, "display_name": user.display_name, "extension": user.extension, "state": state.state,
            "reason": state.reason, "phone": phone, "since": state.since,
            "registered": telephony.phone_registered(user.id, phone),
        }
    )  # fmt: skip
