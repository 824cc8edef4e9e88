"""Which lines of a shortened text stand for what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from copilot_desktop.edits.placing.placeholders import is_elision, is_placeholder
from copilot_desktop.text.lines import without_ending

_LENGTH = 200
_COMMENT = re.compile(r"(?:#|//|--|/\*|<!--|\{/\*|;|%|\"\"\"|')[\s*]*(.{1,120})")
_SAYS = re.compile(
    r"(?i)\b(?:existing (?:code|methods?|functions?|imports?|content|implementation|logic|fields?|properties)"
    r"|rest of (?:the |your |this )?\w+|rest (?:is |are |remains )?(?:unchanged|the same)"
    r"|(?:code |is |are |remains? |stays? )?unchanged|remains? the same|same as (?:before|above|original)|as before"
    r"|(?:other|remaining|previous) (?:code|methods?|functions?|imports?|fields?|lines|tests?|cases?|properties)"
    r"|no changes?(?: here)?|keep (?:the )?(?:rest|existing))\b"
)


def left_out(lines: Sequence[str], known: Collection[str]) -> list[bool]:
    """For each line whether it stands for others. `known` are the file's lines, stripped: what it holds is text."""
    return [_is_left_out(without_ending(line).strip(), known) for line in lines]


def is_shortened(text: Sequence[str], known: Collection[str]) -> bool:
    """Whether a text says that it leaves something out, plainly: dots alone may be code."""
    return any(is_placeholder(bare) or _is_said(bare) for line in text if (bare := line.strip()) and bare not in known)


def _is_left_out(bare: str, known: Collection[str]) -> bool:
    return bool(bare) and bare not in known and (is_elision(bare) or _is_said(bare))


def _is_said(bare: str) -> bool:
    found = _COMMENT.fullmatch(bare) if len(bare) < _LENGTH else None
    said = _SAYS.search(found[1]) if found else None
    # The words alone, or with little around them: a sentence that happens to hold them is a comment.
    return bool(found and said and (len(found[1]) - (said.end() - said.start()) <= 24))
