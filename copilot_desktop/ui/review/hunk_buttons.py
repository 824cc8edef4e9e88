"""What decides about a hunk, laid over its head: accept and reject, or the sides of a conflict."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from copilot_desktop.editor.conflict_bar import SIDE_WORDS, SideChoice
from copilot_desktop.editor.diff_marks import SideChosen
from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.edits.taken_in import is_written
from copilot_desktop.ui.diff.controls import HunkControls
from copilot_desktop.ui.diff.metrics import interface_font
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens

_COMPARE_PX = 26
"""Width of a button that shows an icon only."""
_WIDEST_PX = 16_777_215
"""As wide as Qt lets a widget be."""
_PUT_BACK = ("Put back", "Let the lines that stood there before take the place of yours")
FindHunk = Callable[[str], tuple[str, ChangeHunk] | None]
"""Finds the path and the hunk of an id."""


class HunkButtons(HunkControls):
    """The buttons of one hunk."""

    decided = Signal(str, object)
    """Carries the hunk and a `Decision`, PENDING where an accepted one is to be undecided again."""
    compare_chosen = Signal(str)
    """Carries the hunk whose quoted text is to be shown, or no longer."""
    comment_chosen = Signal(str)
    """Carries the hunk that is to be commented on."""
    side_chosen = Signal(object)
    """Carries one `SideChosen`: what is to stand in the place of a conflict."""

    def __init__(
        self,
        find: FindHunk,
        parent: QWidget,
        *,
        back: str = "Undo accept",
        can_resolve: Callable[[str], bool] = lambda _hunk_id: True,
    ) -> None:
        """`back`: what the button says that takes an accepted hunk back. `can_resolve`: whether there are lines in
        which the conflict of a pending hunk could be resolved."""
        super().__init__(parent)
        self._back, self._can_resolve = back, can_resolve
        self.setObjectName("review.hunk_buttons")
        self._hunk_id = ""
        self._find = find
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 8, 1)
        row.setSpacing(4)
        self._compare = self._button("compare_hunk", self._on_compare_clicked)
        self._compare.setFixedWidth(_COMPARE_PX)
        self._compare.setIconSize(QSize(16, 16))
        self._compare.setToolTip("Show the model's text beside the file's (M)")
        self._comment = self._button("comment_hunk", self._on_comment_clicked)
        self._comment.setFixedWidth(_COMPARE_PX)
        self._comment.setIconSize(QSize(16, 16))
        self._comment.setToolTip("Comment on this change (C)")
        self._accept = self._button("accept_hunk", partial(self._on_clicked, Decision.ACCEPTED))
        self._reject = self._button("reject_hunk", self._on_reject_clicked)
        self._sides = {
            choice: self._button(f"conflict_{choice.value}", partial(self._on_side_clicked, choice))
            for choice in (SideChoice.THEIRS, SideChoice.BOTH, SideChoice.EDIT)
        }
        for button in (self._compare, self._comment, self._accept, self._reject, *self._sides.values()):
            row.addWidget(button)

    def show_hunk(self, hunk_id: str, tokens: Tokens, *, has_words: bool) -> bool:
        """Offer what can be decided of this hunk, in words or as icons."""
        found = self._find(hunk_id)
        if found is None:
            return False
        path, hunk = found
        line = f"{path}, line {hunk.start + 1}"
        self._hunk_id = hunk_id
        for button in (self._compare, self._accept, self._reject, *self._sides.values()):
            button.setFont(interface_font(self))
        self._compare.setVisible(bool(hunk.quoted))
        self._compare.setIcon(icon("columns-2", tokens.text))
        self._compare.setAccessibleName(f"Compare the model's text with the file's at {line}")
        self._comment.setVisible(hunk.decision is Decision.PENDING)
        self._comment.setIcon(icon("message-square-plus", tokens.text))
        self._comment.setAccessibleName(f"Comment on the change at {line}")
        is_accepted = hunk.decision is Decision.ACCEPTED
        is_gone = hunk.state is HunkState.GONE
        self._accept.setVisible((is_gone or not is_accepted) and hunk.state is not HunkState.CONFLICT)
        is_conflict, is_undo = hunk.state is HunkState.CONFLICT, is_written(hunk)
        self._reject.setVisible(hunk.decision is not Decision.REJECTED and not (is_conflict and is_undo))
        has_sides = is_conflict and (is_undo or self._can_resolve(hunk_id))
        back, key = (self._back, "") if is_accepted else ("Keep yours" if has_sides else "Reject", " (R)")
        for button, word, tip, name in (
            (
                self._accept,
                "Accept again" if is_gone else "Accept",
                "Write it anew (A)" if is_gone else "Accept (A)",
                "check",
            ),
            (self._reject, back, f"{back}{key}", "undo-2" if is_accepted else "x"),
        ):
            self._show_button(button, word, tip, icon(name, tokens.text), has_words=has_words)
            button.setAccessibleName(f"{word} the change at {line}")
        for choice, side in self._sides.items():
            _long, word, tip = SIDE_WORDS[choice]
            if is_undo and choice is SideChoice.THEIRS:
                word, tip = _PUT_BACK
            # Where there is little room the editor offers all of it.
            side.setVisible(
                has_sides and hunk.decision is not Decision.REJECTED and (has_words or choice is SideChoice.EDIT)
            )
            self._show_button(side, word, tip, icon("pencil", tokens.text), has_words=has_words)
            side.setAccessibleName(f"{word} for the conflict at {line}")
        return True

    def _show_button(self, button: QPushButton, word: str, tip: str, picture: QIcon, *, has_words: bool) -> None:
        button.setText(word if has_words else "")
        button.setIcon(QIcon() if has_words else picture)
        button.setToolTip(tip)
        button.setMaximumWidth(_WIDEST_PX if has_words else _COMPARE_PX)

    def _button(self, name: str, call: Callable[..., None]) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(f"review.{name}")
        button.setProperty("small", True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setMinimumHeight(22)
        button.setStyleSheet("padding: 0 8px; min-height: 0;")
        button.clicked.connect(call)
        return button

    def _on_compare_clicked(self, _checked: bool = False) -> None:
        self.compare_chosen.emit(self._hunk_id)

    def _on_comment_clicked(self, _checked: bool = False) -> None:
        self.comment_chosen.emit(self._hunk_id)

    def _on_side_clicked(self, choice: SideChoice, _checked: bool = False) -> None:
        self.side_chosen.emit(SideChosen(self._hunk_id, choice))

    def _on_reject_clicked(self, _checked: bool = False) -> None:
        found = self._find(self._hunk_id)
        is_accepted = found is not None and found[1].decision is Decision.ACCEPTED
        self._on_clicked(Decision.PENDING if is_accepted else Decision.REJECTED)

    def _on_clicked(self, decision: Decision, _checked: bool = False) -> None:
        self.decided.emit(self._hunk_id, decision)
