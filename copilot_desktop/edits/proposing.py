"""`propose`: an answer and the files it is about, to placed hunks, failures and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from copilot_desktop.edits.desk import Desk
from copilot_desktop.edits.formats.apply_patch import has_patch, parse_bare_patch, parse_patch
from copilot_desktop.edits.formats.bare_diffs import has_bare_diff, with_headings
from copilot_desktop.edits.formats.bounds import readable, unread
from copilot_desktop.edits.formats.lazy import parse_lazy
from copilot_desktop.edits.formats.mixed import MarkedAnswer, parse_mixed
from copilot_desktop.edits.formats.search_replace import has_search_replace, parse_search_replace
from copilot_desktop.edits.formats.tool_arguments import arguments_in, parse_tool_arguments
from copilot_desktop.edits.formats.unified_diff import has_unified_diff, parse_unified_diff
from copilot_desktop.edits.formats.whole_file import parse_whole_files
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.proposal import FormatName, Proposal

Answer = str | Mapping[str, object] | Sequence[object]


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
    check_types(answer, files, format)
    return proposed(answer, Desk(files), files, format, finished=finished)


def proposed(
    answer: Answer, desk: Desk, files: Mapping[str, str], name: FormatName | None, *, finished: bool
) -> Proposal:
    """`propose` with a desk of its own, on which nothing has been placed."""
    intents = read_intents(answer, files, name, finished)
    for intent in intents:
        desk.take(intent)
    if not intents and name is not None:
        desk.refuse_all(answer if isinstance(answer, str) else "")
    return desk.proposal()


def has_marks(answer: str) -> bool:
    """Whether an answer holds blocks of a format with marks, and not just code."""
    return has_patch(answer) or has_search_replace(answer) or has_unified_diff(answer) or has_bare_diff(answer)


def check_types(answer: object, files: object, name: object) -> None:
    """Raise TypeError for arguments `propose` does not take."""
    if not isinstance(answer, (str, Mapping, Sequence)) or isinstance(answer, (bytes, bytearray)):
        raise TypeError("answer must be a str, a dict of arguments or a list of such dicts")
    if not isinstance(files, Mapping) or not all(isinstance(x, str) for pair in files.items() for x in pair):
        raise TypeError("files must map paths to texts")
    if name is not None and name not in get_args(FormatName):
        raise TypeError(f"format must be None or one of {', '.join(get_args(FormatName))}")


def read_intents(answer: Answer, files: Mapping[str, str], name: FormatName | None, finished: bool) -> list[Intent]:
    """The blocks of an answer, in order."""
    if not isinstance(answer, str):
        return parse_tool_arguments(answer, finished=finished)
    arguments = arguments_in(answer) if name in (None, "old_new_string") else None
    if arguments is not None:
        return parse_tool_arguments(arguments, finished=finished)
    read, rest = readable(answer)
    intents = _in_text(read, files, name, finished and not rest)
    return [*intents, unread(rest)] if rest else intents


def _in_text(answer: str, files: Mapping[str, str], name: FormatName | None, finished: bool) -> list[Intent]:
    """The blocks of an answer that is no tool arguments."""
    is_asked = name in ("lazy_edit", "whole_file")
    marked = MarkedAnswer(answer, files, is_asked=is_asked, finished=finished)
    headed = with_headings(marked.lines, [region.lines for region in marked.regions], files)
    if headed is not None:
        answer = headed
        marked = MarkedAnswer(answer, files, is_asked=is_asked, finished=finished)
    if name == "lazy_edit" and (marked.is_only_whole_files or not has_marks(answer)):
        return parse_lazy(answer, files, finished=finished)
    if marked.is_only_whole_files:
        is_any = name in (None, "whole_file")
        return parse_whole_files(answer, files, is_asked=is_asked, finished=finished) if is_any else []
    # Models mix formats whatever they were asked for: the marks of each block decide. Only a patch is taken at its
    # name, since its lines may hold any other mark.
    if name != "apply_patch" or not has_patch(answer) or marked.holds_whole_files:
        mixed = parse_mixed(marked, files, finished=finished)
        if mixed is not None:
            return mixed
    return _of_one_format(answer, marked, files, name, finished)


def _of_one_format(
    answer: str, marked: MarkedAnswer, files: Mapping[str, str], name: FormatName | None, finished: bool
) -> list[Intent]:
    """The blocks of an answer without blocks of another format, or of which none has marks."""
    if has_patch(answer) and (name == "apply_patch" or not has_search_replace(answer)):
        return parse_patch(answer, finished=finished)
    if has_search_replace(answer):
        return parse_search_replace(answer, files, found=marked.pairs)
    if has_unified_diff(answer):
        return parse_unified_diff(answer, files, finished=finished)
    if name == "unified_diff":
        return parse_unified_diff(answer, files, finished=finished, is_asked=True)
    if name == "apply_patch":
        return parse_bare_patch(answer, finished=finished)
    if name in (None, "whole_file"):
        return parse_whole_files(answer, files, is_asked=name is not None, finished=finished)
    return []
