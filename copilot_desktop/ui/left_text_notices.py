"""Says that unsaved text is kept for a folder that is gone, and offers to write it to another one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from copilot_desktop.bridge.documents.left_texts import LeftTexts
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.workspace.hot_exit.left_behind import LeftBehind, WrittenOut

_NAMED = 3


class LeftTextNotices(QObject):
    """The notices of one window; they come again at the next start while the texts are kept."""

    def __init__(self, window: MainWindow, texts: LeftTexts) -> None:
        super().__init__(window)
        self._window, self._texts = window, texts
        texts.found.connect(self._on_found)
        texts.written.connect(self._on_written)

    def _on_found(self, left: LeftBehind) -> None:
        names = ", ".join(left.names[:_NAMED])
        others = f" and {len(left.names) - _NAMED} more" if len(left.names) > _NAMED else ""
        message = f"The folder {left.folder} is not there, and unsaved text is kept for it: {names}{others}."
        choice = ("Write to a folder…", partial(self._choose, left))
        advice = "It comes back with the folder, or can be written to another one."
        self._window.notices.show_notice(
            Notice(message, advice, (choice,), key=f"left-text-{left.folder}", is_of_folder=False)
        )

    def _choose(self, left: LeftBehind) -> None:
        dialog = QFileDialog(self._window, "Write the unsaved text to a folder")
        dialog.setObjectName("dialog.left_text")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self._texts.write_out(left, Path(folder)))
        # Whoever leaves the dialog has not answered.
        dialog.rejected.connect(lambda: self._on_found(left))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_written(self, event: WrittenOut) -> None:
        files = ", ".join(str(place) for place in event.files[:_NAMED])
        others = f" and {len(event.files) - _NAMED} more" if len(event.files) > _NAMED else ""
        if event.files:
            message = f"The unsaved text was written to {files}{others}."
            self._window.notices.show_notice(
                Notice(message, key="left-text-written", is_amber=False, is_of_folder=False)
            )
        if event.problem is not None:
            self._window.notices.show_notice(
                Notice(event.problem.message, event.problem.advice, key="left-text-failed", is_of_folder=False)
            )
