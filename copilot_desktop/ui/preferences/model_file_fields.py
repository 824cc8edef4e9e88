"""The fields of a model that the program runs itself: its file, what the file says, and the threads."""

from __future__ import annotations

import os.path
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from copilot_desktop.bridge.models.sources import FileLooked
from copilot_desktop.llm.local_server.memory import shown_bytes
from copilot_desktop.llm.local_server.server import FileFacts
from copilot_desktop.ui.preferences.form_parts import Mood, StatusLine, push_button, row, with_button

_THREADS_LIMIT = 256


class ModelFileFields(QWidget):
    """File and threads; a line says what the file is and whether it fits into the memory."""

    wanted = Signal(str)
    """The file of this path is to be looked at."""
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("plain", True)
        self.path = QLineEdit()
        self.path.setObjectName("model_path")
        self.path.setAccessibleName("File of the model")
        self.path.setPlaceholderText("A file that ends in .gguf")
        self.choose = push_button("model_choose", "Choose …")
        self.about = StatusLine("model_about")
        self.threads = QSpinBox()
        self.threads.setObjectName("model_threads")
        self.threads.setRange(0, _THREADS_LIMIT)
        self.threads.setSpecialValueText("as many as are good")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(row("File", with_button(self.path, self.choose), "Runs on this machine, without a key."))
        layout.addWidget(self.about)
        layout.addWidget(row("Threads", self.threads, "Fewer leave more of the processor to other programs."))
        self.choose.clicked.connect(self._on_choose_clicked)
        self.path.editingFinished.connect(self.look)
        self.path.textEdited.connect(lambda _text: self.edited.emit())
        self.threads.valueChanged.connect(lambda _value: self.edited.emit())

    def look(self) -> None:
        """Ask what the file is."""
        path = os.path.expanduser(self.path.text().strip())
        self.path.setText(path)
        self.about.say("", Mood.BUSY)
        if path:
            self.wanted.emit(path)

    def show_values(self, path: str, threads: int | None) -> None:
        """Fill the fields."""
        self.path.setText(path)
        self.threads.blockSignals(True)
        self.threads.setValue(threads or 0)
        self.threads.blockSignals(False)
        self.about.say("", Mood.BUSY)

    def show_looked(self, looked: FileLooked) -> None:
        """Say what the file is; an answer about another one is passed over."""
        if looked.path != self.path.text().strip():
            return
        if looked.facts is None:
            if looked.problem is not None:
                self.about.say_notice(looked.problem)
            return
        fits = looked.facts.free_bytes is None or looked.facts.needed_bytes <= looked.facts.free_bytes
        self.about.say(_said(looked.facts), Mood.GOOD if fits else Mood.BAD)

    def _on_choose_clicked(self) -> None:
        here = self.path.text().strip()
        dialog = QFileDialog(self.window(), "Choose a model", str(Path(here).parent) if here else str(Path.home()))
        dialog.setObjectName("model_file_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Models (*.gguf)", "All files (*)"])
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_file_selected(self, path: str) -> None:
        self.path.setText(path)
        self.edited.emit()
        self.look()


def _said(facts: FileFacts) -> str:
    made_for = f", made for {facts.made_for_tokens:,} tokens" if facts.made_for_tokens else ""
    free = "" if facts.free_bytes is None else f"; {shown_bytes(facts.free_bytes)} are free"
    return (
        f"{facts.name}: {shown_bytes(facts.size_bytes)}{made_for}. With {facts.context_tokens:,} tokens it needs about "
        f"{shown_bytes(facts.needed_bytes)} of memory{free}."
    )
