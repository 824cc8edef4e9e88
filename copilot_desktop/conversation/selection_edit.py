"""An answer that is the new text of a selection, and the proposal that replaces exactly these lines.

A weak model is asked for nothing else; others now and then answer so, whatever they were asked for.
The hunk has the strategy "selection" and confidence 1.0 and is not amber: nothing was searched for, so nothing can have
been put in the wrong place, and whoever reads the diff sees the selection itself change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.credentials.placeholders import strange_placeholder, unknown_secret
from copilot_desktop.edits.proposal import Failure, Hunk, Proposal
from copilot_desktop.text.lines import dominant_ending, split_lines
from copilot_desktop.text.ranges import LineRange

_CONFIDENCE: Final = 0.9

_BLOCK = re.compile(r"\s*(?P<fence>`{3,}|~{3,})[^\n]*\n(?P<code>.*?)^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE)
_DIFF = re.compile(r"\s*(?:`{3,}|~{3,})(?:diff|patch|udiff)\b")
_OPENED = re.compile(r"\s*(`{3,}|~{3,})")


def selection_proposal(answer: str, item: ContextItem, files: Mapping[str, str]) -> Proposal:
    """The proposal of an answer for the item it was asked about; a failure when it has no whole code block."""
    found = _BLOCK.match(answer)
    if found is None:
        return Proposal(failures=(_no_block(item, answer),))
    text = files.get(item.path, item.text)
    if _DIFF.match(answer):
        from copilot_desktop.edits import propose  # with the engine

        return propose(answer, {item.path: text}, "unified_diff")
    lines = split_lines(text)
    target = item.lines or LineRange(0, len(lines))
    old = "".join(lines[target.start : target.end])
    start = old.find(item.text)
    if target.end > len(lines) or start < 0:
        message = f"{item.path} does not have the selected lines, so the new text has no place."
        return Proposal(failures=(Failure(item.path, "not_found", message, answer),))
    if item.text and old.find(item.text, start + 1) >= 0:
        message = (
            f"What was selected in {item.path} stands there more than once in the same lines, so the new text has no "
            "certain place. Select the whole lines and ask again."
        )
        return Proposal(failures=(Failure(item.path, "ambiguous", message, answer),))
    strange = strange_placeholder(found["code"], item.text, text)
    if strange:
        return Proposal(failures=(Failure(item.path, "placeholder", unknown_secret(strange), answer),))
    new = old[:start] + _fitted(found["code"], item.text, text) + old[start + len(item.text) :]
    if new == old:
        return Proposal(notes=(f"The model would leave {item.label} as it is.",))
    hunk = Hunk(item.path, target.start, target.end, new, "selection", 1.0)
    whole = "".join((*lines[: target.start], new, *lines[target.end :]))
    return Proposal(files={item.path: whole}, hunks=(hunk,))


def one_block_proposal(answer: str, item: ContextItem, files: Mapping[str, str]) -> Proposal | None:
    """The proposal of an answer that was to hold edit blocks and is one plain code block: the selection's new text.

    It is amber where it may be meant for other lines than the selected ones. None for another answer: with edit blocks,
    with no or several code blocks, with one for another file, or with one that holds the rest of the file, too.
    """
    from copilot_desktop.edits.formats.rewriting import shares_most
    from copilot_desktop.edits.formats.whole_file import fenced_blocks
    from copilot_desktop.edits.proposing import has_marks

    blocks = fenced_blocks(answer, files)
    if len(blocks) != 1 or has_marks(answer):
        return None
    (block,) = blocks
    if block.path not in (None, item.path) or not block.content.strip():
        return None
    lines = split_lines(files.get(item.path, item.text))
    target = item.lines or LineRange(0, len(lines))
    if shares_most(block.content, "".join((*lines[: target.start], *lines[target.end :]))):
        return None
    made = selection_proposal(block.raw, item, files)
    if _is_plainly_the_selection(_bare(block.content), lines, target):
        return made
    hunks = tuple(
        replace(hunk, confidence=_CONFIDENCE, needs_look=True, ignored="taken for the selected lines")
        for hunk in made.hunks
    )
    return replace(made, hunks=hunks)


def _is_plainly_the_selection(new: Sequence[str], lines: Sequence[str], target: LineRange) -> bool:
    """Whether lines without their blanks can only be meant for the target: all of it, and nothing beside it.

    A shorter text that does not begin with the same line may be a part of it; one that begins with the line above, or
    ends with the one below, holds more than it.
    """
    old = _bare("".join(lines[target.start : target.end]))
    above, below = _bare("".join(lines[: target.start])), _bare("".join(lines[target.end :]))
    holds_more = (above and [new[0]] == above[-1:] != old[:1]) or (below and new[-1] == below[0])
    return not holds_more and (new[0] in old[:1] or len(new) >= len(old))


def _bare(text: str) -> list[str]:
    return [bare for line in split_lines(text) if (bare := line.strip())]


def placed_in(item: ContextItem, text: str) -> ContextItem:
    """A selection with the lines where it stands in a text now; as it is when it stands nowhere, or twice."""
    if item.lines is None or not item.text:
        return item
    lines = split_lines(text)
    if item.text in "".join(lines[item.lines.start : item.lines.end]) or text.count(item.text) != 1:
        return item
    start = len(split_lines(text[: text.index(item.text)] + "x")) - 1
    return replace(item, lines=LineRange(start, start + len(item.lines)))


def _no_block(item: ContextItem, answer: str) -> Failure:
    if _OPENED.match(answer):
        return Failure(item.path, "cut_off", "The answer was cut off before its code block ended.", answer)
    return Failure(item.path, "malformed", "The answer is not one code block with the new lines.", answer)


def _fitted(code: str, old: str, text: str) -> str:
    """The code with the old text's indentation, line endings and end."""
    old_lines, new_lines = split_lines(old), split_lines(code)
    # Without the blank first or last lines that the old text does not have.
    while new_lines and not new_lines[0].strip() and old_lines and old_lines[0].strip():
        new_lines.pop(0)
    while new_lines and not new_lines[-1].strip() and old_lines and old_lines[-1].strip():
        new_lines.pop()
    bodies = _shifted([line.rstrip("\r\n") for line in new_lines], [line.rstrip("\r\n") for line in old_lines])
    ending = dominant_ending(old if len(old_lines) > 1 else text).value
    is_ended = old.endswith(("\n", "\r")) or not old
    return ending.join(bodies) + (ending if bodies and is_ended else "")


def _shifted(new: list[str], old: list[str]) -> list[str]:
    """The new lines moved sideways as one, so that the first one stands where the old first one stood."""
    first_new = next((line for line in new if line.strip()), "")
    first_old = next((line for line in old if line.strip()), "")
    have, want = _indentation(first_new), _indentation(first_old)
    if have == want or not first_old:
        return new
    if want.startswith(have):
        added = want[len(have) :]
        return [added + line if line.strip() else line for line in new]
    if have.startswith(want):
        surplus = have[len(want) :]
        if all(line.startswith(surplus) for line in new if line.strip()):
            return [line.removeprefix(surplus) for line in new]
    return new


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def asks_for_one_place(items: Sequence[ContextItem]) -> bool:
    """Whether one block of plain code can only be meant for the first item: several places that were commented on are
    equals."""
    return bool(items) and sum(item.kind is ItemKind.COMMENTED for item in items) <= 1
