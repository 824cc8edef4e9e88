"""What `propose` returns: the public values of the edit engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final, Literal

from copilot_desktop.values import dataclass

FormatName = Literal[
    "search_replace",
    "multi_search_replace",
    "unified_diff",
    "apply_patch",
    "old_new_string",
    "lazy_edit",
    "whole_file",
]
Reason = Literal[
    "no_edit_found",
    "no_path",
    "no_file",
    "not_found",
    "ambiguous",
    "overlap",
    "unsafe_path",
    "exists",
    "placeholder",
    "malformed",
    "cut_off",
    "encoding",
]
Candidate = tuple[str, int, int, float]
"""A place a block could have meant: path, first line, line after the last (0-based), confidence 0..1."""


ANCHOR_MISSING: Final = "The line this block is said to stand below"
"""How the message of a block begins whose `@@` line is not above it in the file."""
DEPTH_UNCLEAR: Final = "How far the new text is to be indented is not clear"
"""How the message of a block begins that has its place, but no indentation that agrees with its old text's."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """A placed change: lines [start, end) of the base text (0-based) become `new_text`.

    `ignored` says in words what was ignored to place it (empty: nothing); `needs_look` marks it amber. `quoted` is the
    old text as the model wrote it, where something was ignored; two hunks that differ in nothing else are the same.
    """

    path: str
    start: int
    end: int
    new_text: str
    strategy: str
    confidence: float
    needs_look: bool = False
    ignored: str = ""
    quoted: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """A block that was not placed. `block` is its text as the model wrote it; `path` is None where none is known.

    `old` and `new` are the texts it was to replace and to put there, both empty where it could not be read.
    """

    path: str | None
    reason: Reason
    message: str
    block: str
    candidates: tuple[Candidate, ...] = ()
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An answer's edits. `files`: text of every changed path after all placed blocks, None where it is deleted."""

    files: Mapping[str, str | None] = field(default_factory=dict)
    hunks: tuple[Hunk, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
