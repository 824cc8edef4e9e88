"""Calls as the user reads them in an answer: a sentence and the code, in Markdown, while the arguments arrive.

The code of an edit stands there as a search/replace block, so that everything that can be done with the blocks of an
answer can be done with a call as well. The block of a call that was cut off stays open: it must not look like a whole.
"""

from __future__ import annotations

import json
import re
from typing import Final

from copilot_desktop.conversation.edit_calls import (
    CREATE_FILE,
    DELETE_FILE,
    EDIT_FILE,
    read_call,
    tool_name,
)
from copilot_desktop.conversation.growing_arguments import FieldText, GrowingArguments
from copilot_desktop.conversation.prompts import language_tag
from copilot_desktop.conversation.turn_calls import TurnCall

# Longer than what code in Markdown files has: how long it must be is known only when all has come.
_FENCE: Final = "``````"
_FENCEABLE = re.compile(r"[^\s`]+")
_VERBS: Final = {EDIT_FILE: "Edit", CREATE_FILE: "Create", DELETE_FILE: "Delete"}
_FIELDS: Final = {EDIT_FILE: ("path", "old_string", "new_string"), CREATE_FILE: ("path", "content")}
_LINE_END: Final = "\n"
_UNUSABLE: Final = "\nThis call cannot be used.\n"
_EVERYWHERE: Final = "\nThis replaces every place where the old text stands.\n"


class CallText:
    """What is shown of one call. Fields are shown while they come as long as they come in the order of the tool's."""

    def __init__(self, name: str, *, is_hidden: bool = False) -> None:
        self._tool = tool_name(name)
        self._is_hidden = is_hidden
        self._fields = _FIELDS.get(self._tool, ())
        self._arguments = GrowingArguments()
        self._path: list[str] = []
        self._stage = 0
        self._ends_line = True

    @property
    def is_shown(self) -> bool:
        """Whether a part of it is."""
        return self._stage > 0

    @property
    def is_whole(self) -> bool:
        """Whether the object of the arguments has been closed."""
        return self._arguments.is_whole

    def feed(self, piece: str) -> str:
        """What to show more of it."""
        fields = self._arguments.feed(piece)
        return "" if self._is_hidden else "".join(self._field(field) for field in fields)

    def finish(self, call: TurnCall) -> str:
        """What is left to show when no more arguments come."""
        if self._is_hidden:
            return ""
        read = read_call(call)
        if not self.is_shown:
            texts = [_whole(self._tool, edit) for edit in read.edits]
            return "\n".join(texts) if texts else _unread(call)
        if read.failure is not None:
            return _UNUSABLE if self._stage == len(self._fields) else self._closed()
        first, *others = read.edits
        return "\n".join((_rest(self._tool, first, self._stage), *(_whole(self._tool, edit) for edit in others)))

    def _field(self, field: FieldText) -> str:
        if self._stage >= len(self._fields) or field.name != self._fields[self._stage]:
            return ""
        if self._stage == 0:
            self._path.append(field.text)
            if not field.is_end:
                return ""
            self._stage = 1
            return _head(self._tool, "".join(self._path))
        if field.text:
            self._ends_line = field.text.endswith("\n")
        ended = ""
        if field.is_end:
            ended = ("" if self._ends_line else "\n") + _behind(self._tool, self._stage)
            self._stage, self._ends_line = self._stage + 1, True
        return field.text + ended

    def _closed(self) -> str:
        return ("" if self._ends_line else "\n") + f"{_FENCE}\n"


def _head(tool: str, path: str) -> str:
    """The sentence, and the beginning of the block."""
    named = f" {path}" if _FENCEABLE.fullmatch(path) else ""
    search = "<<<<<<< SEARCH\n" if tool == EDIT_FILE else ""
    return f"{_VERBS[tool]} `{_shown(path)}`:\n\n{_FENCE}{language_tag(path)}{named}\n{search}"


def _behind(tool: str, stage: int) -> str:
    """What follows the code of a stage."""
    if tool == CREATE_FILE:
        return f"{_FENCE}\n"
    return "=======\n" if stage == 1 else f">>>>>>> REPLACE\n{_FENCE}\n"


def _whole(tool: str, edit: dict[str, object]) -> str:
    """All of a call that was read."""
    path = str(edit["path"])
    if tool == DELETE_FILE:
        return f"{_VERBS[tool]} `{_shown(path)}`.\n"
    return _head(tool, path) + _rest(tool, edit, 1)


def _rest(tool: str, edit: dict[str, object], stage: int) -> str:
    """What follows when the fields before this stage are shown."""
    code = ""
    for each in range(stage, len(_FIELDS[tool])):
        text = str(edit["new_string" if tool == CREATE_FILE else _FIELDS[tool][each]])
        code += f"{text}{'' if text.endswith(_LINE_END) or not text else _LINE_END}{_behind(tool, each)}"
    return code + (_EVERYWHERE if edit.get("replace_all") else "")


def _shown(path: str) -> str:
    """A path as a sentence in Markdown can name it."""
    return " ".join(path.replace("`", "'").split())


def _unread(call: TurnCall) -> str:
    """A call that cannot be used, as it came."""
    try:
        arguments = json.dumps(json.loads(call.arguments), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        arguments = call.arguments
    name = _shown(call.name) or "no name"
    code = f"\n{_FENCE}json\n{arguments}\n{_FENCE}\n" if arguments.strip() else ""
    return f"Call of `{name}`, which cannot be used:\n{code}"
