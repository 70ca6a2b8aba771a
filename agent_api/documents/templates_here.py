"""The templates in force: files of one folder, checked when the hotline starts."""

from pathlib import Path
from typing import get_args

from agent_api.documents.layout import Words, fill
from agent_api.errors import TemplateInvalid
from case_flow.vocabulary import Form

#: The templates that come with the product.
SHIPPED = Path(__file__).parent / "templates"
FORMS: tuple[Form, ...] = get_args(Form)


def read(folder: Path, form: Form) -> tuple[str, str]:
    """A form's file name and template. Raises :class:`TemplateInvalid`."""
    path = folder / f"{form}.md"
    try:
        return str(path), path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateInvalid(file=str(path), line=1, problem=str(error)) from error


def check(folder: Path) -> None:
    """Every form has a template that can be filled. Raises :class:`TemplateInvalid` with file and line."""
    for form in FORMS:
        file, text = read(folder, form)
        fill(text, Words(), file)
