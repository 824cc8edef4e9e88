"""Calls of the edit tools: from the arguments as a model wrote them to what `propose` takes, or to a failure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from copilot_desktop.conversation.growing_arguments import GrowingArguments
from copilot_desktop.conversation.turn_calls import TurnCall
from copilot_desktop.edits.proposal import Failure, Reason
from copilot_desktop.values import dataclass

EDIT_FILE: Final = "edit_file"
CREATE_FILE: Final = "create_file"
DELETE_FILE: Final = "delete_file"
EDIT_TOOLS: Final = (EDIT_FILE, CREATE_FILE, DELETE_FILE)

_PATH: Final = ("path", "file_path", "filePath", "filename", "file")
_OLD: Final = ("old_string", "oldString", "old_str", "old_text", "old")
_NEW: Final = ("new_string", "newString", "new_str", "new_text", "new")
_CONTENT: Final = ("content", "contents", "file_text", "text", "new_string")
# What some servers leave of a model's own marks behind the name of a function.
_MARKS = re.compile(r"<\|.*", re.DOTALL)
# As Qwen, Hermes and others write a call; the server should have made one of it.
WRITTEN_BEGIN: Final = "<tool_call>"
_WRITTEN_END: Final = "</tool_call>"
# Brackets that were closed once too often say nothing.
_LEFT_OVER = re.compile(r"[\s}\]]*")
_BLANKS = re.compile(r"\s*")
_ESCAPED_TWICE: Final = 2


@dataclass(frozen=True, slots=True)
class ReadCall:
    """What a call asks for: edits in the form of `propose`, or the failure it is."""

    edits: tuple[dict[str, Any], ...] = ()
    failure: Failure | None = None


class _WrongArgumentsError(ValueError):
    """Arguments that cannot be used; the text is a sentence."""


def tool_name(name: str) -> str:
    """The name without what models put around it: `functions.edit_file`, `default_api:edit_file`."""
    return re.split(r"[.:/]", _MARKS.sub("", name).strip())[-1]


def read_call(call: TurnCall) -> ReadCall:
    """Read a call; nothing of it is guessed, and nothing is lost."""
    tool = tool_name(call.name)
    if tool not in EDIT_TOOLS:
        known = f"{', '.join(EDIT_TOOLS[:-1])} and {EDIT_TOOLS[-1]}"
        said = f"The model called “{call.name or 'no name'}”, which is no tool here: it has {known}."
        return _failed(call, "malformed", said)
    try:
        values = objects_in(call.arguments)
    except ValueError as error:
        return _unreadable(call, tool, error)
    edits: list[dict[str, Any]] = []
    try:
        for value in values:
            edits += _edits(tool, value)
    except _WrongArgumentsError as error:
        return _failed(call, "malformed", f"The call of {tool} cannot be used: {error}.", _path_in(values))
    return ReadCall(tuple(edits))


def calls_in_text(answer: str) -> tuple[TurnCall, ...]:
    """Calls of our tools that stand in the text itself: some servers hand on what a model was trained to write."""
    found = []
    for written in answer.split(WRITTEN_BEGIN)[1:]:
        try:
            value, _end = _first_value(written.partition(_WRITTEN_END)[0])
        except ValueError:
            continue
        if isinstance(value, Mapping) and tool_name(str(value.get("name", ""))) in EDIT_TOOLS:
            arguments = value.get("arguments", value.get("parameters", {}))
            text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
            found.append(TurnCall(str(value["name"]), text))
    return tuple(found)


def objects_in(arguments: str) -> list[Mapping[str, Any]]:
    """The objects of a call's arguments: one, or several that a server has put behind each other. Raises ValueError."""
    if not arguments.strip():
        raise _WrongArgumentsError("it has no arguments")
    text = arguments
    for _ in range(_ESCAPED_TWICE):
        value, end = _first_value(text)
        if not isinstance(value, str) or text[end:].strip():
            break
        # JSON that was written as a text in JSON.
        text = value
    values: list[object] = []
    at = 0
    while not (values and _LEFT_OVER.fullmatch(text, at)):
        value, at = _first_value(text, at)
        values.append(value)
        if not isinstance(value, Mapping | list):
            break
    every = [each for value in values for each in (value if isinstance(value, list) else [value])]
    found = [value for value in every if isinstance(value, Mapping)]
    if not found or len(found) < len(every):
        raise _WrongArgumentsError("its arguments are no object with names and values")
    return found


def sendable_arguments(call: TurnCall) -> str:
    """The arguments as valid JSON, which some servers ask for in what is sent again."""
    try:
        if isinstance(json.loads(call.arguments), dict):
            return call.arguments
    except (ValueError, RecursionError):
        pass
    try:
        (value,) = objects_in(call.arguments)
        return json.dumps(value, ensure_ascii=False)
    except ValueError:
        return json.dumps({"malformed": call.arguments}, ensure_ascii=False)


def sendable_name(call: TurnCall) -> str:
    """The name of letters that every server takes."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", tool_name(call.name))[:64] or "unknown"


def _first_value(text: str, at: int = 0) -> tuple[object, int]:
    """The first JSON value from a place on, and where it ends. Line breaks in a string stand for themselves."""
    blanks = _BLANKS.match(text, at)
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, at if blanks is None else blanks.end())
    except RecursionError as error:
        raise _WrongArgumentsError("its arguments are nested too deeply") from error


def _edits(tool: str, value: Mapping[str, Any]) -> list[dict[str, Any]]:
    path = _text(value, _PATH)
    if tool == DELETE_FILE:
        return [{"type": "delete_file", "path": path}]
    if tool == CREATE_FILE:
        return [{"path": path, "old_string": "", "new_string": _text(value, _CONTENT)}]
    listed = value.get("edits")
    if isinstance(listed, str):
        listed = objects_in(listed)
    if isinstance(listed, Sequence) and listed and all(isinstance(each, Mapping) for each in listed):
        return [_edit(path, each) for each in listed]
    return [_edit(path, value)]


def _edit(path: str, value: Mapping[str, Any]) -> dict[str, Any]:
    every = value.get("replace_all", value.get("replaceAll", False))
    if isinstance(every, str) and every.strip().lower() in ("true", "false"):
        every = every.strip().lower() == "true"
    if not isinstance(every, bool) and every is not None:
        raise _WrongArgumentsError("replace_all is neither true nor false")
    made = {"path": path, "old_string": _text(value, _OLD), "new_string": _text(value, _NEW)}
    return made | ({"replace_all": True} if every else {})


def _text(value: Mapping[str, Any], names: Sequence[str]) -> str:
    for name in names:
        if isinstance(value.get(name), str):
            return str(value[name])
    given = next((name for name in names if name in value), None)
    raise _WrongArgumentsError(f"{names[0]} is missing" if given is None else f"{given} is not text")


def _unreadable(call: TurnCall, tool: str, error: ValueError) -> ReadCall:
    is_at_end = isinstance(error, json.JSONDecodeError) and error.pos >= len(error.doc.rstrip())
    is_open = isinstance(error, json.JSONDecodeError) and error.msg.startswith("Unterminated string")
    path = _path_so_far(call.arguments)
    if not call.is_whole or is_at_end or is_open:
        return _failed(call, "cut_off", f"The call of {tool} was cut off before its arguments were whole.", path)
    if isinstance(error, _WrongArgumentsError):
        return _failed(call, "malformed", f"The call of {tool} cannot be used: {error}.", path)
    return _failed(call, "malformed", f"The arguments of the call of {tool} are not valid JSON.", path)


def _failed(call: TurnCall, reason: Reason, message: str, path: str | None = None) -> ReadCall:
    return ReadCall(failure=Failure(path, reason, message, call.arguments or call.name))


def _path_so_far(arguments: str) -> str | None:
    """The path of arguments that are not whole, where it is."""
    fields: dict[str, str] = {}
    for field in GrowingArguments().feed(arguments):
        fields[field.name] = fields.get(field.name, "") + field.text
        if field.is_end and field.name in _PATH:
            return fields[field.name]
    return None


def _path_in(values: Sequence[Mapping[str, Any]]) -> str | None:
    try:
        return _text(values[0], _PATH)
    except _WrongArgumentsError:
        return None


def without_calls(answer: str, calls: Sequence[TurnCall], start: int = 0, end: int | None = None) -> str:
    """The model's own text of an answer, or of a part of it with these calls."""
    end = len(answer) if end is None else end
    pieces, at = [], start
    for call in calls:
        pieces.append(answer[at : call.start].strip("\n"))
        at = max(at, call.end)
    pieces.append(answer[at:end].strip("\n"))
    return "\n\n".join(piece for piece in pieces if piece.strip()) if calls else answer[start:end]
