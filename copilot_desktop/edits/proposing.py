"""`propose`: an answer and the files it is about, to placed hunks, failures and notes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from copilot_desktop.edits.formats.search_replace import has_search_replace, parse_search_replace
from copilot_desktop.edits.formats.tool_arguments import parse_tool_arguments
from copilot_desktop.edits.formats.whole_file import parse_whole_files
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.paths import clean_path, same_but_case, unsafe_because
from copilot_desktop.edits.placing.characters import character_hunks, find_characters, in_endings_of
from copilot_desktop.edits.placing.finding import find
from copilot_desktop.edits.placing.levels import LEVELS, matches
from copilot_desktop.edits.placing.replacing import replacement
from copilot_desktop.edits.proposal import Candidate, Failure, FormatName, Hunk, Proposal, Reason
from copilot_desktop.text.lines import dominant_ending, line_starts, split_lines, without_ending

Answer = str | Mapping[str, object] | Sequence[object]
_COMMENT = re.compile(r"^(?:#|//|--|/\*|<!--|\{/\*|;|%|\.\.\.|…)")
_LEFT_OUT = re.compile(r"(?i)\b(?:existing|rest|remaining|unchanged|same|previous|other)\b")


def propose(
    answer: Answer,
    files: Mapping[str, str],
    format: FormatName | None = None,  # noqa: A002 - the public name, kept stable
    *,
    finished: bool = True,
) -> Proposal:
    """Place an answer's edits on the files it is about (path → text); nothing is written.

    `format` names the answer's format, None finds it out; `finished` is False for an answer that was stopped or cut.
    Raises TypeError for arguments of a wrong type, and nothing else.
    """
    _check_types(answer, files, format)
    desk = _Desk(files)
    intents = _read(answer, files, format, finished)
    for intent in intents:
        desk.take(intent)
    if not intents and format is not None:
        text = answer if isinstance(answer, str) else ""
        desk.failures.append(Failure(None, "no_edit_found", "The answer holds no edit in this format.", text))
    return desk.proposal()


def _check_types(answer: object, files: object, name: object) -> None:
    if not isinstance(answer, (str, Mapping, Sequence)) or isinstance(answer, (bytes, bytearray)):
        raise TypeError("answer must be a str, a dict of arguments or a list of such dicts")
    if not isinstance(files, Mapping) or not all(isinstance(x, str) for pair in files.items() for x in pair):
        raise TypeError("files must map paths to texts")
    if name is not None and name not in get_args(FormatName):
        raise TypeError(f"format must be None or one of {', '.join(get_args(FormatName))}")


def _read(answer: Answer, files: Mapping[str, str], name: FormatName | None, finished: bool) -> list[Intent]:
    if not isinstance(answer, str):
        return parse_tool_arguments(answer)
    if has_search_replace(answer):
        return parse_search_replace(answer, files)
    if name in (None, "whole_file"):
        return parse_whole_files(answer, files, is_asked=name is not None, finished=finished)
    return []


class _Desk:
    """The files while blocks are placed on them."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._hunks: dict[str, list[Hunk]] = {}
        self._written: dict[str, str | None] = {}
        self.failures: list[Failure] = []
        self._notes: list[str] = []

    def take(self, intent: Intent) -> None:
        """Place one block, or say why not."""
        path = intent.path
        if path is None and len(self._files) == 1:
            path = next(iter(self._files))
        path = None if path is None else path if path in self._files else clean_path(path)
        if intent.problem is not None:
            self._refuse(intent, path, *intent.problem)
            return
        if path is None:
            self._refuse(intent, None, "no_path", "The block names no file.")
            return
        because = unsafe_because(path)
        twin = same_but_case(path, self._files) if path not in self._files else None
        if because is not None:
            self._refuse(intent, path, "unsafe_path", f"{path} is not touched: {because}.")
        elif twin is not None:
            self._refuse(intent, path, "no_file", f"There is no {path}; {twin} differs only in case.")
        elif _leaves_out(intent):
            message = "The new text leaves a part out (a placeholder stands for it), which would delete that part."
            self._refuse(intent, path, "placeholder", message)
        elif intent.kind == "write":
            self._write(intent, path, intent.new)
        elif not intent.old.strip():
            self._create(intent, path)
        elif path not in self._files:
            self._refuse(intent, path, "no_file", f"There is no file {path}.")
        else:
            self._edit(intent, path)

    def proposal(self) -> Proposal:
        """What became of all blocks."""
        files: dict[str, str | None] = dict(self._written)
        hunks: list[Hunk] = []
        for path, placed in self._hunks.items():
            placed.sort(key=lambda hunk: (hunk.start, hunk.end))
            hunks += placed
            if path not in files:
                files[path] = _applied(split_lines(self._files[path]), placed)
        changed = {path: text for path, text in files.items() if text != self._files.get(path)}
        return Proposal(changed, tuple(hunks), tuple(self.failures), tuple(self._notes))

    def _refuse(
        self, intent: Intent, path: str | None, reason: Reason, message: str, at: tuple[Candidate, ...] = ()
    ) -> None:
        self.failures.append(Failure(path, reason, message, intent.block, at))

    def _write(self, intent: Intent, path: str, text: str) -> None:
        if path in self._hunks:
            self._refuse(intent, path, "overlap", f"Another block changes {path} as well.")
            return
        before = self._files.get(path)
        if before:
            ending = dominant_ending(before)
            text = "".join(without_ending(line) + ending for line in split_lines(text))
            if not before.endswith(("\n", "\r")):
                text = text.removesuffix(ending)
        lines = split_lines(before or "")
        loses = len(split_lines(text)) < 0.7 * len(lines)
        self._written[path] = text
        self._hunks[path] = [Hunk(path, 0, len(lines), text, intent.kind, 1.0, needs_look=loses)]

    def _create(self, intent: Intent, path: str) -> None:
        if self._files.get(path):
            self._refuse(intent, path, "exists", f"The block has no old text, and {path} is not empty.")
        elif not intent.new:
            self._refuse(intent, path, "malformed", "The block's old and new text are both empty.")
        else:
            self._write(intent, path, intent.new)

    def _by_characters(self, intent: Intent, path: str) -> bool:
        """Place an old text that is no whole lines; False where the ladder of lines must look for it."""
        text = self._files[path]
        if not intent.is_by_characters and (matches_lines(intent, text) or "\n" in intent.old.rstrip("\r\n")):
            return False
        old, new = intent.old, intent.new
        if not intent.is_by_characters:
            intent = replace(intent, old=old.rstrip("\r\n"), new=new.rstrip("\r\n"))
        old, offsets = find_characters(intent, text)
        if not offsets or intent.old == intent.new:
            return False
        if len(offsets) > 1 and not intent.replace_all:
            starts = line_starts(text)
            spots = [bisect_right(starts, offset) for offset in offsets[:20]]
            at = tuple((path, line - 1, line, 1.0) for line in spots)
            where = ", ".join(map(str, spots))
            self._refuse(intent, path, "ambiguous", f"The text stands in {path} more than once: lines {where}.", at)
            return True
        self._put(intent, path, character_hunks(path, text, old, in_endings_of(intent.new, text), offsets))
        return True

    def _edit(self, intent: Intent, path: str) -> None:
        if self._by_characters(intent, path):
            return
        lines = split_lines(self._files[path])
        found = find(intent, lines)
        at = tuple((path, place.start, place.end, found.level.confidence) for place in found.places[:20])
        if intent.old == intent.new and found.places:
            self._notes.append(f"{path}: a block changes nothing; its text stands in the file.")
        elif found.reason == "ambiguous":
            where = ", ".join(str(place[1] + 1) for place in at)
            self._refuse(intent, path, "ambiguous", f"The text stands in {path} more than once: lines {where}.", at)
        elif found.reason is not None and not found.places and _stands_once(intent.new, lines):
            self._notes.append(f"{path}: a block was already applied; its new text stands in the file.")
        elif found.reason is not None:
            self._refuse(intent, path, "not_found", f"The text to be replaced was not found in {path}.", at)
        else:
            old, new = split_lines(intent.old), split_lines(intent.new)
            hunks = []
            for place in found.places:
                text = replacement(place, old, new, lines)
                is_amber = found.confidence < 0.95
                ignored = found.level.ignored
                hunk = Hunk(path, place.start, place.end, text, found.level.name, found.confidence, is_amber, ignored)
                hunks.append(hunk)
            self._put(intent, path, hunks)

    def _put(self, intent: Intent, path: str, hunks: list[Hunk]) -> None:
        """Add the hunks of one block, all or none; `hunks` do not overlap each other."""
        placed = self._hunks.setdefault(path, [])
        crossing = [hunk for hunk in hunks if any(x.start < hunk.end and hunk.start < x.end for x in placed)]
        if path in self._written or crossing:
            at = tuple((path, hunk.start, hunk.end, hunk.confidence) for hunk in (crossing or hunks)[:20])
            self._refuse(intent, path, "overlap", "Two blocks change the same lines.", at)
            return
        placed += hunks


def matches_lines(intent: Intent, text: str) -> bool:
    """Whether the old text stands as whole lines, blanks at their ends aside."""
    return bool(matches(LEVELS[2], split_lines(intent.old), split_lines(text)))


def _applied(lines: list[str], hunks: list[Hunk]) -> str:
    out, at = [], 0
    for hunk in hunks:
        out += [*lines[at : hunk.start], hunk.new_text]
        at = hunk.end
    return "".join([*out, *lines[at:]])


def _leaves_out(intent: Intent) -> bool:
    old = {line.strip() for line in split_lines(intent.old)}
    return any(_is_placeholder(line.strip()) for line in split_lines(intent.new) if line.strip() not in old)


def _is_placeholder(line: str) -> bool:
    return (
        len(line) < 200
        and ("..." in line or "…" in line)
        and bool(_COMMENT.match(line))
        and bool(_LEFT_OUT.search(line))
    )


def _stands_once(text: str, lines: list[str]) -> bool:
    return bool(text.strip()) and any(len(matches(level, split_lines(text), lines)) == 1 for level in LEVELS[:3])
