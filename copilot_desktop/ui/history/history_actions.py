"""The history's commands of one key: they work while the time line or the diff has the keyboard, never while typing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from shiboken6 import isValid

from copilot_desktop.bridge.history.values import Wanted
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.history.history_view import HistoryView


def one_key_actions(view: HistoryView) -> tuple[Action, ...]:
    """Commands of the page that is open."""
    step = view.step

    def is_shown() -> bool:
        # The palette lists the actions of a page that was closed as well.
        return isValid(view) and view.isVisible()

    def is_there() -> bool:
        return is_shown() and bool(view.timeline.current_id)

    def is_on_step() -> bool:
        return is_there() and not step.is_planning

    def bound(
        action_id: str, title: str, run: Callable[[], object], *keys: str, when: Callable[[], bool] = is_on_step
    ) -> Action:
        return Action(f"history.{action_id}", title, run, keys, when=when, focus=view.body)

    return (
        bound("undo_step", "Undo this step", partial(step.want_everything, Wanted.UNDO), "U"),
        bound("undo_file", "Undo the step in this file", partial(step.want_file, Wanted.UNDO), "Shift+U"),
        bound("take_back", "Take back the change of the step", step.take_back_hunk, "T"),
        bound("file_before", "File to before the step", partial(step.want_file, Wanted.BEFORE), "B"),
        bound("file_after", "File to after the step", partial(step.want_file, Wanted.AFTER), "A"),
        bound("all_before", "Everything to before", partial(step.want_everything, Wanted.BEFORE), "Shift+B"),
        bound("all_after", "Everything to after", partial(step.want_everything, Wanted.AFTER), "Shift+A"),
        bound("compare", "What the step did, or what changed since", step.switch_comparison, "C"),
        bound("next_hunk", "Next change of the step", partial(step.diff.step, 1), "J", when=is_there),
        bound("previous_hunk", "Previous change of the step", partial(step.diff.step, -1), "K", when=is_there),
        bound("open_file", "Open the file of the step", view.open_file, "O"),
        bound("refresh", "List the steps again", view.refresh, "F5", when=is_shown),
        bound("filter", "Filter the steps", view.filter.words.setFocus, "/", when=is_there),
        bound("back", "Leave what would be written", view.leave_plan, "Esc", when=is_there),
    )
