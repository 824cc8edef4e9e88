"""The card of a proposal that still arrives: the same rows as the proposal's, which takes its place at the end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from copilot_desktop.ui.chat.cards import button, label
from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.chat.proposal_card import SHOWN_FILES, FileCount, files_text


class ArrivingCard(QFrame):
    """What an answer proposes so far. `show_chosen`: the user wants to see it in its file."""

    show_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("arriving_card")
        self.setProperty("card", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(6)
        self._count, self._added, self._removed = _figure("heading"), _figure("added"), _figure("removed")
        head = QHBoxLayout()
        head.setSpacing(8)
        for figure in (self._count, self._added, self._removed):
            head.addWidget(figure)
        head.addStretch()
        layout.addLayout(head)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        layout.addLayout(self._grid)
        self._rows: list[tuple[PlainText, QLabel, QLabel]] = []
        self._more = label("", "muted", name="arriving_more")
        self._more.hide()
        layout.addWidget(self._more)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.setContentsMargins(0, 4, 0, 0)
        self.show_button = button("arriving_show", "Show")
        self.show_button.setToolTip("Go to the change in its file (F8)")
        self.show_button.clicked.connect(self.show_chosen)
        foot.addWidget(self.show_button)
        foot.addWidget(label("Arriving …", "muted", name="arriving_state"), 1)
        layout.addLayout(foot)

    def show_files(self, files: Sequence[FileCount]) -> None:
        """Show what has come by now; rows that say the same are not touched."""
        _say(self._count, files_text(files))
        _say(self._added, f"+{sum(file.added_lines for file in files)}")
        _say(self._removed, f"−{sum(file.removed_lines for file in files)}")
        shown = files[:SHOWN_FILES]
        while len(self._rows) < len(shown):
            self._add_row()
        for at, row in enumerate(self._rows):
            self._show_row(row, shown[at] if at < len(shown) else None, with_counts=len(files) > 1)
        # What is added stands in no file yet.
        self.show_button.setVisible(any(file.status in ("modified", "deleted") for file in files))
        left = len(files) - len(shown)
        _say(self._more, f"and {left} more" if left else "")
        self._more.setVisible(bool(left))
        name = f"Changes that arrive: {files_text(files)}, {', '.join(file.path for file in files)}"
        if name != self.accessibleName():
            self.setAccessibleName(name)

    def _add_row(self) -> None:
        row = PlainText("arriving_file", "File"), _figure("added"), _figure("removed")
        at = len(self._rows)
        self._rows.append(row)
        for column, widget in enumerate(row):
            self._grid.addWidget(widget, at, column)

    def _show_row(self, row: tuple[PlainText, QLabel, QLabel], file: FileCount | None, *, with_counts: bool) -> None:
        path, added, removed = row
        path.setVisible(file is not None)
        for figure in (added, removed):
            figure.setVisible(file is not None and with_counts)
        if file is None:
            return
        text = file.path if file.status == "modified" else f"{file.path} ({file.status})"
        if path.toPlainText() != text:
            path.show_text(text)
            path.setAccessibleName(f"{file.path}, {file.status}")
        _say(added, f"+{file.added_lines}")
        _say(removed, f"−{file.removed_lines}")


def _figure(role: str) -> QLabel:
    made = label("", role)
    made.setWordWrap(False)
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made


def _say(figure: QLabel, text: str) -> None:
    if figure.text() != text:
        figure.setText(text)
