"""What the model reads: instructions from resources/prompts, then context and prompt. Nothing else is ever added."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from copilot_desktop.context.items import ContextItem
from copilot_desktop.conversation.turns import Repair, RepairRequest, StoredTurn, TurnMode, TurnRequest
from copilot_desktop.llm.profiles import EditFormat, Profile
from copilot_desktop.llm.requests import Message
from copilot_desktop.resource_files import resource_path

_BACKTICKS = re.compile(r"`{3,}")
_TAG = re.compile(r"[A-Za-z0-9+#]{1,12}")

# One fenced block and nothing after it; a line that begins with a backtick could be its end, so the code has none.
_ONE_CODE_BLOCK = r"""root ::= "```TAG\n" line+ "```"
line ::= ([^`\r\n] [^\r\n]*)? "\n"
"""


def is_selection_edit(request: TurnRequest) -> bool:
    """Whether only the new text of the first item is asked for: a weak model is asked for nothing else."""
    return request.profile.is_weak and bool(request.items)


def system_prompt(request: TurnRequest) -> str:
    """The instructions for a turn."""
    if is_selection_edit(request):
        return _prompt("selection")
    if request.profile.is_weak:
        return _prompt("small_chat")
    names = ("chat", _format_of(request.profile).value, *(("edit",) if request.mode is TurnMode.EDIT else ()))
    return "\n".join(_prompt(name) for name in names)


def _format_of(profile: Profile) -> EditFormat:
    """The format that the profile's model is taught; search/replace where nobody has looked into the catalogue."""
    return EditFormat.SEARCH_REPLACE if profile.edit_format is EditFormat.AUTO else profile.edit_format


def repair_prompt() -> str:
    """What stands above the blocks that are asked for once more."""
    return _prompt("repair")


def user_text(prompt: str, items: tuple[ContextItem, ...], *, mode: TurnMode = TurnMode.CHAT) -> str:
    """The user's message: each item under its path, then the prompt."""
    if not items:
        return prompt
    pieces = []
    for index, item in enumerate(items):
        is_target = mode is TurnMode.EDIT and index == 0
        pieces.append(f"{_heading(item, is_target)}\n{fenced(item.text, language_tag(item.path))}")
    return "\n\n".join((*pieces, prompt))


def selection_text(prompt: str, items: tuple[ContextItem, ...]) -> str:
    """The user's message for a weak model: the selection last, next to what is asked for."""
    target, *others = items
    context = [f"{_heading(item, False)}\n{fenced(item.text, language_tag(item.path))}" for item in others]
    return "\n\n".join((*context, f"{prompt}\n\n{fenced(target.text, language_tag(target.path))}"))


def messages_of_turn(turn: StoredTurn) -> tuple[Message, ...]:
    """A turn of the past as it is sent again."""
    first = Message("user", user_text(turn.prompt, turn.items, mode=turn.mode))
    return (first, *_answer_messages(turn.answer, turn.repairs))


def messages_of_repair(repair: RepairRequest) -> tuple[Message, ...]:
    """What follows a turn's prompt when blocks of its answer are asked for once more."""
    return (*_answer_messages(repair.answer, repair.earlier), Message("user", repair.text))


def _answer_messages(answer: str, repairs: Sequence[Repair]) -> tuple[Message, ...]:
    later = [(Message("user", each.text), Message("assistant", each.answer)) for each in repairs if each.answer]
    return (Message("assistant", answer), *(message for pair in later for message in pair))


def one_code_block(path: str) -> str:
    """A grammar (GBNF) that holds an answer to one fenced code block."""
    return _ONE_CODE_BLOCK.replace("TAG", language_tag(path))


def fenced(text: str, tag: str) -> str:
    """A fenced block whose fence is longer than any in the text."""
    fence = "`" * max([3, *(len(run) + 1 for run in _BACKTICKS.findall(text))])
    end = "" if text.endswith(("\n", "\r")) or not text else "\n"
    return f"{fence}{tag}\n{text}{end}{fence}"


def language_tag(path: str) -> str:
    """What stands after a fence for a file of this name; empty where its suffix is not fit for it."""
    suffix = PurePosixPath(path).suffix[1:]
    return suffix if _TAG.fullmatch(suffix) else ""


def _heading(item: ContextItem, is_target: bool) -> str:
    parts = [item.path]
    if item.lines is not None:
        first, last = item.lines.start + 1, max(item.lines.end, item.lines.start + 1)
        parts.append(f"line {first}" if first == last else f"lines {first} to {last}")
    if is_target:
        parts.append("selected: change these lines")
    return ", ".join(parts) + ":"


def _prompt(name: str) -> str:
    return resource_path("prompts", f"{name}.md").read_text(encoding="utf-8")
