"""What the public sends and gets."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from case_flow.vocabulary import Kind

Stage = Literal["draft", "registered", "handling", "closed", "abandoned"]


class Solved(BaseModel):
    """A challenge and what solves it."""

    model_config = ConfigDict(extra="forbid")
    challenge: str = Field(max_length=200, description="As it was given.")
    nonce: str = Field(max_length=32, description="What solves it.")


class ChallengeGiven(BaseModel):
    """A proof that no robot asks: SHA-256 of `challenge:nonce` must begin with so many zero bits."""

    challenge: str = Field(description="To be sent back as it is.")
    bits: int = Field(description="How many zero bits.")


class PublicCase(Solved):
    """A case from the public form."""

    kind: Kind = Field(description="What sort of case it is.")
    description: str = Field(min_length=5, max_length=5000, description="What happened.")
    product: str = Field("", max_length=200, description="The product it is about.")
    brand: str = Field("", max_length=100, description="Its brand.")
    model: str = Field("", max_length=100, description="Its model.")
    batch: str = Field("", max_length=100, description="Its batch.")
    company: str = Field("", max_length=200, description="The company it is about.")
    place: str = Field("", max_length=200, description="Where it happened.")
    occurred_on: str = Field("", pattern=r"^$|^\d{4}-\d\d-\d\d$", description="When it happened.")
    amount: str = Field("", pattern=r"^$|^\d{1,10}(\.\d{1,2})?$", description="How much money it is about.")
    caller_name: str = Field("", max_length=64, description="Who writes.")
    caller_number: str = Field("", pattern=r"^$|^\+?[0-9]{7,15}$", description="Where they can be reached.")
    anonymous: bool = Field(False, description="Only a report may be anonymous; then name and number stay empty.")

    @model_validator(mode="after")
    def _reachable_or_anonymous(self) -> "PublicCase":
        if self.anonymous and self.kind != "report":
            raise ValueError("only a report may be anonymous")
        if self.anonymous == bool(self.caller_number):
            raise ValueError("give a telephone number, or report anonymously without one")
        return self


class PublicCaseTaken(BaseModel):
    """A case that was taken."""

    number: str = Field(description="To ask for it later.", examples=["CG202611240001"])
    upload_pass: str = Field(description="Lets files be added to it, for a day.")


class ProgressAsked(Solved):
    """A case's number and the end of the telephone number that was left with it."""

    number: str = Field(pattern=r"^[A-Za-z]{0,2}[0-9]{6,20}$", description="The case's number.")
    last_digits: str = Field(pattern=r"^[0-9]{4}$", description="The last four digits of the telephone number.")


class Progress(BaseModel):
    """How far a case is."""

    number: str = Field(description="Its number, the registered one where it has one.")
    stage: Stage = Field(description="How far it is.")
    upload_pass: str | None = Field(description="Lets files be added to it, for a day; null: it is settled.")


class FileLimits(BaseModel):
    """What files the public may add."""

    files: int = Field(description="How many to a case; 0: none.")
    bytes: int = Field(description="How large one may be, bytes.")


class FileTaken(BaseModel):
    """A file that was taken."""

    name: str = Field(description="Its name, as it was sent first.", examples=["发票.pdf"])
    size: int = Field(description="Bytes.")
