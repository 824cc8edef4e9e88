"""The commit message in a model's answer, also while it arrives. Pure."""

from __future__ import annotations

import re
from typing import Final

from copilot_desktop.credentials.placeholders import PLACEHOLDER
from copilot_desktop.credentials.secret_text import MASK

_FENCE: Final = re.compile(r"(`{3,}|~{3,})[\w-]*[ \t]*(?:\n|$)")
_LABEL: Final = re.compile(r"(?i)(?:\*\*)?(?:commit message|message)(?:\*\*)?:(?:\*\*)?[ \t]*\n*")
_OPENING: Final = re.compile(r"[`~]{1,}[\w-]*$")


def drafted_message(answer: str, *, is_whole: bool) -> str:
    """The message without what models put around it: a fence, a label, quotation marks.

    A secret was masked, and its value has no place in a history of commits.
    """
    text = PLACEHOLDER.sub(MASK, answer.replace("\r\n", "\n").lstrip())
    if not is_whole and _OPENING.fullmatch(text):
        return ""  # it may be a fence
    text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    fence = _FENCE.match(text)
    if fence is not None:
        text = text[fence.end() :].partition(f"\n{fence[1]}")[0]
        text = text.removesuffix(fence[1])
    lines = [line.rstrip() for line in text.split("\n")]
    text = "\n".join(lines).rstrip()
    for mark in ('"', "`", "“"):
        closing = "”" if mark == "“" else mark
        if text.startswith(mark) and text.endswith(closing) and text.count(mark) + text.count(closing) in (2, 4):
            inner = text[1:-1]
            if mark not in inner and closing not in inner:
                text = inner.strip()
    return text
