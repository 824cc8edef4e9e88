"""The review's actions: one list for menus, keys and the sheet of keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.review.hunk_order import Move
from copilot_desktop.ui.review.review_view import ReviewView


def one_key_actions(view: ReviewView, undo: Callable[[], object]) -> tuple[Action, ...]:
    """Commands of one key; they work only while the list or the diff has the keyboard, never while text is typed."""
    accept, reject = Decision.ACCEPTED, Decision.REJECTED

    def is_there() -> bool:
        # The palette lists the actions of a page that was closed as well.
        return isValid(view) and view.isVisible()

    def bound(action_id: str, title: str, run: Callable[[], object], *keys: str) -> Action:
        return Action(f"review.{action_id}", title, run, keys, when=is_there, focus=view)

    def edit() -> None:
        if view.current_hunk:
            view.edit_wanted.emit(view.current_hunk)

    actions = (
        bound("next_hunk", "Next change", partial(view.walk, Move.NEXT), "J"),
        bound("previous_hunk", "Previous change", partial(view.walk, Move.PREVIOUS), "K"),
        bound("next_undecided", "Next undecided change", partial(view.walk, Move.NEXT_UNDECIDED), "D"),
        bound("next_file", "Next file", partial(view.walk, Move.NEXT_FILE), "N"),
        bound("previous_file", "Previous file", partial(view.walk, Move.PREVIOUS_FILE), "P"),
        bound("accept_hunk", "Accept change", partial(view.decide_current, accept), "A"),
        bound("reject_hunk", "Reject change", partial(view.decide_current, reject), "R"),
        bound("accept_file", "Accept file", partial(view.decide_file, accept), "Shift+A"),
        bound("reject_file", "Reject file", partial(view.decide_file, reject), "Shift+R"),
        bound("undo_here", "Undo last decision", undo, "U"),
        bound("open_gaps", "Show hidden lines around the change", view.open_gaps, "X"),
        bound("compare", "Compare the model's text with the file's", view.compare, "M"),
        bound("edit_hunk", "Edit proposed text", edit, "E"),
        bound("open_file", "Open file at the change", view.open_file, "Return", "Enter"),
    )
    return (*actions, bound("keys", "Show all keys", partial(show_keys, view, actions), "?", "Shift+?"))


def show_keys(parent: QWidget, actions: tuple[Action, ...]) -> None:
    """Show what the keys of the review do."""
    dialog = QDialog(parent)
    dialog.setObjectName("review.key_sheet")
    dialog.setAccessibleName("Keys of the review")
    dialog.setWindowTitle("Keys of the review")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    column = QVBoxLayout(dialog)
    form = QFormLayout()
    for action in actions:
        # The key of the main block and that of the number block are one to the user.
        key = action.shortcuts[0].replace("Return", "Enter")
        form.addRow(QLabel(key), QLabel(action.title))
    for key, title in (
        ("Enter, on hidden lines", "Show them"),
        ("F8, Shift+F8", "Next and previous change in the editor"),
        ("Alt+Y, Alt+N", "Accept, reject in the editor"),
        ("Alt+U, Ctrl+I", "Undo accept, refine in the editor"),
    ):
        form.addRow(QLabel(key), QLabel(title))
    column.addLayout(form)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    dialog.open()
