"""Reads a model's findings out of its answer: lines of JSON, each with search/replace blocks after it.

Nothing is lost: what cannot be read is given back as the model wrote it, and a finding whose lines or file are not
there is one without a place.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, Final

from copilot_desktop.conversation.findings.following import anchored
from copilot_desktop.conversation.findings.values import Finding, Severity
from copilot_desktop.edits.paths import clean_path
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_BEGIN: Final = re.compile(r"\s*<{5,9} ?SEARCH\b")
_END: Final = re.compile(r"\s*>{5,9} ?REPLACE\b")
_FENCE: Final = re.compile(r"\s*(`{3,}|~{3,})[\w+-]*\s*")
_RANGE: Final = re.compile(r"\s*L?(\d{1,9})(?:\s*(?:-|–|,|to|\.\.)\s*L?(\d{1,9}))?\s*")
# Line breaks in a string stand for themselves.
_DECODER: Final = json.JSONDecoder(strict=False)
_BLANKS: Final = re.compile(r"\s+")
_NUMBERED: Final = re.compile(r"\s*\d+\s*[|+-]?\s")

_PATH: Final = ("path", "file", "file_path", "filename")
_REASON: Final = ("reason", "message", "description", "comment", "text")
_LINES: Final = ("lines", "line", "line_range", "range")
_FIRST: Final = ("start_line", "line_start", "start", "first")
_LAST: Final = ("end_line", "line_end", "end", "last")
_LISTED: Final = ("findings", "issues", "results", "comments")
_WORDS: Final = {
    Severity.PROBLEM: ("problem", "error", "bug", "critical", "blocker", "high", "major", "severe"),
    Severity.DOUBT: ("doubt", "warning", "medium", "question", "risk", "concern"),
}
_NO_LINES: Final = "The answer names lines that are not in the text that was sent."
_NOT_SENT: Final = "The answer names a file that was not sent."
_FIX_CUT: Final = "Its fix was cut off, so there is none."


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """The findings of an answer, and what else it says. `says_none`: it says plainly that there is nothing to find."""

    findings: tuple[Finding, ...] = ()
    rest: str = ""
    says_none: bool = False


def read_findings(answer: str, files: Mapping[str, str], run_id: str = "") -> ReadAnswer:
    """Read an answer about these texts (path → new text as it was sent). An answer that still arrives may be read too.

    The ids are `run_id` and the number of the finding: what arrives later changes none that is known.
    """
    reader = _Reader(answer, files, run_id)
    reader.read()
    rest = "\n".join(reader.rest).strip()
    return ReadAnswer(tuple(reader.found), rest, reader.says_none and not reader.found)


class _Reader:
    """Goes through an answer once."""

    def __init__(self, answer: str, files: Mapping[str, str], run_id: str) -> None:
        self._text = answer.replace("\r\n", "\n").replace("\r", "\n")
        self._lines = self._text.split("\n")
        self._starts = list(accumulate((len(line) + 1 for line in self._lines[:-1]), initial=0))
        self._files, self._run_id = files, run_id
        self._cut: dict[str, list[str]] = {}
        self.found: list[Finding] = []
        self.rest: list[str] = []
        self.says_none = False

    def read(self) -> None:
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            if _BEGIN.match(line):
                at = self._take_block(at)
            elif line.lstrip().startswith(("{", "[")):
                at = self._take_json(at)
            else:
                if not _FENCE.fullmatch(line) and not (line.strip() in self._files and self.found):
                    self.rest.append(line)
                at += 1

    def _take_block(self, at: int) -> int:
        end = next((each for each in range(at, len(self._lines)) if _END.match(self._lines[each])), None)
        block = self._lines[at:] if end is None else self._lines[at : end + 1]
        if not self.found:
            self.rest += block
        elif end is None:
            self._change_last(note=_joined(self.found[-1].note, _FIX_CUT))
            self.rest += block
        else:
            self._change_last(fix=_joined(self.found[-1].fix, "\n".join(block), "\n"))
        return at + len(block)

    def _take_json(self, at: int) -> int:
        """One value, which may go over several lines. Returns the line behind it."""
        start = self._starts[at] + len(self._lines[at]) - len(self._lines[at].lstrip())
        try:
            value, end = _DECODER.raw_decode(self._text, start)
        except (ValueError, RecursionError):
            self.rest.append(self._lines[at])
            return at + 1
        last = bisect_right(self._starts, end - 1)
        if not self._take_value(value):
            self.rest += self._lines[at:last]
        elif left := self._text[end : self._starts[last - 1] + len(self._lines[last - 1])].strip(" ,;"):
            self.rest.append(left)
        return last

    def _take_value(self, value: object) -> bool:
        """Whether it is findings, or says that there are none."""
        if isinstance(value, list):
            if not value:
                self.says_none = True
            taken = [self._take_value(each) if isinstance(each, dict) else False for each in value]
            return all(taken)
        if not isinstance(value, dict):
            return False
        listed = next((value[name] for name in _LISTED if isinstance(value.get(name), list)), None)
        if listed is not None and not _text(value, _REASON):
            return self._take_value(listed)
        reason = _text(value, _REASON).strip()
        if not reason:
            return False
        self.found.append(self._finding(value, reason))
        return True

    def _finding(self, value: Mapping[str, Any], reason: str) -> Finding:
        made = Finding(
            f"{self._run_id}:{len(self.found)}",
            clean_path(_text(value, _PATH)),
            None,
            _severity(value),
            _BLANKS.sub(" ", reason),
            fix=_given_fix(value),
        )
        if not made.fix and isinstance(value.get("fix"), str) and value["fix"].strip():
            made = replace(made, reason=f"{made.reason} Fix: {_BLANKS.sub(' ', value['fix']).strip()}")
        path = _meant(made.path, self._files)
        if path is None:
            return replace(made, note=_NOT_SENT, is_placeless=True)
        return self._placed(replace(made, path=path), value)

    def _placed(self, made: Finding, value: Mapping[str, Any]) -> Finding:
        lines = self._cut.get(made.path)
        if lines is None:
            lines = self._cut[made.path] = split_lines(self._files[made.path])
        wanted = _range(value)
        quote = value.get("quote")
        found = _with_quote(wanted, quote if isinstance(quote, str) else "", lines)
        if found is None:
            return made if wanted is None else replace(made, note=_NO_LINES, is_placeless=True)
        return anchored(replace(made, lines=found), lines)

    def _change_last(self, **changes: str) -> None:
        self.found[-1] = replace(self.found[-1], **changes)  # type: ignore[arg-type]


def _with_quote(wanted: tuple[int, int] | None, quote: str, lines: Sequence[str]) -> LineRange | None:
    """The lines that are meant: the numbers where the quoted line stands there, else the nearest one that says so."""
    bare = _bare(quote)
    if wanted is None:
        return None
    first, last = wanted
    is_there = 1 <= first <= last <= len(lines)
    if bare and not (is_there and _bare(lines[first - 1]) == bare):
        spots = [at for at, line in enumerate(lines, 1) if _bare(line) == bare]
        if not spots and _NUMBERED.match(quote):
            return _with_quote(wanted, _NUMBERED.sub("", quote, count=1), lines)
        if spots:
            nearest = min(spots, key=lambda at: abs(at - first))
            return LineRange(nearest - 1, min(nearest + max(0, last - first), len(lines)))
    if is_there:
        return LineRange(first - 1, last)
    if 1 <= first <= len(lines) < last:
        return LineRange(first - 1, len(lines))
    return None


def _bare(line: str) -> str:
    return _BLANKS.sub(" ", line).strip()


def _meant(path: str, files: Mapping[str, str]) -> str | None:
    """The file that a path names: itself, or the only one that ends so."""
    if path in files:
        return path
    short = path.removeprefix("a/") if path.startswith("a/") else path.removeprefix("b/")
    if short in files:
        return short
    ending = [each for each in files if path and each.endswith(f"/{path.lstrip('/')}")]
    if len(ending) == 1:
        return ending[0]
    return next(iter(files)) if not path and len(files) == 1 else None


def _severity(value: Mapping[str, Any]) -> Severity:
    said = _text(value, ("severity", "level", "priority")).strip().casefold()
    return next((each for each, words in _WORDS.items() if said in words), Severity.REMARK)


def _range(value: Mapping[str, Any]) -> tuple[int, int] | None:
    """First and last line, 1-based; None where no lines are named."""
    given = next((value[name] for name in _LINES if value.get(name) is not None), None)
    numbers: list[int] = []
    if isinstance(given, dict):
        return _range({**given, "lines": None})
    if isinstance(given, list):
        numbers = [each for each in map(_number, given) if each is not None]
    elif isinstance(given, str):
        found = _RANGE.fullmatch(given)
        numbers = [int(each) for each in found.groups() if each is not None] if found else []
    elif (one := _number(given)) is not None:
        numbers = [one]
    if not numbers:
        first = next((each for name in _FIRST if (each := _number(value.get(name))) is not None), None)
        last = next((each for name in _LAST if (each := _number(value.get(name))) is not None), first)
        numbers = [each for each in (first, last) if each is not None]
    if given == [] or not numbers:
        return None
    return min(numbers), max(numbers)


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value.strip()) < 10:
        return int(value)
    return None


def _given_fix(value: Mapping[str, Any]) -> str:
    """A fix that stands in the JSON itself, as search/replace blocks."""
    fix = value.get("fix")
    if isinstance(fix, str) and any(map(_BEGIN.match, fix.split("\n"))) and any(map(_END.match, fix.split("\n"))):
        return fix.strip("\n")
    pairs = fix if isinstance(fix, list) else [fix]
    blocks = []
    for pair in pairs:
        if not isinstance(pair, dict):
            continue
        old, new = _text(pair, ("search", "old_string", "old")), pair.get("replace", pair.get("new_string", ""))
        if old.strip() and isinstance(new, str):
            ends = ["" if not each or each.endswith("\n") else "\n" for each in (old, new)]
            blocks.append(f"<<<<<<< SEARCH\n{old}{ends[0]}=======\n{new}{ends[1]}>>>>>>> REPLACE")
    return "\n".join(blocks)


def _text(value: Mapping[str, Any], names: Sequence[str]) -> str:
    return next((found for name in names if isinstance(found := value.get(name), str)), "")


def _joined(one: str, other: str, between: str = " ") -> str:
    return f"{one}{between}{other}" if one else other
