"""What is found, with its count above; where there is nothing, why."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop.bridge.search.controller import SearchController
from copilot_desktop.bridge.search.events import FoundAgain, SearchFailed
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.search.result_list import ResultList
from copilot_desktop.ui.search.result_rows import count_words
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged
from copilot_desktop.workspace.search.values import FileFound, SearchEnded

_EMPTY = "Type what to look for in the files of the folder. Results come while you type."
_NO_FOLDER = "No folder is open that could be searched."
_LIMITED = "There are more. Write more of what you look for, or say in which files."
_OUTDATED = "Outdated: search again"


class ResultPane(QWidget):
    """Follows the searches of a controller."""

    again_wanted = Signal()
    all_files_wanted = Signal()
    settled = Signal()
    """A search has ended, one way or another, and what it found is shown."""

    def __init__(self, search: SearchController, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search.pane")
        self._search = search
        self._ended: SearchEnded | None = None
        self._has_failed = False
        self.list = ResultList(theme.tokens, self)
        self._count = ElidedLabel("search.count", parent=self)
        self._said, self._unread_list = self._sentence("said"), self._sentence("unread_list")
        self._unread, self._again = self._link("unread", "amber"), self._link("again", "amber")
        self._all_files = self._link("all_files", "")
        self._pages = QStackedWidget(self)
        self._pages.setObjectName("search.pages")
        self._place()
        theme.changed.connect(self._on_theme_changed)
        self.list.dismissed.connect(self.show_state)
        self._unread.setCheckable(True)
        self._unread.toggled.connect(self._unread_list.setVisible)
        self._again.clicked.connect(self._on_again_clicked)
        self._all_files.clicked.connect(self._on_all_files_clicked)
        search.found.connect(self._on_found)
        search.found_again.connect(self._on_found_again)
        search.ended.connect(self._on_ended)
        search.failed.connect(self._on_failed)
        search.outdated.connect(self._on_outdated)
        search.forgotten.connect(self.clear)
        self.clear()

    def has_results(self) -> bool:
        """Whether there is something to step through."""
        return bool(self.list.found.rows)

    def clear(self) -> None:
        """Show nothing: another search begins, or none."""
        self._ended, self._has_failed = None, False
        self.list.results.clear()
        self.list.refresh()
        self._again.hide()
        self.show_state()

    def take_keyboard(self) -> None:
        """Give the keyboard to the list, where there is something in it."""
        if self.has_results():
            if self.list.current() is None:
                self.list.setCurrentIndex(self.list.found.index(min(1, len(self.list.found.rows) - 1)))
            self.list.setFocus()

    def show_state(self) -> None:
        """Counts, and what is said where there is no result."""
        results, is_running = self.list.results, self._search.is_running
        unread = self._ended.unread_count if self._ended is not None else 0
        self._unread.setVisible(bool(unread))
        if self._ended is not None and unread:
            self._unread.setText(f"{unread:,} could not be read")
            more = unread - len(self._ended.unread)
            self._unread_list.setText("\n".join((*self._ended.unread, *([f"and {more:,} more"] if more else []))))
        elif not unread:
            self._unread.setChecked(False)
        if results.files:
            ended = self._ended if self._ended is not None and not is_running else SearchEnded()
            words = count_words(results.match_count, len(results.files), ended.is_limited)
            before = "Searching… " if is_running else "Stopped: " if ended.is_stopped else ""
            self._count.show_text(f"{before}{words}", _LIMITED if ended.is_limited else "")
            self._count.show()
            self._pages.setCurrentIndex(0)
        else:
            is_stopped = self._ended is not None and self._ended.is_stopped
            has_ended = self._ended is not None and not is_running and not is_stopped
            words = "Searching…" if is_running else "Stopped" if is_stopped else "No results" if has_ended else ""
            self._count.show_text(words)
            self._count.setVisible(bool(words))
            self._say_empty(is_running or is_stopped, has_ended)
            self._pages.setCurrentIndex(1)

    def _say_empty(self, is_quiet: bool, has_ended: bool) -> None:
        query = self._search.query
        left_out = query is not None and query.uses_ignore_rules
        self._all_files.setVisible(has_ended and left_out)
        said = _EMPTY if self._search.has_folder else _NO_FOLDER
        if is_quiet or self._has_failed:
            said = ""
        elif has_ended:
            said = "Nothing was found" + (". Files that git ignores were left out." if left_out else ".")
        self._said.setText(said)

    def _place(self) -> None:
        self._count.setProperty("role", "muted")
        self._count.setAccessibleName("Results")
        self._unread_list.setContentsMargins(12, 0, 12, 4)
        self._unread_list.hide()
        self._again.setText(_OUTDATED)
        self._again.setToolTip("So many files have changed that only a new search can tell what is in them")
        self._all_files.setText("Search ignored files, too")
        line = QHBoxLayout()
        line.setContentsMargins(12, 0, 8, 4)
        line.setSpacing(8)
        line.addWidget(self._count, 1)
        empty = QWidget(self)
        column = QVBoxLayout(empty)
        column.setContentsMargins(12, 4, 12, 8)
        column.addWidget(self._said)
        column.addWidget(self._all_files, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self._pages.addWidget(self.list)
        self._pages.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        for button in (self._again, self._unread):
            row = QHBoxLayout()
            row.setContentsMargins(4, 0, 8, 2)
            row.addWidget(button)
            row.addStretch(1)
            column.addLayout(row)
        column.addWidget(self._unread_list)
        column.addWidget(self._pages, 1)

    def _sentence(self, name: str) -> QLabel:
        label = QLabel("", self)
        label.setObjectName(f"search.{name}")
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", "muted")
        return label

    def _link(self, name: str, role: str) -> QPushButton:
        button = QPushButton("", self)
        button.setObjectName(f"search.{name}")
        button.setProperty("link", True)
        button.setProperty("role", role)
        return button

    def _on_found(self, files: tuple[FileFound, ...]) -> None:
        self.list.results.add(files)
        self.list.refresh()
        self.show_state()

    def _on_found_again(self, event: FoundAgain) -> None:
        self.list.results.replace(event.paths, event.files)
        self.list.refresh()
        self.show_state()

    def _on_ended(self, ended: SearchEnded) -> None:
        self._ended = ended
        self.show_state()
        results = self.list.results
        announce(self.list, count_words(results.match_count, len(results.files)))
        self.settled.emit()

    def _on_failed(self, event: SearchFailed) -> None:
        self._has_failed = True
        self.show_state()
        announce(self.list, event.message)
        self.settled.emit()

    def _on_outdated(self) -> None:
        self._again.setVisible(self.has_results() or self._ended is not None)

    def _on_again_clicked(self, _checked: bool = False) -> None:
        self.again_wanted.emit()

    def _on_all_files_clicked(self, _checked: bool = False) -> None:
        self.all_files_wanted.emit()

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self.list.set_tokens(event.tokens)
