"""A settings page as the text of its file, as people write it: what is wrong in it is named with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from copilot_desktop.errors import UsageError
from copilot_desktop.settings.fields import setting_fields
from copilot_desktop.settings.page_values import PageValueError, from_values, to_values

P = TypeVar("P")
_PART = r"\[(\d+)\]|([^.\[\]]+)"


class ReadText(NamedTuple, Generic[P]):
    """The page that a text is; `note`: what in it is passed over."""

    page: P
    note: str = ""


def page_text(page: Any) -> str:
    """What is written of a page: its version, and the values that are not the defaults."""
    record = {"version": page.VERSION, "values": to_values(page)}
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def read_page_text(page_type: type[P], text: str) -> ReadText[P]:
    """The page of such a text. Raises UsageError, whose sentence names the line."""
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        raise _wrong(error.lineno, f"{error.msg.lower()}, at column {error.colno}") from error
    except RecursionError as error:
        raise _wrong(1, "it is nested too deep") from error
    version = getattr(page_type, "VERSION", 1)
    match record:
        case {"version": int(found), "values": dict(values)} if found == version:
            pass
        case {"version": int(found), "values": dict()}:
            raise _wrong(line_of(text, "version"), f"the version is {found}, and this program writes {version}")
        case _:
            raise UsageError(
                "The text has no version or no values.", advice=f'It is {{"version": {version}, "values": {{…}}}}.'
            )
    try:
        page = from_values(page_type, values)
    except PageValueError as error:
        raise _wrong(line_of(text, str(error).split(" is ")[0]), str(error)) from error
    for field in setting_fields(page_type):
        problem = field.info.problem(getattr(page, field.name)) if field.info.problem is not None else ""
        if problem:
            raise _wrong(line_of(text, field.name), problem.rstrip("."))
    return ReadText(page, _unknown(page_type, values))


def line_of(text: str, path: str) -> int:
    """The line, from 1, on which the value of a path such as `profiles[1].kind` is written; that of what holds it where
    it is not written at all."""
    at = 0
    for index, name in re.findall(_PART, path):
        found = _element(text, at, int(index)) if index else _value(text, at, name)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def _value(text: str, start: int, name: str) -> int | None:
    found = re.compile(rf"{re.escape(json.dumps(name, ensure_ascii=False))}\s*:\s*").search(text, start)
    return found.end() if found is not None else None


def _element(text: str, start: int, index: int) -> int | None:
    """Where an element of the list that begins here begins."""
    at, decoder = start + 1, json.JSONDecoder()
    for number in range(index + 1):
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if number == index:
            return at
        try:
            _element_before, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            return None
    return None


def _unknown(page_type: Any, values: Mapping[str, object]) -> str:
    names = [name for name in values if name not in page_type.__dataclass_fields__]
    if not names:
        return ""
    listed = ", ".join(f"“{name}”" for name in names)
    return f"{listed} {'is no setting and is' if len(names) == 1 else 'are no settings and are'} passed over."


def _wrong(line: int, reason: str) -> UsageError:
    return UsageError(f"Line {line}: {reason}.", advice="Nothing is saved yet; the settings hold as they were.")
