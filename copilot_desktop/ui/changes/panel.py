"""The side view of what has changed: where the branch stands, the commit box, and the changed files."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop.bridge.git.committing import Committing
from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.events import GitFailed, StatusRead
from copilot_desktop.bridge.git.writing import GitWriting
from copilot_desktop.ui.changes.change_list import ChangeList, Deed
from copilot_desktop.ui.changes.change_words import ChangeRow, rows_of
from copilot_desktop.ui.changes.commit_box import CommitBox
from copilot_desktop.ui.changes.going_files import GoingFiles
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged
from copilot_desktop.workspace.git.values import GitChange, GitStatus

_CLEAN = "Nothing has changed since the last commit."
_READING = "Looking at what has changed…"


class ChangesPanel(QWidget):
    """Shows one repository. `diff_wanted(row)` asks for the diff of a file, `review_wanted()` for that of all."""

    diff_wanted = Signal(object)
    review_wanted = Signal()

    def __init__(self, git: GitController, writing: GitWriting, committing: Committing, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("changes")
        self.setAccessibleName("Changes")
        self._git, self._writing, self._committing = git, writing, committing
        self.list = ChangeList(theme.tokens)
        self.box = CommitBox()
        self._head = ElidedLabel("changes.head")
        self._head.setProperty("role", "section")
        self._said = QLabel()
        self._pages = QStackedWidget()
        self._place(theme)
        self.setFocusProxy(self.list)
        theme.changed.connect(self._on_theme_changed)
        git.status_changed.connect(self.show_status)
        GoingFiles(self.list, writing, git.was_read)
        self.list.opened.connect(self._on_opened)
        self.list.done.connect(self._on_done)
        self.box.commit_wanted.connect(self._on_commit_wanted)
        self.box.stop_wanted.connect(committing.cancel)
        committing.running_changed.connect(self.box.set_running)
        committing.output.connect(self.box.add_output)
        committing.committed.connect(self._on_committed)
        committing.refused.connect(self._on_refused)
        self.show_status(git.read)

    def show_status(self, read: StatusRead) -> None:
        """Show what differs, or why that cannot be said."""
        status = read.status
        if status is None:
            self._head.show_text("CHANGES")
            sentence = f"{read.message} {read.advice}".strip() if read.message else _READING
            self._say(sentence if self._git.workspace is not None else "No folder is open.")
            self.list.show_rows([])
            self.box.setEnabled(False)
            self.box.set_can_amend(False)
            return
        under_way = f" · {status.operation} under way" if status.operation else ""
        self._head.show_text(
            f"CHANGES · {status.head_words}{under_way}", f"Commits go to: {status.head_words}{under_way}"
        )
        self.box.setEnabled(True)
        self.box.set_can_amend(bool(status.commit_id) and not status.operation)
        if status.message:
            self.box.take(status.message)
        rows = rows_of(status)
        self.list.show_rows(rows)
        if rows:
            self._pages.setCurrentWidget(self.list)
        else:
            self._say(_CLEAN)

    def do(self, deed: Deed) -> None:
        """Do something with the chosen rows."""
        self.list.do(deed)

    def refresh(self) -> None:
        """Look again at what has changed."""
        self._git.refresh()

    def commit(self) -> None:
        """Commit what is staged with the message in the box."""
        self.box.commit.click()

    def amend(self) -> None:
        """Put what is staged into the last commit."""
        self.box.amend.click()

    def _place(self, theme: Theme) -> None:
        self._said.setObjectName("changes.said")
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setProperty("role", "muted")
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._said.setContentsMargins(12, 8, 12, 8)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._said)

        def make_icon(name: str, is_active: bool) -> QIcon:
            return icon(name, theme.tokens.text if is_active else theme.tokens.muted)

        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(0)
        row.addWidget(self._head, 1)
        for name, title, call in (
            ("file-diff", "Review my changes", self._on_review_clicked),
            ("refresh-cw", "Look again at what has changed", self.refresh),
        ):
            button = IconButton(make_icon, name, title)
            button.setObjectName(f"changes.{name}")
            button.clicked.connect(call)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.box)
        column.addWidget(self._pages, 1)

    def _on_review_clicked(self, _checked: bool = False) -> None:
        self.review_wanted.emit()

    def _say(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setAccessibleName(sentence)
        self._pages.setCurrentWidget(self._said)

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self.list.set_tokens(event.tokens)

    def _on_opened(self, row: ChangeRow) -> None:
        if row.change is not None:
            self.diff_wanted.emit(row)

    def _on_done(self, deed: Deed, rows: tuple[ChangeRow, ...]) -> None:
        status = self._git.status
        if status is None:
            return
        changes = _meant(status, rows)
        if deed is Deed.STAGE:
            self._writing.stage(changes)
        elif deed is Deed.UNSTAGE:
            self._writing.unstage(changes)
        else:
            self._writing.discard(changes)

    def _on_commit_wanted(self, message: str, is_amended: bool) -> None:
        if is_amended and not message.strip():
            # Amending without a word keeps the message: it is shown first, so that it can be changed.
            self._committing.last_message(self._on_last_message)
            return
        self._committing.commit(message, is_amended=is_amended)

    def _on_last_message(self, message: str) -> None:
        self.box.take(message)
        self.box.message.setFocus()

    def _on_committed(self, _done: object) -> None:
        self.box.message.clear()

    def _on_refused(self, failed: GitFailed) -> None:
        if failed.detail and self.box.output.isHidden():
            self.box.add_output(failed.detail)


def _meant(status: GitStatus, rows: tuple[ChangeRow, ...]) -> tuple[GitChange, ...]:
    """The files of rows; the head of a group means all of it."""
    heads = {row.group for row in rows if row.change is None}
    return tuple(
        row.change
        for row in rows_of(status)
        if row.change is not None and (row.group in heads or any(row.key == each.key for each in rows))
    )
