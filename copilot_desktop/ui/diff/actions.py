"""The commands of one key that every view of differences has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.look import DiffLook


def diff_actions(
    prefix: str, view: DiffList, look: DiffLook, is_there: Callable[[], bool], focus: QWidget
) -> tuple[Action, ...]:
    """Return them for one page; `prefix` begins their ids, and they work while `focus` has the keyboard."""

    def bound(
        action_id: str, title: str, run: Callable[[], object], key: str, checked: Callable[[], bool] | None = None
    ) -> Action:
        return Action(f"{prefix}.{action_id}", title, run, (key,), when=is_there, checked=checked, focus=focus)

    more = partial(view.open_some, is_above=True), partial(view.open_some, is_above=False)
    return (
        bound("side_by_side", "Side by side", look.toggle_side_by_side, "S", lambda: look.options.is_side_by_side),
        bound("wrap", "Wrap long lines of changes", look.toggle_wrap, "W", lambda: look.options.is_wrapped),
        bound(
            "fold_whitespace",
            "Fold changes of blanks",
            look.toggle_whitespace,
            "Shift+W",
            lambda: look.options.folds_whitespace,
        ),
        bound("open_gaps", "Show hidden lines around the change", view.open_gaps, "X"),
        bound("open_above", "Show 20 more lines above the change", more[0], "["),
        bound("open_below", "Show 20 more lines below the change", more[1], "]"),
    )
