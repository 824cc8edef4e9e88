"""What the model reads when blocks of its answer are asked for once more: why, and what the file says there now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from copilot_desktop.conversation.prompts import fenced, language_tag, repair_prompt
from copilot_desktop.credentials.placeholders import PLACEHOLDER_START
from copilot_desktop.edits.proposal import Failure
from copilot_desktop.edits.refusals import NearPlace, near_places
from copilot_desktop.text.lines import split_lines

ASKED_AT_ONCE: Final = 20
"""Blocks that are asked for together: a model that missed more than that does better with another prompt."""
_CONTEXT_LINES: Final = 3
_SHOWN_PLACES: Final = 5
_SHOWN_LINES: Final = 80
"""Lines of a place that are shown: a longer block can be told by its first ones."""


def repair_text(asked: Sequence[Failure], files: Mapping[str, str], before: Mapping[str, str]) -> str:
    """Ask for refused blocks; `files` are the texts of now, `before` those they were refused on."""
    pieces = [repair_prompt().strip()]
    for number, failure in enumerate(asked, 1):
        places = near_places(failure, files, before.get(failure.path or ""))
        pieces.append(_block_text(number, failure, places[:_SHOWN_PLACES], files))
    return "\n\n".join(pieces)


def _block_text(number: int, failure: Failure, places: Sequence[NearPlace], files: Mapping[str, str]) -> str:
    name = f"## Block {number}" + (f", {failure.path}" if failure.path else "")
    parts = [f"{name}\n\n{_reason(failure, files)}"]
    for place in places:
        lines = split_lines(files[place.path])
        start = max(0, place.start - _CONTEXT_LINES)
        end = min(len(lines), place.end + _CONTEXT_LINES, start + _SHOWN_LINES)
        shown = fenced("".join(lines[start:end]), language_tag(place.path))
        parts.append(f"{place.path} has these lines now, lines {start + 1} to {end}:\n{shown}")
    if failure.block.strip():
        parts.append(f"Your block was:\n{fenced(failure.block, '')}")
    return "\n\n".join(parts)


def _reason(failure: Failure, files: Mapping[str, str]) -> str:
    if failure.reason == "not_found":
        if failure.path is not None and failure.path not in files:
            return f"There is no file {failure.path} any more."
        return f"The lines to be replaced are not in {failure.path}."
    if failure.reason == "ambiguous":
        return (
            f"The lines to be replaced stand in {failure.path} more than once. Take more of the lines around the ones "
            "that are meant."
        )
    if failure.reason == "no_path":
        return "The block does not say which file it is for."
    if failure.reason == "cut_off":
        return "The block was cut off before its end. Give it whole."
    if failure.reason == "placeholder" and PLACEHOLDER_START not in failure.message:
        return f"{failure.message} Write every line out."
    return failure.message
