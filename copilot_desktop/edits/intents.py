"""What every format comes down to: one intent per block of the answer."""

from __future__ import annotations

from typing import Literal

from copilot_desktop.edits.proposal import Reason
from copilot_desktop.values import dataclass

Kind = Literal["edit", "write", "lazy", "delete", "rename"]


@dataclass(frozen=True, slots=True)
class Intent:
    """One block: replace `old` by `new`, write a whole file, put shortened code onto it (`lazy`), delete it (`old`: its
    text), or rename it.

    `path` is as the model wrote it (None: it named none), `new_path` the name the file gets. `line_hint` is 1-based.
    `anchors` are lines said to stand above the block, in order; `is_at_end` says that the old text ends the file,
    `is_in_order` that the block stands below the one before it. An edit with `may_add` and no old text adds lines
    where its hints say, or at the end. `is_new` says that the model takes the file for a new one; `final_newline`
    whether the file ends with a newline afterwards, where the block changes that. `halves` are other ways to cut it
    into old and new, for what stands in the file to decide;
    `plain_half` is the one at the only line of just seven signs. `problem` marks a block that could not be read: it
    becomes a failure without being placed. `doubt` are words above it that may name its file, where it cannot be told
    which. `block` is the block as written.
    """

    kind: Kind
    path: str | None
    old: str
    new: str
    block: str
    line_hint: int | None = None
    replace_all: bool = False
    is_by_characters: bool = False
    anchors: tuple[str, ...] = ()
    is_at_end: bool = False
    is_in_order: bool = False
    may_add: bool = False
    is_new: bool = False
    final_newline: bool | None = None
    new_path: str | None = None
    halves: tuple[tuple[str, str], ...] = ()
    plain_half: int | None = None
    problem: tuple[Reason, str] | None = None
    note: str = ""
    doubt: str = ""

    def place_key(self) -> tuple[object, ...]:
        """What decides where the block stands in a file and what comes of it, whatever file and answer it is from."""
        return (
            self.kind,
            self.old,
            self.new,
            self.line_hint,
            self.replace_all,
            self.is_by_characters,
            self.anchors,
            self.is_at_end,
            self.is_in_order,
            self.may_add,
            self.final_newline,
        )
