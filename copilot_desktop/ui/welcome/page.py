"""The page shown while no folder is open: open one, or go on with a recent one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from copilot_desktop import APPLICATION_NAME
from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.theme.marking import mark

SHOWN_RECENT = 8
COLUMN_PX = 480
_ABOUT = "Ask a model about your code; nothing is written before you approve it."
_OPEN = "No file is open. Choose one in the explorer, or find it by a few letters of its name."


class WelcomePage(QWidget):
    """`open_requested()` for the dialog, `folder_chosen(str)` for a recent folder; with a folder open
    `file_requested()` for one of its files."""

    open_requested = Signal()
    file_requested = Signal()
    folder_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAccessibleName("Welcome")
        self.setProperty("surface", "base")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QHBoxLayout(self)
        column = QWidget(self)
        column.setMaximumWidth(COLUMN_PX)
        middle = QVBoxLayout(column)
        middle.setSpacing(8)
        outer.addStretch(1)
        outer.addWidget(column, COLUMN_PX)
        outer.addStretch(1)
        middle.addStretch(2)
        self._title = QLabel(APPLICATION_NAME, self)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("role", "title")
        middle.addWidget(self._title)
        self._about = self._text(_ABOUT)
        middle.addWidget(self._about)
        middle.addSpacing(8)
        self._open = self._button("welcome.open_folder", "Open folder…", "Open a folder")
        self._open.clicked.connect(self._on_open_clicked)
        self._file = self._button("welcome.go_to_file", "Go to file…", "Go to a file of the folder")
        self._file.clicked.connect(self._on_file_clicked)
        self._file.hide()
        self._hint = self._text("or drop one here")
        self._hint.setWordWrap(False)
        middle.addWidget(self._in_rows(self._file, self._open, self._hint))
        middle.addSpacing(16)
        self._recent_head = QLabel("RECENT", self)
        self._recent_head.setProperty("role", "section")
        self._recent_head.setStyleSheet("padding-left: 0")
        middle.addWidget(self._recent_head)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        middle.addLayout(self._recent)
        middle.addSpacing(16)
        self._no_key = self._text("No key yet? The chat can use a tiny built-in model. It only shows how things work.")
        self._has_folder, self._has_model = False, True
        self._gone: frozenset[str] = frozenset()
        self._shown_recent: tuple[str, ...] = ()
        middle.addWidget(self._no_key)
        middle.addStretch(3)
        self.show_recent(())

    def show_recent(self, folders: Sequence[str]) -> None:
        """List the recent folders, the last one first."""
        self._shown_recent = tuple(folders)
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for folder in folders[:SHOWN_RECENT]:
            path = PurePath(folder)
            is_gone = folder in self._gone
            text = f"{path.name or folder}   {path.parent}{'   (not there)' if is_gone else ''}"
            shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, COLUMN_PX - 32)
            button = QPushButton(shown, self)
            button.setMinimumWidth(80)  # its text would not let the window become narrow
            button.setObjectName(f"welcome.recent.{path.name}")
            button.setAccessibleName(f"Open {folder}{', which is not there now' if is_gone else ''}")
            button.setToolTip(f"{folder} is not there now: renamed, deleted or not mounted" if is_gone else folder)
            button.setProperty("link", True)
            button.setProperty("role", "muted" if is_gone else "")
            button.clicked.connect(partial(self._on_recent_clicked, folder))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._recent_head.setVisible(bool(folders))

    def show_gone(self, folders: frozenset[str]) -> None:
        """Say of these recent folders that they are not there."""
        if folders != self._gone:
            self._gone = folders
            self.show_recent(self._shown_recent)

    def show_model(self, has_model: bool) -> None:
        """Whether a model is set up: then nobody needs the built-in one."""
        self._has_model = has_model
        self._no_key.setVisible(not self._has_folder and not has_model)

    def show_folder(self, name: str) -> None:
        """With a folder open, one of its files is what is wanted first."""
        is_open = bool(name)
        self._title.setText(name or APPLICATION_NAME)
        self._about.setText(_OPEN if is_open else _ABOUT)
        self._file.setVisible(is_open)
        self._open.setText("Open another folder…" if is_open else "Open folder…")
        mark(self._open, "primary", not is_open)
        self._hint.setVisible(not is_open)
        self._has_folder = is_open
        self.show_model(self._has_model)

    def _in_rows(self, *parts: QWidget) -> QWidget:
        row = QWidget(self)
        flow = FlowLayout(row, gap_px=8)
        for part in parts:
            flow.addWidget(part)
        return row

    def _button(self, name: str, title: str, accessible_name: str) -> QPushButton:
        made = QPushButton(title, self)
        made.setObjectName(name)
        made.setAccessibleName(accessible_name)
        made.setProperty("primary", True)
        return made

    def _text(self, words: str) -> QLabel:
        label = QLabel(words, self)
        label.setProperty("role", "muted")
        label.setWordWrap(True)
        return label

    def _on_file_clicked(self) -> None:
        self.file_requested.emit()

    def _on_open_clicked(self) -> None:
        self.open_requested.emit()

    def _on_recent_clicked(self, folder: str, _checked: bool = False) -> None:
        self.folder_chosen.emit(folder)
