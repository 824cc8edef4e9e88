"""One's own changes as a page: files on the left, their differences on the right, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.writing import GitWriting
from copilot_desktop.ui.changes.change_list import ChangeList
from copilot_desktop.ui.changes.change_words import ChangeRow, compared_rows
from copilot_desktop.ui.changes.compared_changes import ComparedChanges
from copilot_desktop.ui.changes.compared_files import sums_of
from copilot_desktop.ui.changes.comparison_bar import ComparisonBar
from copilot_desktop.ui.changes.going_files import GoingFiles
from copilot_desktop.ui.changes.review_deeds import ReviewDeeds
from copilot_desktop.ui.changes.undoing import ChangesUndo
from copilot_desktop.ui.diff.diff_bar import DiffBar
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.look import DiffLook
from copilot_desktop.ui.diff.values import DiffFile
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged
from copilot_desktop.workspace.git.values import Comparison, ComparisonKind

_LIST_PX, _LEAST_PX, _WITH_LIST_PX = 240, 320, 760
_NOTHING = {
    ComparisonKind.WORKING: "Nothing on disk differs from what is staged.",
    ComparisonKind.INDEX: "Nothing is staged.",
    ComparisonKind.BRANCH: "Nothing differs from where the branch left its base.",
}
_NO_BASE = "There is no other branch to compare with. Type the name of a commit above to compare with that."


class ChangesReview(QWidget):
    """`open_wanted(path)`: the file of the repository that is looked at is to be opened."""

    open_wanted = Signal(str)

    def __init__(self, git: GitController, writing: GitWriting, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("my_changes")
        self.setAccessibleName("My changes")
        self.setMinimumWidth(_LEAST_PX)
        self.bar, self.list = ComparisonBar(), ChangeList(theme.tokens)
        self.diff = DiffList(theme.tokens)
        self.look = DiffLook(self)
        self.compared = ComparedChanges(git, self)
        GoingFiles(self.list, writing, self.compared.listed)
        self.deeds = ReviewDeeds(self.diff, self.compared, writing)
        self.undoing = ChangesUndo(writing, self)
        self._is_stale = True
        self._wanted_path = ""
        self.dress: Callable[[list[DiffFile]], list[DiffFile]] = lambda files: files
        """Gives the files that are shown what is said of their lines."""
        self.whole = QSplitter(Qt.Orientation.Vertical)
        """The differences, and what stands below them: what one-key commands work in."""
        self._note = QLabel()
        self._pages = QStackedWidget()
        self.body = QSplitter(Qt.Orientation.Horizontal)
        self._place()
        self.look.follow(self.diff)
        self.bar.chosen.connect(self._on_chosen)
        self.list.opened.connect(self._on_file_chosen)
        self.list.done.connect(self.deeds.do_with_rows)
        self.compared.listed.connect(self._on_listed)
        self.compared.read.connect(self._on_read)
        self.compared.failed.connect(self._on_failed)
        self.compared.bases_found.connect(self._on_bases_found)
        git.was_read.connect(self.refresh)
        theme.changed.connect(self._on_theme_changed)
        self.setFocusProxy(self.diff)

    def show_comparison(self, comparison: Comparison, path: str = "") -> None:
        """Compare these sides, and go to a file of the repository."""
        self._wanted_path = path
        if comparison == self.compared.comparison and self.compared.changes:
            self._go_to_wanted()
            self.refresh()
        else:
            self.bar.choose(comparison.kind)

    def refresh(self) -> None:
        """Compare again; what is in sight stays there."""
        self._is_stale = not self.isVisible()
        if not self._is_stale:
            self.compared.refresh()

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) hunk."""
        ids = list(self.diff.rows_model.rows.places)
        if ids:
            here = ids.index(self.diff.current_hunk) if self.diff.current_hunk in ids else -by
            self.diff.go_to_hunk(ids[max(0, min(here + by, len(ids) - 1))])

    def step_file(self, by: int) -> None:
        """Go to the first hunk of the next (1) or the previous (-1) file."""
        paths = [change.path for change in self.compared.changes]
        if paths:
            here = paths.index(self.current_path) if self.current_path in paths else -by
            self.go_to_file(paths[max(0, min(here + by, len(paths) - 1))])

    def go_to_file(self, path: str) -> None:
        """Go to the first hunk of a file, or to its head."""
        file = self.compared.files.get(path)
        if file is not None and file.hunks:
            self.diff.go_to_hunk(file.hunks[0].hunk_id)
        else:
            self._go_to_head(path)

    @property
    def current_path(self) -> str:
        """The file that is looked at, "" for none."""
        row = self.diff.current_row()
        return row.path if row is not None else ""

    def open_file(self) -> None:
        """Ask for the file that is looked at."""
        if self.current_path:
            self.open_wanted.emit(self.current_path)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What has changed while nobody looked is compared now."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow page the differences need all of it; their heads name the files."""
        super().resizeEvent(event)
        self.list.setVisible(self.width() >= _WITH_LIST_PX)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As a page."""
        return QSize(900, 600)

    def _place(self) -> None:
        self.diff.setObjectName("my_changes.diff")
        self.diff.setAccessibleName("My changes")
        self.diff.set_controls(self.deeds.make_buttons)
        self.list.setObjectName("my_changes.files")
        self._note.setObjectName("my_changes.said")
        self._note.setWordWrap(True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setProperty("role", "muted")
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(DiffBar("my_changes", self.diff, self.look))
        column.addWidget(self.diff, 1)
        self.body.setObjectName("my_changes.body")
        self.body.setAccessibleName("My changes")
        self.body.setHandleWidth(1)
        self.body.setChildrenCollapsible(False)
        self.body.addWidget(self.list)
        self.body.addWidget(shown)
        self.body.setStretchFactor(1, 1)
        self.body.setSizes([_LIST_PX, 3 * _LIST_PX])
        self._pages.addWidget(self.body)
        self._pages.addWidget(self._note)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.bar)
        self.whole.setObjectName("my_changes.whole")
        self.whole.setAccessibleName("My changes")
        self.whole.setHandleWidth(1)
        self.whole.setChildrenCollapsible(False)
        self.whole.addWidget(self._pages)
        self.whole.setStretchFactor(0, 1)
        outer.addWidget(self.whole, 1)

    def _on_bases_found(self, names: tuple[str, ...]) -> None:
        self.bar.show_bases(names)
        if self.bar.comparison.kind is ComparisonKind.BRANCH and not self.bar.comparison.base:
            self._say(_NO_BASE)

    def _on_listed(self) -> None:
        changes, comparison = self.compared.changes, self.compared.comparison
        added, removed = sums_of(changes)
        count = f"{len(changes)} {'file' if len(changes) == 1 else 'files'}"
        self.bar.show_sums(f"{count}, +{added} −{removed}" if changes else "")
        self.list.show_rows(compared_rows(comparison, changes))
        if changes:
            self._pages.setCurrentWidget(self.body)
        else:
            self._say(_NOTHING[comparison.kind])
            self.show_files()

    def _on_read(self) -> None:
        self.show_files()
        self._go_to_wanted()

    def show_files(self) -> None:
        """Show what is known of the files; what is in sight stays there."""
        shown = self.dress(self.compared.shown())
        if len(shown) != len(self.diff.content.files) or any(
            one is not other for one, other in zip(shown, self.diff.content.files, strict=True)
        ):
            places, path = self.diff.rows_model.rows.places, self.current_path
            here = places.get(self.diff.current_hunk, self.diff.currentIndex().row())
            place = sum(at < here for at in places.values())
            self.diff.show_files(shown)
            self._keep_place(place, path)

    def _keep_place(self, place: int, path: str) -> None:
        """Where the current hunk is gone (it was staged), the one that stands in its place is the next; so it is of a
        file without one (it is binary, or has another mode)."""
        ids = list(self.diff.rows_model.rows.places)
        file = self.compared.files.get(path)
        if self.diff.current_hunk in ids:
            self.diff.keep_current()
        elif not self.diff.current_hunk and file is not None and not file.hunks:
            self._go_to_head(path)
        elif ids:
            self.diff.go_to_hunk(ids[min(place, len(ids) - 1)], is_scrolled=place > 0)

    def _go_to_wanted(self) -> None:
        if self._wanted_path in self.compared.files:
            path, self._wanted_path = self._wanted_path, ""
            self.go_to_file(path)

    def _go_to_head(self, path: str) -> None:
        rows = self.diff.rows_model.rows
        for place in range(len(rows)):
            if rows[place].path == path:
                self.diff.current_hunk = ""
                self.diff.setCurrentIndex(self.diff.rows_model.index(place))
                self.diff.scrollTo(self.diff.rows_model.index(place))
                return

    def _say(self, sentence: str) -> None:
        self._note.setText(sentence)
        self._note.setAccessibleName(sentence)
        self._pages.setCurrentWidget(self._note)

    def _on_failed(self, sentence: str) -> None:
        self.bar.show_sums("")
        self.list.show_rows([])
        self._say(sentence)

    def _on_chosen(self, comparison: Comparison) -> None:
        self.diff.current_hunk = ""
        self.diff.show_files(())
        self.list.show_rows([])
        self.diff.verticalScrollBar().setValue(0)
        self.bar.show_sums("")
        self._is_stale = False
        self.compared.compare(comparison)

    def _on_file_chosen(self, row: ChangeRow) -> None:
        if row.change is not None:
            self.go_to_file(row.change.path)

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self.list.set_tokens(event.tokens)
        self.diff.set_tokens(event.tokens)
