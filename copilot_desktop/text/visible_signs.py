"""Signs that are not seen, or turn the order of others around, as something that is seen."""

from __future__ import annotations

import re

from copilot_desktop.text.diff import Spans
from copilot_desktop.values import dataclass

# Control characters but the tab; blanks without width; what marks or turns the direction of text; Unicode's line ends.
_HIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_CONTROLS = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI", "DLE",
    "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
)  # fmt: skip
_DELETE = 0x7F
_LONGEST = 200
"""Characters of a path in a sentence: systems allow 4,096 and more."""


@dataclass(frozen=True, slots=True)
class VisibleText:
    """A text with its hidden signs replaced. `signs` are the code points of `text` that stand for them."""

    text: str
    signs: Spans = ()
    _grown: tuple[tuple[int, int], ...] = ()

    def at(self, offset: int) -> int:
        """Where a code point of the given text stands in this one."""
        return offset + sum(by for place, by in self._grown if place < offset)


def visible_text(text: str) -> VisibleText:
    """Replace control characters by their names (⟨NUL⟩), and other hidden signs by their number (⟨U+202E⟩)."""
    if text.isascii() and text.isprintable():
        return VisibleText(text)
    parts: list[str] = []
    signs: list[tuple[int, int]] = []
    grown: list[tuple[int, int]] = []
    at = length = 0
    for found in _HIDDEN.finditer(text):
        name = _name(ord(found[0]))
        parts += (text[at : found.start()], name)
        length += found.start() - at
        signs.append((length, length + len(name)))
        length += len(name)
        at = found.end()
        grown.append((found.start(), len(name) - 1))
    return VisibleText("".join((*parts, text[at:])), tuple(signs), tuple(grown)) if signs else VisibleText(text)


def shown_path(path: str) -> str:
    """A path in one line that says what it is: hidden signs are seen, bytes that are no text are marks, and of a very
    long one the middle is left out."""
    text = visible_text(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")).text
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"


def _name(sign: int) -> str:
    if sign < len(_CONTROLS):
        return f"⟨{_CONTROLS[sign]}⟩"
    return "⟨DEL⟩" if sign == _DELETE else f"⟨U+{sign:04X}⟩"
