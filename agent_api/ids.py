"""Ids as requests give them."""

from typing import Annotated

from pydantic import Field

#: The largest that the database keeps: its columns of ids are 32 bits wide.
LARGEST_ID = 2**31 - 1
#: An id, or a number that counts from 1; any other is refused before the database is asked.
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
