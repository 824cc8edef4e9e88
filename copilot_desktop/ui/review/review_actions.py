"""The review's actions: one list for menus, keys and the sheet of keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QHBoxLayout, QLabel, QVBoxLayout
from shiboken6 import isValid

from copilot_desktop.editor.conflict_bar import SideChoice
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.diff.actions import diff_actions
from copilot_desktop.ui.review.hunk_order import Move
from copilot_desktop.ui.review.review_view import ReviewView


def one_key_actions(
    view: ReviewView, undo: Callable[[], object], choose: Callable[[SideChoice], object]
) -> tuple[Action, ...]:
    """Commands of one key; they work only while the list or the diff has the keyboard, never while text is typed.

    `choose` resolves the conflict of the current change.
    """
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
        *diff_actions("review", view.diff, view.pane.look, is_there, view),
        bound("next_hunk", "Next change", partial(view.decisions.walk, Move.NEXT), "J"),
        bound("previous_hunk", "Previous change", partial(view.decisions.walk, Move.PREVIOUS), "K"),
        bound("next_undecided", "Next undecided change", partial(view.decisions.walk, Move.NEXT_UNDECIDED), "D"),
        bound("next_file", "Next file", partial(view.decisions.walk, Move.NEXT_FILE), "N"),
        bound("previous_file", "Previous file", partial(view.decisions.walk, Move.PREVIOUS_FILE), "P"),
        bound("accept_hunk", "Accept change", partial(view.decisions.current, accept), "A"),
        bound("reject_hunk", "Reject change", partial(view.decisions.current, reject), "R"),
        bound("take_theirs", "Conflict: take the model's lines", partial(choose, SideChoice.THEIRS), "T"),
        bound("take_both", "Conflict: take both", partial(choose, SideChoice.BOTH), "B"),
        bound("accept_file", "Accept file", partial(view.decisions.file, accept), "Shift+A"),
        bound("reject_file", "Reject file", partial(view.decisions.file, reject), "Shift+R"),
        bound("accept_function", "Accept function or class", partial(view.decisions.function, accept), "F"),
        bound("reject_function", "Reject function or class", partial(view.decisions.function, reject), "Shift+F"),
        bound("accept_listed", "Accept everything listed", partial(view.decisions.listed, accept), "Ctrl+Alt+A"),
        bound("reject_listed", "Reject everything listed", partial(view.decisions.listed, reject), "Ctrl+Alt+X"),
        bound("pick_lines", "Pick single lines", view.pane.pick_lines, "L"),
        bound("split_hunk", "Split change", view.decisions.split, "Shift+S"),
        bound("viewed", "Mark as viewed, or not", view.decisions.view, "V"),
        bound("viewed_file", "Mark file as viewed, or not", partial(view.decisions.view, is_for_file=True), "Shift+V"),
        bound("filter", "Filter the changes", view.list.filter.words.setFocus, "/"),
        bound("undo_here", "Undo last decision", undo, "U"),
        bound("compare", "Compare the model's text with the file's", view.compare, "M"),
        bound("edit_hunk", "Edit proposed text", edit, "E"),
        bound("open_file", "Open file at the change", view.open_file, "Return", "Enter"),
    )
    return (*actions, bound("keys", "Show all keys", partial(show_keys, view), "?", "Shift+?"))


def show_keys(view: ReviewView) -> None:
    """Show what the keys of the review do, as they are bound now."""
    dialog = QDialog(view)
    dialog.setObjectName("review.key_sheet")
    dialog.setAccessibleName("Keys of the review")
    dialog.setWindowTitle("Keys of the review")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    entries = [(_keys_of(action), action.text()) for action in view.actions() if action.shortcuts()]
    entries += [
        ("Enter, on hidden lines", "Show them"),
        ("Space, while lines are picked", "Pick the line, or no longer"),
        ("Left, Right, in the list", "Close, open what stands below"),
        ("F8, Shift+F8", "Next and previous change in the editor"),
        ("Alt+Y, Alt+N", "Accept, reject in the editor"),
        ("Alt+U, Ctrl+I", "Undo accept, refine in the editor"),
    ]
    column, row = QVBoxLayout(dialog), QHBoxLayout()
    row.setSpacing(32)
    half = (len(entries) + 1) // 2
    for some in (entries[:half], entries[half:]):
        form = QFormLayout()
        form.setVerticalSpacing(4)
        for key, title in some:
            form.addRow(QLabel(key), QLabel(title))
        row.addLayout(form)
    column.addLayout(row)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    dialog.open()


def _keys_of(action: QAction) -> str:
    """The keys as this system writes them; that of the main block and that of the number block are one to the user."""
    native = QKeySequence.SequenceFormat.NativeText
    shown = (keys.toString(native).replace("Return", "Enter") for keys in action.shortcuts())
    # "?" is typed with Shift on most keyboards.
    return " or ".join(keys for keys in dict.fromkeys(shown) if keys != "Shift+?")
