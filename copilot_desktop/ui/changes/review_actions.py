"""The commands of one key of one's own changes: they work while the list or the diff has the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.changes.change_list import Deed
from copilot_desktop.ui.changes.review_page import ChangesReview
from copilot_desktop.workspace.git.values import ComparisonKind

_WHOLE = {"Del": "Backspace"}
"""Shift+Del cuts, everywhere."""


class _Commands:
    """Makes the commands of one page."""

    def __init__(self, view: ChangesReview) -> None:
        self.view = view

    def is_shown(self) -> bool:
        """Whether the page is in front; the palette lists the commands of one that was closed as well."""
        return isValid(self.view) and self.view.isVisible()

    def can(self, deed: Deed) -> bool:
        """Whether it can be done in the comparison that is shown."""
        return self.is_shown() and deed in self.view.deeds.possible()

    def bound(self, name: str, title: str, run: Callable[[], object], key: str) -> Action:
        """A command that works on all of the page."""
        return Action(f"my_changes.{name}", title, run, (key,), when=self.is_shown, focus=self.view.whole)

    def of_deed(self, deed: Deed, key: str, word: str) -> tuple[Action, ...]:
        """What a deed can be done with: a hunk, files of the list, lines, a file."""
        view, deeds, when = self.view, self.view.deeds, partial(self.can, deed)

        def made(name: str, title: str, run: Callable[[Deed], object], keys: str, focus: QWidget) -> Action:
            return Action(
                f"my_changes.{deed}_{name}", f"{word} {title}", partial(run, deed), (keys,), when=when, focus=focus
            )

        return (
            made("hunk", "the change", deeds.do_with_hunk, key, view.diff),
            made("listed", "the files that are chosen", view.list.do, key, view.list),
            made("lines", "the selected lines", deeds.do_with_lines, f"Alt+{key}", view.body),
            made("file", "the file", deeds.do_with_file, f"Shift+{_WHOLE.get(key, key)}", view.body),
        )


def one_key_actions(view: ChangesReview) -> tuple[Action, ...]:
    """Commands of the page that is open."""
    commands = _Commands(view)
    bound = commands.bound
    compared = (
        (ComparisonKind.WORKING, "1", "Compare the files on disk with what is staged"),
        (ComparisonKind.INDEX, "2", "Compare what is staged with the last commit"),
        (ComparisonKind.BRANCH, "3", "Compare the branch with its base"),
    )
    return (
        bound("next_hunk", "Next change of mine", partial(view.step, 1), "J"),
        bound("previous_hunk", "Previous change of mine", partial(view.step, -1), "K"),
        bound("next_file", "Next file that I changed", partial(view.step_file, 1), "N"),
        bound("previous_file", "Previous file that I changed", partial(view.step_file, -1), "P"),
        bound("open_file", "Open the file that I changed", view.open_file, "O"),
        bound("refresh", "Compare again", view.refresh, "F5"),
        bound("undo", "Bring back what was discarded or dismissed last", view.undoing.undo, "U"),
        *commands.of_deed(Deed.STAGE, "A", "Stage"),
        *commands.of_deed(Deed.UNSTAGE, "R", "Unstage"),
        *commands.of_deed(Deed.DISCARD, "Del", "Discard"),
        *(bound(f"compare_{kind.name.lower()}", title, partial(view.bar.choose, kind), key)
          for kind, key, title in compared),
    )  # fmt: skip
