"""Calls of the reading tools: from the arguments as a model wrote them to a question about the folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from copilot_desktop.context.reading.questions import FindSymbols, ListFiles, Question, ReadLines, SearchText
from copilot_desktop.conversation.edit_calls import EDIT_TOOLS, objects_in, tool_name
from copilot_desktop.conversation.turn_calls import TurnCall
from copilot_desktop.errors import UsageError

LIST_FILES: Final = "list_files"
READ_FILE: Final = "read_file"
SEARCH_TEXT: Final = "search_text"
FIND_SYMBOLS: Final = "find_symbols"
READ_TOOLS: Final = (LIST_FILES, READ_FILE, SEARCH_TEXT, FIND_SYMBOLS)

_FOLDER: Final = ("folder", "path", "directory", "dir")
_PATH: Final = ("path", "file_path", "filePath", "filename", "file")
_FIRST: Final = ("first_line", "start_line", "start", "offset", "from_line")
_LAST: Final = ("last_line", "end_line", "end", "to_line")
_TEXT: Final = ("query", "pattern", "text", "search", "regex")
_GLOB: Final = ("glob", "include", "pattern", "file_pattern")
_IS_REGEX: Final = ("is_regex", "isRegex", "use_regex")
_NAME: Final = ("name", "query", "symbol", "symbol_name")


def is_read_call(name: str) -> bool:
    """Whether a call is answered and the model asked again, where it may read: also one of a tool that is not there."""
    return tool_name(name) not in EDIT_TOOLS


def question_of(call: TurnCall) -> Question:
    """What a call asks for. Raises UsageError with a sentence for the model."""
    tool = tool_name(call.name)
    if tool not in READ_TOOLS:
        raise UsageError(f"There is no tool “{call.name}”. There are {', '.join(READ_TOOLS)}.")
    if not call.is_whole:
        raise UsageError(f"The call of {tool} was cut off before its arguments were whole. Make it again.")
    try:
        (values,) = objects_in(call.arguments) if call.arguments.strip() else ({},)
    except ValueError as error:
        why = "are not valid JSON" if isinstance(error, json.JSONDecodeError) else "are not one object"
        raise UsageError(f"The arguments of the call of {tool} {why}. Make it again.") from error
    match tool:
        case "list_files":
            return ListFiles(_text(values, _FOLDER, ""), _text(values, _GLOB, ""))
        case "read_file":
            return ReadLines(_text(values, _PATH), _number(values, _FIRST), _number(values, _LAST))
        case "search_text":
            glob = _text(values, [name for name in _GLOB if name != "pattern"], "")
            return SearchText(_text(values, _TEXT), _is_true(values, _IS_REGEX), glob)
        case _:
            return FindSymbols(_text(values, _NAME))


def _given(values: Mapping[str, Any], names: Sequence[str]) -> object:
    """None is what some models write for what they leave out."""
    return next((values[name] for name in names if values.get(name) is not None), None)


def _text(values: Mapping[str, Any], names: Sequence[str], otherwise: str | None = None) -> str:
    found = _given(values, names)
    if found is None:
        if otherwise is None:
            raise UsageError(f"{names[0]} is missing. Make the call again with it.")
        return otherwise
    if not isinstance(found, str):
        raise UsageError(f"{names[0]} is not text. Make the call again.")
    return found


def _number(values: Mapping[str, Any], names: Sequence[str]) -> int | None:
    found = _given(values, names)
    if isinstance(found, str) and found.strip().isdigit():
        found = int(found)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if found is None or (isinstance(found, int) and not isinstance(found, bool) and found >= 0):
        return found or None
    raise UsageError(f"{names[0]} is no number of a line, which count from 1. Make the call again.")


def _is_true(values: Mapping[str, Any], names: Sequence[str]) -> bool:
    found = _given(values, names)
    if isinstance(found, str):
        return found.strip().lower() == "true"
    return found is True
