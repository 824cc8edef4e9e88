"""Tool arguments: `{path, old_string, new_string, replace_all}`, `{type, path, diff}`, alone or in lists."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from copilot_desktop.edits.formats.apply_patch import parse_operation
from copilot_desktop.edits.intents import Intent

Arguments = Mapping[str, object] | Sequence[object]


def parse_tool_arguments(answer: Arguments) -> list[Intent]:
    """Read a dict of arguments or a list of them."""
    if isinstance(answer, Mapping):
        return _parse_one(answer, None)
    intents = []
    for each in answer:
        intents += _parse_one(each, None) if isinstance(each, Mapping) else [_malformed(each, None)]
    return intents


def _parse_one(arguments: Mapping[str, object], outer_path: str | None, *, is_inner: bool = False) -> list[Intent]:
    operation = parse_operation(arguments)
    if operation is not None:
        return operation
    path = _first(arguments, "path", "file_path", "filePath", "filepath") or outer_path
    edits = arguments.get("edits")
    if isinstance(edits, Sequence) and not isinstance(edits, str) and not is_inner:
        intents = []
        for each in edits:
            intents += _parse_one(each, path, is_inner=True) if isinstance(each, Mapping) else [_malformed(each, path)]
        return intents
    old = _first(arguments, "old_string", "oldString", "old")
    new = _first(arguments, "new_string", "newString", "new")
    if old is None or new is None:
        return [_malformed(arguments, path)]
    replace_all = arguments.get("replace_all", arguments.get("replaceAll", False)) is True
    block = _shown(dict(arguments))
    return [Intent("edit", path, old, new, block, replace_all=replace_all, is_by_characters=True)]


def _first(arguments: Mapping[str, object], *names: str) -> str | None:
    for name in names:
        value = arguments.get(name)
        if isinstance(value, str):
            return value
    return None


def _malformed(value: object, path: str | None) -> Intent:
    block = _shown(value)
    message = "The arguments lack old_string or new_string as text."
    return Intent("edit", path, "", "", block, problem=("malformed", message))


def _shown(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        # Keys that are no text, or a value that holds itself: shown as Python shows it.
        return repr(value)
