"""A finding, its severity and its fix, as frozen values."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import Final

from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_BLANKS: Final = re.compile(r"\s+")
_NO_WORD: Final = re.compile(r"[\W_]+")


class Severity(StrEnum):
    """How much a finding weighs, the heaviest first."""

    PROBLEM = "problem"
    DOUBT = "doubt"
    REMARK = "remark"

    @property
    def rank(self) -> int:
        """Its place in the order, 0 for the heaviest."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a model says of some lines of a changed file.

    `path` is that of the repository. `lines` are 0-based lines of the new text as it was sent, None where it is about
    the file as a whole. `anchor` are the first of these lines without their endings, by which they are found again;
    `around` are the lines before and behind them. `fix` is one or more search/replace blocks, "" for none. `note` is a
    sentence on what the answer had wrong, "" for nothing. `is_placeless`: it names a file or lines that are not there.
    """

    finding_id: str
    path: str
    lines: LineRange | None
    severity: Severity
    reason: str
    anchor: tuple[str, ...] = ()
    around: tuple[str, str] = ("", "")
    fix: str = ""
    note: str = ""
    is_placeless: bool = False

    @property
    def key(self) -> str:
        """By what it is known again when it comes once more: the text of its lines, and its reason in bare words."""
        lines = "\n".join(_BLANKS.sub(" ", line).strip() for line in self.anchor) or self.path
        reason = _NO_WORD.sub(" ", self.reason).strip().casefold()
        return f"{_hash(lines)}-{_hash(reason)}"


@dataclass(frozen=True, slots=True)
class ShownFix:
    """The fix of a finding as a change set of the review. `is_accepted`: all of it was, and was not taken back."""

    finding_id: str
    key: str
    change_set_id: str
    is_accepted: bool = False


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
