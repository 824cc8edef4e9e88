"""The cards of refused blocks below the turns of the conversation that is shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.bridge.review.block_repairs import BlockRepairs, RepairPlanned
from copilot_desktop.bridge.review.refused_blocks import RefusedBlocks
from copilot_desktop.bridge.review.refused_values import RefusedBlock, RefusedChanged, blocks_by_cause
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.chat.cards import button
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.refused_block_card import BlockStep, CardSignals, PlaceChosen, RefusedBlockCard
from copilot_desktop.ui.focus_order import focus_inside, hand_focus_on
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.ui.chat.turn_view import TurnView

_SHOWN_CARDS = 5


class RefusedColumn(QWidget):
    """The refused blocks of one change set, by their causes: the first few as cards, and ways to the others."""

    back_chosen = Signal()

    def __init__(self, signals: CardSignals, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("refused_blocks")
        self.setProperty("plain", True)
        self.setAccessibleName("Blocks that were not placed")
        self._signals, self._theme = signals, theme
        self._limit = _SHOWN_CARDS
        self._changed: RefusedChanged | None = None
        self.cards: dict[str, RefusedBlockCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._more = button("refused_more", "", is_link=True)
        self._more.clicked.connect(self._on_more_clicked)
        self._back = button("refused_back", "", is_link=True)
        self._back.clicked.connect(self.back_chosen)
        self._column.addWidget(self._more)
        self._column.addWidget(self._back)

    def show_changed(self, changed: RefusedChanged, heir: QWidget) -> None:
        """Show these blocks; `heir` gets the keyboard where the last card that had it goes."""
        self._changed = changed
        groups = blocks_by_cause(changed.blocks)
        shown = groups[: self._limit]
        for block_id in [each for each in self.cards if each not in {blocks[0].block_id for blocks in shown}]:
            self._drop(block_id, heir)
        for at, blocks in enumerate(shown):
            card = self.cards.get(blocks[0].block_id)
            if card is None:
                card = self.cards[blocks[0].block_id] = RefusedBlockCard(blocks, self._signals, self._theme)
                self._column.insertWidget(at, card)
                card.show()
            elif card.blocks != blocks:
                card.show_blocks(blocks)
            card.show_number(at + 1, len(groups))
        left = len(groups) - len(shown)
        self._more.setText(f"Show {left} more that were not placed")
        self._more.setVisible(left > 0)
        aside = "1 dismissed block" if changed.dismissed == 1 else f"{changed.dismissed} dismissed blocks"
        self._back.setText(f"Show {aside} again")
        self._back.setAccessibleName(self._back.text())
        self._back.setVisible(changed.dismissed > 0)
        self.setVisible(bool(shown) or changed.dismissed > 0)

    def show_all(self) -> list[RefusedBlockCard]:
        """Show all of them, and return their cards in order."""
        if self._changed is None:
            return []
        groups = blocks_by_cause(self._changed.blocks)
        self._limit = len(groups)
        self.show_changed(self._changed, self)
        return [self.cards[blocks[0].block_id] for blocks in groups]

    def _drop(self, block_id: str, heir: QWidget) -> None:
        card = self.cards.pop(block_id)
        if focus_inside(card):
            next_card = next(iter(self.cards.values()), None)
            hand_focus_on(card, heir if next_card is None else next_card.entry)
        card.hide()
        self._column.removeWidget(card)
        card.deleteLater()

    def _on_more_clicked(self) -> None:
        first = self._limit
        hand_focus_on(self._more, self.show_all()[first].entry)


class RefusedCards(QObject):
    """Puts the cards below their turns, also of one that is drawn again, and does what is chosen on them."""

    def __init__(
        self, conversation: ConversationView, refused: RefusedBlocks, repairs: BlockRepairs, theme: Theme
    ) -> None:
        super().__init__(conversation)
        self._conversation, self._refused, self._theme = conversation, refused, theme
        self._repairs = repairs
        self.signals = CardSignals(self)
        self._gone_to = self._wanted = ""
        """The block that was gone to last, and the change set to go to once its turn is drawn."""
        conversation.turn_shown.connect(self._on_turn_shown)
        refused.changed.connect(self._on_changed)
        self.signals.open_chosen.connect(self._on_open_chosen)
        self.signals.place_chosen.connect(self._on_place_chosen)
        self.signals.step_chosen.connect(self._on_step_chosen)
        self.signals.retry_chosen.connect(repairs.ask)
        self.signals.send_chosen.connect(repairs.send)
        self.signals.cancel_chosen.connect(repairs.cancel)
        self.signals.secret_chosen.connect(repairs.choose)
        repairs.planned.connect(self._on_planned)
        self.signals.dismiss_chosen.connect(refused.dismiss)

    def columns(self) -> tuple[RefusedColumn, ...]:
        """What is shown now, from top to bottom."""
        return tuple(
            column for view in self._conversation.transcript.turns for column in view.findChildren(RefusedColumn)
        )

    def block_of_focus(self) -> RefusedBlock | None:
        """The block whose card has the keyboard, else the first one of the newest answer."""
        card = self._focused() or next(iter(self._newest()), None)
        return None if card is None else card.block

    def focus_next(self) -> None:
        """Give the keyboard to the first card of the newest answer, then to the next ones."""
        cards = self._newest()
        focused = self._focused()
        if cards:
            at = cards.index(focused) + 1 if focused in cards else 0
            self._focus(cards[at % len(cards)])

    def go_to(self, turn_id: str, change_set_id: str) -> bool:
        """Give the keyboard to the first card of a change set of a turn, then to the next ones; all of them are shown.

        False where its turn is not in the conversation that is shown. One that is not drawn is gone to and waited for.
        """
        column = next((each for each in self.columns() if each.objectName() == _column_name(change_set_id)), None)
        cards = [] if column is None else column.show_all()
        if cards:
            ids = [card.block.block_id for card in cards]
            at = ids.index(self._gone_to) + 1 if self._gone_to in ids else 0
            self._focus(cards[at % len(cards)])
            return True
        self._wanted = change_set_id
        if self._conversation.knows(turn_id):
            self._conversation.go_to(turn_id)
            return True
        return False

    def _focus(self, card: RefusedBlockCard, by: int = 0) -> None:
        step = card.step_button(by) if by else card.entry
        step.setFocus(Qt.FocusReason.OtherFocusReason)
        self._gone_to, self._wanted = card.block.block_id, ""
        view = self._conversation.drawn_view(card.block.turn_id)
        if view is not None:
            top = card.mapTo(view, QPoint(0, 0)).y()
            self._conversation.transcript.reveal(view.head.turn_id, top, card.height())

    def _newest(self) -> list[RefusedBlockCard]:
        columns = [column for column in self.columns() if column.cards]
        return list(columns[-1].cards.values()) if columns else []

    def _focused(self) -> RefusedBlockCard | None:
        cards = (card for column in self.columns() for card in column.cards.values())
        return next((card for card in cards if focus_inside(card)), None)

    def _on_turn_shown(self, view: TurnView) -> None:
        # Its proposals are drawn right after its end, and these come below them.
        view.refused_chosen.connect(partial(self.go_to, view.head.turn_id))
        view.ended.connect(lambda turn_id: QTimer.singleShot(0, view, partial(self._show_turn, turn_id)))

    def _show_turn(self, turn_id: str) -> None:
        for changed in self._refused.of_turn(turn_id):
            self._on_changed(changed)

    def _on_changed(self, changed: RefusedChanged) -> None:
        view = self._conversation.drawn_view(changed.turn_id)
        if view is None:
            return
        name = _column_name(changed.change_set_id)
        column = view.findChild(RefusedColumn, name)
        if column is None:
            column = RefusedColumn(self.signals, self._theme)
            column.setObjectName(name)
            column.back_chosen.connect(partial(self._refused.bring_back, changed.change_set_id))
            view.add_card(column)
            announce(view, _in_words(changed))
        column.show_changed(changed, view.proposals[-1].entry if view.proposals else view)
        self._show_requests(column)
        self._conversation.transcript.make_room(view.head.turn_id)
        if self._wanted == changed.change_set_id:
            self._gone_to = ""
            self.go_to(changed.turn_id, self._wanted)

    def _on_planned(self, planned: RepairPlanned) -> None:
        for column in self.columns():
            self._show_requests(column)
        for block in filter(None, map(self._refused.block, planned.block_ids)):
            self._conversation.transcript.make_room(block.turn_id)

    def _show_requests(self, column: RefusedColumn) -> None:
        """On the card of the blocks that are to be asked for, what would be sent."""
        planned = self._repairs.waiting
        for card in column.cards.values():
            is_asked_for = card.block.block_id in planned.block_ids
            card.show_request(planned.words if is_asked_for else None)

    def _on_step_chosen(self, step: BlockStep) -> None:
        block = self._refused.block(step.block_id)
        column = next((each for each in self.columns() if step.block_id in each.cards), None)
        if block is None or column is None:
            return
        cards = column.show_all()
        self._conversation.transcript.make_room(block.turn_id)
        at = [card.block.block_id for card in cards].index(step.block_id)
        self._focus(cards[(at + step.by) % len(cards)], step.by)

    def _on_open_chosen(self, chosen: PlaceChosen) -> None:
        self._refused.open_place(chosen.block_id, chosen.number)

    def _on_place_chosen(self, chosen: PlaceChosen) -> None:
        block = self._refused.block(chosen.block_id)
        if block is not None and chosen.number < len(block.places):
            self._refused.place_at(chosen.block_id, block.places[chosen.number])


def _in_words(changed: RefusedChanged) -> str:
    count = len(changed.blocks)
    return "1 block was not placed." if count == 1 else f"{count} blocks were not placed."


def _column_name(change_set_id: str) -> str:
    return f"refused_blocks_{change_set_id}"
