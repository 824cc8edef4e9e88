"""The page shown while no tab is open. Without a folder: open one, connect a model, or try a sample project."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from copilot_desktop import APPLICATION_NAME
from copilot_desktop.ui.theme.marking import mark
from copilot_desktop.ui.welcome.parts import beside_text, in_rows, muted_text, page_button, section_head, show

if TYPE_CHECKING:
    # After the first paint.
    from copilot_desktop.bridge.models.controller import ModelsController
    from copilot_desktop.ui.welcome.first_run import FirstRunSections

SHOWN_RECENT = 6
COLUMN_PX = 520
_SIDE_PX, _TOP_PX = 24, 32
_NARROW_PX = 320
_LEAST_BUTTON_PX, _BUTTON_SIDES_PX = 80, 32
_ABOUT = "Ask a model about your code; nothing is written before you approve it."
_OPEN = "No file is open. Choose one in the explorer, or find it by a few letters of its name."


class WelcomePage(QScrollArea):
    """`open_requested()` for the dialog, `folder_chosen(str)` for a recent folder; with a folder open
    `file_requested()` for one of its files. What it offers about models comes with them, below: `follow`."""

    open_requested = Signal()
    file_requested = Signal()
    folder_chosen = Signal(str)
    settings_wanted = Signal()
    """Settings → Models."""
    sample_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAccessibleName("Welcome")
        self.setProperty("surface", "base")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._title = QLabel(APPLICATION_NAME)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("role", "title")
        self._title.setWordWrap(True)
        self._about = muted_text(_ABOUT)
        self._open = page_button("welcome.open_folder", "Open folder…", "Open a folder", is_primary=True)
        self._open.clicked.connect(self.open_requested)
        self._file = page_button("welcome.go_to_file", "Go to file…", "Go to a file of the folder", is_primary=True)
        self._file.clicked.connect(self.file_requested)
        self._hint = beside_text("or drop one here")
        self._recent_head = section_head("RECENT")
        self._recent_rows = QWidget()  # Tab comes to what is in it in its place, whenever it is made
        self._recent = QVBoxLayout(self._recent_rows)
        self._recent.setContentsMargins(0, 0, 0, 0)
        self.sections: FirstRunSections | None = None
        self._models: ModelsController | None = None
        self._has_folder = False
        self._gone: frozenset[str] = frozenset()
        self._shown_recent: tuple[str, ...] = ()
        self._recent_texts: list[tuple[QPushButton, str]] = []
        self._lay_out()
        self.show_recent(())
        self.show_folder("")

    def follow(self, models: ModelsController) -> None:
        """The model side is there: servers are looked for, and the built-in model."""
        self._models = models
        self._complete()

    def show_recent(self, folders: Sequence[str]) -> None:
        """List the recent folders, the last one first."""
        self._shown_recent = tuple(folders)
        self._recent_texts.clear()
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for folder in folders[:SHOWN_RECENT]:
            path = PurePath(folder)
            is_gone = folder in self._gone
            text = f"{path.name or folder}   {path.parent}{'   (not there)' if is_gone else ''}"
            button = QPushButton()
            button.setMinimumWidth(_LEAST_BUTTON_PX)  # its text would not let the window become narrow
            button.setObjectName(f"welcome.recent.{path.name}")
            button.setAccessibleName(f"Open {folder}{', which is not there now' if is_gone else ''}")
            button.setToolTip(f"{folder} is not there now: renamed, deleted or not mounted" if is_gone else folder)
            button.setProperty("link", True)
            button.setProperty("role", "muted" if is_gone else "")
            button.clicked.connect(partial(self._on_recent_clicked, folder))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            self._recent_texts.append((button, text))
        self._fit_recent()
        for part in (self._recent_head, self._recent_rows):
            show(part, bool(folders))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Long paths give way in their middle, and margins where the page is narrow."""
        super().resizeEvent(event)
        side = _SIDE_PX if self.width() >= _NARROW_PX else _SIDE_PX // 3
        self._outer.setContentsMargins(side, _TOP_PX, side, 16)
        self._fit_recent()

    def show_gone(self, folders: frozenset[str]) -> None:
        """Say of these recent folders that they are not there."""
        if folders != self._gone:
            self._gone = folders
            self.show_recent(self._shown_recent)

    def show_folder(self, name: str) -> None:
        """With a folder open, one of its files is what is wanted first, and nothing else is offered."""
        is_open = bool(name)
        self._title.setText(name or APPLICATION_NAME)
        self._about.setText(_OPEN if is_open else _ABOUT)
        show(self._file, is_open)
        self._open.setText("Open another folder…" if is_open else "Open folder…")
        mark(self._open, "primary", not is_open)
        self._has_folder = is_open
        self.setFocusProxy(self._file if is_open else self._open)
        # What comes below must not move what is there; a page with little on it has it in its middle.
        self._middle.setStretch(0, 2 if is_open else 0)
        for part in (self._hint, *([self.sections] if self.sections is not None else [])):
            show(part, not is_open)
        self._complete()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setProperty("surface", "base")
        inner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(inner)  # empty still: what it holds is measured once, when it is shown
        outer = self._outer = QHBoxLayout(inner)
        column = QWidget()
        column.setMaximumWidth(COLUMN_PX)
        middle = self._middle = QVBoxLayout(column)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(8)
        outer.addStretch(1)
        outer.addWidget(column, COLUMN_PX)
        outer.addStretch(1)
        self._recent.setSpacing(0)
        middle.addStretch(0)
        middle.addWidget(self._title)
        middle.addWidget(self._about)
        middle.addSpacing(4)
        middle.addWidget(in_rows(self._file, self._open, self._hint))
        middle.addSpacing(8)
        middle.addWidget(self._recent_head)
        middle.addWidget(self._recent_rows)
        middle.addStretch(3)

    def _complete(self) -> None:
        """Put what concerns models below the rest, once it is there and there is no folder."""
        if self._models is None or self._has_folder or self.sections is not None:
            return
        from copilot_desktop.ui.welcome.first_run import FirstRunSections

        self.sections = FirstRunSections(self._models)
        self.sections.connecting.settings_wanted.connect(self.settings_wanted)
        self.sections.trying.sample_wanted.connect(self.sample_wanted)
        self._middle.insertWidget(self._middle.count() - 1, self.sections)

    def _fit_recent(self) -> None:
        room = min(COLUMN_PX, self.width() - 2 * _SIDE_PX) - _BUTTON_SIDES_PX
        for button, text in self._recent_texts:
            button.setText(button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room))

    def _on_recent_clicked(self, folder: str, _checked: bool = False) -> None:
        self.folder_chosen.emit(folder)
