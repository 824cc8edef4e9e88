"""Takes keys and quoted content out of text that goes into logs and reports."""

from __future__ import annotations

import re
from typing import Final

from copilot_desktop.credentials.secret_text import masked_with_names

LIMIT_CHARACTERS: Final = 2000

_QUOTED = re.compile(r"""(?P<quote>['"`])(?P<inside>(?:(?!(?P=quote))[^\\\n]|\\.){25,}?)(?P=quote)""")

_PLACE = re.compile(r'\s+File "[^"]*", line \d+')


def without_content(text: str) -> str:
    """A line whose author may have quoted what was read: long quotations go, and keys, and the rest of a very long one.

    The places of a traceback stay: they are the program's own files.
    """
    if _PLACE.match(text):
        return text
    shortened = text if len(text) <= LIMIT_CHARACTERS else f"{text[:LIMIT_CHARACTERS]} […]"
    return _QUOTED.sub(lambda found: f"{found['quote']}…{found['quote']}", masked_with_names(shortened))
