"""A small line for each time the model was asked once more for blocks; it opens to what was sent and what came."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.bridge.review.block_repairs import BlockRepairs, RepairsChanged
from copilot_desktop.conversation.events import TurnStatus
from copilot_desktop.conversation.turns import Repair
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.folded_line import FoldedLine
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.ui.chat.turn_view import TurnView


_TEXTS = (("Sent", "sent", "What was sent"), ("Answer", "came", "What came"))


class RepairLine(FoldedLine):
    """One time; follows it while it runs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("repair", _TEXTS, "what was sent and what came", theme)
        self.sent, self.came = self.texts

    def show_repair(self, repair: Repair, *, is_running: bool) -> None:
        """Show how it stands."""
        note = "" if is_running else _note(repair)
        self.show_line(_title(repair, is_running=is_running), note, (repair.text, repair.answer))


class RepairColumn(QWidget):
    """The lines of one turn."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("repairs")
        self._theme = theme
        self.lines: list[RepairLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_changed(self, changed: RepairsChanged) -> None:
        """Show these."""
        for number, repair in enumerate(changed.repairs):
            is_running = changed.is_running and number == len(changed.repairs) - 1
            if number == len(self.lines):
                self.lines.append(RepairLine(self._theme))
                self._column.addWidget(self.lines[-1])
                self.lines[-1].show()
            if is_running or number >= len(changed.repairs) - 1:
                self.lines[number].show_repair(repair, is_running=is_running)
            elif not self.lines[number].sent.toPlainText():
                self.lines[number].show_repair(repair, is_running=False)


class RepairLines(QObject):
    """Puts the lines below their turns, also of one that is drawn again."""

    def __init__(self, conversation: ConversationView, repairs: BlockRepairs, theme: Theme) -> None:
        super().__init__(conversation)
        self._conversation, self._repairs, self._theme = conversation, repairs, theme
        conversation.turn_shown.connect(self._on_turn_shown)
        repairs.changed.connect(self._on_changed)

    def _on_turn_shown(self, view: TurnView) -> None:
        view.ended.connect(partial(self._on_turn_drawn, view))

    def _on_turn_drawn(self, view: TurnView, _known_id: str) -> None:
        # Its proposals are drawn right after its end, and these come below them.
        QTimer.singleShot(0, view, partial(self._show_turn, view.head.turn_id))

    def _show_turn(self, turn_id: str) -> None:
        changed = self._repairs.of_turn(turn_id)
        if changed.repairs:
            self._on_changed(changed)

    def _on_changed(self, changed: RepairsChanged) -> None:
        view = self._conversation.drawn_view(changed.turn_id)
        if view is None:
            return
        column = view.findChild(RepairColumn)
        if column is None:
            column = RepairColumn(self._theme)
            view.add_card(column)
        known = len(column.lines)
        column.show_changed(changed)
        if changed.is_running and len(column.lines) > known:
            announce(view, column.lines[-1].toggle.text())
        elif not changed.is_running and column.lines[-1].note.text():
            announce(view, column.lines[-1].note.text())
        self._conversation.transcript.make_room(view.head.turn_id)


def _title(repair: Repair, *, is_running: bool) -> str:
    blocks = "1 block" if repair.block_count == 1 else f"{repair.block_count} blocks"
    if is_running:
        return f"Asking the model once more for {blocks} … Esc stops"
    return f"Asked the model once more for {blocks}"


def _note(repair: Repair) -> str:
    if repair.status is TurnStatus.STOPPED:
        return "Stopped. Nothing was placed."
    if repair.status is TurnStatus.FAILED:
        return f"It failed. {repair.note}".strip()
    return repair.note
