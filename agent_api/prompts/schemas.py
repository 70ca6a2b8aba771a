"""What callers hear, by name."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class PromptShown(BaseModel):
    """A prompt without its sound."""

    model_config = ConfigDict(from_attributes=True)
    language: str = Field(description="Its language.", examples=["zh-CN"])
    name: str = Field(description="What trees call it.", examples=["greeting"])
    source: Literal["shipped", "recording", "speech"] = Field(description="Where it is from.")
    duration_ms: int = Field(description="Its length, ms.")
    text: str = Field(description="What is said; empty where nobody wrote it down.")
    voice: str = Field("", description="Who reads it; empty for a recording.", examples=["zf_xiaoxiao"])
    engine: str = Field("", description="What rendered it; empty for a recording.", examples=["kokoro"])
    sha256: str = Field("", description="Of its sound; empty for what was shipped.")
    author: str = Field("", description="Who made it; empty for what was shipped.")
    made_at: datetime | None = Field(None, description="When; null for what was shipped.")
    etag: str = Field(
        '"0"',
        description='To send with `If-Match`; `"0"` for what was shipped, and for a name that is new.',
        examples=['"1"'],
    )
    used_by: list[str] = Field([], description="Trees whose version in force or draft names it.")


class VoiceShown(BaseModel):
    """Someone who reads texts out."""

    name: str = Field(description="As trees name it.", examples=["zf_xiaoxiao"])
    label: str = Field(description="In the asker's language.", examples=["晓晓（女声）"])
    language: str = Field(description="What it speaks.", examples=["zh-CN"])
    engine: str = Field(description="What renders it.", examples=["kokoro"])


class Speaking(BaseModel):
    """A text to be read out."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=2000, description="What is said.")
    voice: str = Field(max_length=64, description="By whom; one of `GET /prompts/voices`.", examples=["zf_xiaoxiao"])
