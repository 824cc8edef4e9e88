"""The line above the prompt while an earlier one is edited: what sending it means, and the way out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from copilot_desktop.ui.chat.cards import button, label


class EditingBar(QFrame):
    """One sentence and Cancel."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("editing_bar")
        self.setAccessibleName("Editing an earlier prompt")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._text = label("", "muted", name="editing_text")
        row.addWidget(self._text, 1)
        cancel = button("editing_cancel", "Cancel", is_link=True)
        cancel.setToolTip("Keep the prompt as it was (Esc)")
        cancel.clicked.connect(self.cancelled)
        row.addWidget(cancel, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence; empty while nothing is edited."""
        return "" if self.isHidden() else self._text.text()

    def show_text(self, text: str) -> None:
        """Show a sentence; empty: nothing is edited."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


def editing_sentence(later_turns: int, undecided: int, paths: tuple[str, ...]) -> str:
    """What sending an edited prompt means for the answers and changes that came after it."""
    answers = f"its answer and the {later_turns} after it stay as they are"
    if later_turns < 2:
        answers = "its answer and the one after it stay as they are" if later_turns else "its answer stays as it is"
    kept = f"Editing an earlier prompt. Sending it begins another branch; {answers}."
    if not undecided:
        return kept
    changes = "1 undecided change" if undecided == 1 else f"{undecided} undecided changes"
    where = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    return f"{kept} {changes} of theirs in {where} can still be reviewed."
