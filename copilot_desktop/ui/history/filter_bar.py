"""What narrows the time line: words, and a file, also one that is deleted by now."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QFrame, QLineEdit, QVBoxLayout, QWidget

from copilot_desktop.bridge.history.values import Query
from copilot_desktop.ui.combo_keys import ComboKeys
from copilot_desktop.ui.flow_layout import FlowLayout

_PAUSE_MS = 150
_FIELD_PX, _FILES_PX = 180, 220
_ALL = "All files"


class FilterBar(QFrame):
    """`changed()` when other steps are wanted; `left()` when the keyboard goes on to them (Down, Enter, Esc)."""

    changed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: str | None = None
        self._paths: tuple[tuple[str, bool], ...] = ()
        self.words = QLineEdit()
        self.words.setObjectName("history.words")
        self.words.setAccessibleName("Words of the steps")
        self.words.setPlaceholderText("Filter the steps")
        self.words.setToolTip("Words of what was asked, of the model or of a file (/)")
        self.words.setClearButtonEnabled(True)
        self.words.setMinimumWidth(_FIELD_PX)
        self.words.installEventFilter(self)
        self.files = QComboBox()
        self.files.setObjectName("history.files")
        self.files.setAccessibleName("Steps of this file")
        self.files.setEditable(True)
        self.files.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.files.setMinimumWidth(_FILES_PX)
        self.files.setMaxVisibleItems(16)
        completer = QCompleter(self.files.model(), self.files)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.files.setCompleter(completer)
        line = self.files.lineEdit()
        if line is not None:
            line.setAccessibleName("Steps of this file")
            line.editingFinished.connect(self._on_file_typed)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        row = QWidget()
        row.setProperty("plain", True)
        flow = FlowLayout(row, gap_px=6)
        flow.addWidget(self.words)
        flow.addWidget(self.files)
        column.addWidget(row)
        self.words.textChanged.connect(self._on_words_changed)
        self.files.activated.connect(self._on_file_chosen)
        ComboKeys(self)
        self._fill()

    @property
    def query(self) -> Query:
        """The steps that are wanted."""
        return Query(self._path, " ".join(self.words.text().split()))

    def show_path(self, path: str | None) -> None:
        """Narrow the steps to a file, or not."""
        self._path = path
        self._fill()

    def show_paths(self, paths: tuple[tuple[str, bool], ...]) -> None:
        """The files that can be chosen, and whether each is there still."""
        if paths != self._paths:
            self._paths = paths
            self._fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Down and Enter go on to the steps, Esc clears first."""
        if watched is not self.words or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Escape and self.words.text():
            self.words.clear()
            return True
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.left.emit()
            return True
        return False

    def _fill(self) -> None:
        self.files.blockSignals(True)
        self.files.clear()
        self.files.addItem(_ALL, "")
        known = dict(self._paths)
        if self._path is not None and self._path not in known:
            self.files.addItem(self._path, self._path)
        for path, is_there in self._paths:
            self.files.addItem(path if is_there else f"{path} (deleted)", path)
        self.files.setCurrentIndex(max(0, self.files.findData(self._path or "")))
        line = self.files.lineEdit()
        if line is not None:
            line.setCursorPosition(0)
        self.files.setToolTip(self.files.currentText())
        self.files.blockSignals(False)

    def _choose(self, path: str | None) -> None:
        if path != self._path:
            self.show_path(path)
            self.changed.emit()

    def _on_words_changed(self, _text: str) -> None:
        self._pause.start()

    def _on_file_chosen(self, index: int) -> None:
        self._choose(str(self.files.itemData(index)) or None)

    def _on_file_typed(self) -> None:
        text = self.files.currentText().strip()
        index = self.files.findText(text, Qt.MatchFlag.MatchFixedString)
        if not text or index >= 0:
            self._choose(str(self.files.itemData(max(index, 0))) or None)
        else:
            # Part of a name is no file: show again what is shown.
            self._fill()
