"""Tool arguments: `{path, old_string, new_string, replace_all}`, `{type, path, diff}`, alone or in lists."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from copilot_desktop.edits.formats.apply_patch import parse_operation
from copilot_desktop.edits.intents import Intent

_FENCED = re.compile(r"\s*```[\w+-]*[ \t]*\r?\n(.*?)\r?\n[ \t]*```\s*", re.DOTALL)
_LIMIT = 20_000_000
Arguments = Mapping[str, object] | Sequence[object]


def parse_tool_arguments(answer: Arguments, *, finished: bool = True) -> list[Intent]:
    """Read a dict of arguments or a list of them. Arguments have no end mark: of a cut answer the last is cut off."""
    intents: list[Intent] = []
    for each in [answer] if isinstance(answer, Mapping) else answer:
        intents += _parse_one(each, None) if isinstance(each, Mapping) else [_malformed(each, None)]
    if intents and not finished:
        intents[-1] = replace(intents[-1], problem=("cut_off", "The answer was cut inside these arguments."))
    return intents


def arguments_in(answer: str) -> Arguments | None:
    """The arguments of an answer that is nothing but their JSON, in a fence or not; None for another answer."""
    fenced = _FENCED.fullmatch(answer) if len(answer) < _LIMIT else None
    text = (fenced[1] if fenced else answer).strip()
    if text[:1] not in ("{", "[") or text[-1:] not in ("}", "]"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    each = value if isinstance(value, list) else [value]
    return value if each and all(isinstance(one, dict) and _is_arguments(one) for one in each) else None


def _is_arguments(value: Mapping[str, object]) -> bool:
    if value.keys() & {"edits", "old_string", "oldString"}:
        return True
    return value.get("type") in ("create_file", "update_file", "delete_file") and "path" in value


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
