"""The card of a proposal: its files with counts, what can be done, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.ui.chat.cards import button, label
from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.flow_layout import FlowLabel, FlowLayout
from copilot_desktop.ui.focus_order import hand_focus_on
from copilot_desktop.values import dataclass

SHOWN_FILES = 8


class CardState(StrEnum):
    """What was decided about a proposal."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PARTLY = "partly"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class FileCount:
    """One file of a proposal; `status`: added, modified, deleted or renamed.

    A renamed one had the path `old_path`; `is_replacing`: it takes the place of a file that is there.
    """

    path: str
    status: str
    added_lines: int
    removed_lines: int
    old_path: str = ""
    is_replacing: bool = False

    @property
    def text(self) -> str:
        """The file, and what happens to it."""
        if self.is_replacing:
            return f"{self.old_path} → {self.path} (renamed). Replaces {self.path}, which exists."
        name = f"{self.old_path} → {self.path}" if self.old_path else self.path
        return name if self.status == "modified" else f"{name} ({self.status})"


@dataclass(frozen=True, slots=True)
class ProposalSummary:
    """What a card shows. `notes` are sentences; `confidence` is the lowest of the hunks'.

    `refused` blocks were not placed; they have cards of their own below. `unseen` changes are uncertain and wait until
    they are looked at; `doubt` says why, in words.

    `is_unsaved`: it was undone in tabs that are not saved since. `only`: the hunks that the card is about, where these
    are not all of the change set.
    """

    change_set_id: str
    files: tuple[FileCount, ...] = ()
    notes: tuple[str, ...] = ()
    state: CardState = CardState.PENDING
    undecided: int = 0
    confidence: str = ""
    is_unsaved: bool = False
    refused: int = 0
    unseen: int = 0
    doubt: str = ""
    only: tuple[str, ...] = ()


_STATE_TEXT = {
    CardState.ACCEPTED: ("Accepted", "added"),
    CardState.REJECTED: ("Rejected", "removed"),
    CardState.UNDONE: ("Undone: the files are as they were", "muted"),
}


class ProposalCard(QFrame):
    """Files with + and −, and the buttons Review, Accept, Reject."""

    review_chosen = Signal(object)
    accept_chosen = Signal(object)
    reject_chosen = Signal(object)
    """These carry the card's `ProposalSummary`."""
    refused_chosen = Signal(str)
    """Blocks that were not placed are to be shown."""

    def __init__(self, summary: ProposalSummary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("proposal_card")
        self.setProperty("card", True)
        self.summary = summary
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(12, 10, 12, 10)
        self._layout.setSpacing(6)
        self._body: QWidget | None = None
        self.show_summary(summary)

    @property
    def entry(self) -> QWidget:
        """What gets the keyboard first; an earlier body may still be there for an event."""
        found = None if self._body is None else self._body.findChild(QPushButton, "proposal_review")
        return found or self

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show: blocks that were refused say so themselves."""
        return not (self.summary.files or self.summary.notes)

    def show_summary(self, summary: ProposalSummary) -> None:
        """Follow the decisions."""
        self.summary = summary
        old = self._body
        self._body = QWidget(self)
        self._body.setProperty("plain", True)
        layout = QVBoxLayout(self._body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        if summary.files:
            layout.addWidget(self._head(summary))
            layout.addLayout(_file_rows(summary.files))
        elif summary.notes and not summary.refused:
            layout.addWidget(label("Nothing to change", "heading"))
        for sentence in summary.notes:
            note = PlainText("proposal_note", "A note on this proposal")
            note.show_text(sentence)
            layout.addWidget(note)
        if summary.unseen:
            layout.addWidget(label(_unseen_text(summary), "amber", name="proposal_unseen"))
        elif summary.doubt:
            layout.addWidget(label(f"{summary.doubt}.", "amber", name="proposal_doubt"))
        if summary.refused and summary.files:
            refused = button("proposal_refused", _refused_text(summary.refused), is_link=True)
            refused.setProperty("role", "amber")
            refused.setAccessibleName(f"{refused.text()}: show them")
            refused.setToolTip("Go to the first of them, then to the next")
            refused.clicked.connect(lambda: self.refused_chosen.emit(self.summary.change_set_id))
            layout.addWidget(refused, 0, Qt.AlignmentFlag.AlignLeft)
        if summary.files:
            layout.addWidget(self._foot(summary))
        self._layout.addWidget(self._body)
        if old is not None:
            self._body.show()
            hand_focus_on(old, self.entry)
            old.hide()
            old.deleteLater()
        names = ", ".join(file.path for file in summary.files)
        self.setAccessibleName(f"Proposal: {files_text(summary.files)} {names}, {summary.state.value}")

    def _head(self, summary: ProposalSummary) -> QWidget:
        counts = QWidget()
        counts.setProperty("plain", True)
        row = QHBoxLayout(counts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for text, role in (
            (files_text(summary.files), "heading"),
            (f"+{sum(file.added_lines for file in summary.files)}", "added"),
            (f"−{sum(file.removed_lines for file in summary.files)}", "removed"),
        ):
            made = label(text, role)
            made.setWordWrap(False)
            row.addWidget(made)
        head = QWidget()
        head.setProperty("plain", True)
        parts = FlowLayout(head, gap_px=12)
        parts.addWidget(counts)
        if summary.confidence:
            parts.addWidget(_confidence(summary.confidence))
        return head

    def _foot(self, summary: ProposalSummary) -> QWidget:
        made = QWidget()
        made.setProperty("plain", True)
        row = FlowLayout(made, gap_px=8)
        row.setContentsMargins(0, 4, 0, 0)
        waits = summary.undecided > 0
        review = button("proposal_review", "Review", is_primary=waits and summary.state is not CardState.UNDONE)
        review.clicked.connect(lambda: self.review_chosen.emit(self.summary))
        row.addWidget(review)
        if waits:
            accept = button("proposal_accept", "Accept")
            accept.clicked.connect(lambda: self.accept_chosen.emit(self.summary))
            reject = button("proposal_reject", "Reject")
            reject.clicked.connect(lambda: self.reject_chosen.emit(self.summary))
            row.addWidget(accept)
            row.addWidget(reject)
        if summary.state is CardState.PARTLY:
            text, role = (f"{summary.undecided} undecided", "amber") if waits else ("Accepted in part", "added")
            row.addWidget(FlowLabel(text, role, "proposal_state"))
        elif summary.state in _STATE_TEXT:
            text, role = _STATE_TEXT[summary.state]
            if summary.state is CardState.UNDONE and summary.is_unsaved:
                text, role = "Taken back in the tab, not saved yet", "amber"
            row.addWidget(FlowLabel(text, role, "proposal_state"))
        return made


def files_text(files: Sequence[FileCount]) -> str:
    """How many files."""
    return "1 file" if len(files) == 1 else f"{len(files)} files"


def _confidence(text: str) -> QLabel:
    made = label(f"Certainty {text}", "muted", name="proposal_confidence")
    made.setWordWrap(False)
    made.setToolTip("How certain the least certain place is: 1.00 is exactly the model's lines")
    made.setAccessibleName(f"Certainty {text}")
    return made


def _unseen_text(summary: ProposalSummary) -> str:
    if summary.unseen == 1:
        return f"1 uncertain change waits until you have looked at it. {summary.doubt}".strip()
    return f"{summary.unseen} uncertain changes wait until you have looked at them. {summary.doubt}".strip()


def _refused_text(count: int) -> str:
    # Short enough for a narrow chat in large letters: a button does not wrap.
    return "1 more was not placed" if count == 1 else f"{count} more were not placed"


def _file_rows(files: tuple[FileCount, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    for at, file in enumerate(files[:SHOWN_FILES]):
        path = PlainText("proposal_file", f"{file.path}, {file.status}")
        path.show_text(file.text)
        grid.addWidget(path, at, 0)
        if len(files) == 1:
            break
        for column, (text, role) in enumerate(
            ((f"+{file.added_lines}", "added"), (f"−{file.removed_lines}", "removed")), 1
        ):
            made = label(text, role)
            made.setWordWrap(False)
            made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(made, at, column)
    if len(files) > SHOWN_FILES:
        grid.addWidget(label(f"and {len(files) - SHOWN_FILES} more", "muted"), SHOWN_FILES, 0)
    return grid
