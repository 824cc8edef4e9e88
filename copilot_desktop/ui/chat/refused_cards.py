"""The cards of refused blocks below the turns of the conversation that is shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.bridge.review.block_repairs import BlockRepairs
from copilot_desktop.bridge.review.refused_blocks import RefusedBlocks
from copilot_desktop.bridge.review.refused_values import RefusedBlock, RefusedChanged
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.chat.cards import button
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.refused_block_card import CardSignals, PlaceChosen, RefusedBlockCard
from copilot_desktop.ui.focus_order import focus_inside, hand_focus_on
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.ui.chat.turn_view import TurnView

_SHOWN_CARDS = 5


class RefusedColumn(QWidget):
    """The refused blocks of one change set: the first few as cards, and ways to the others."""

    all_chosen = Signal()
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
        shown = changed.blocks[: self._limit]
        for block_id in [each for each in self.cards if each not in {block.block_id for block in shown}]:
            self._drop(block_id, heir)
        for at, block in enumerate(shown):
            card = self.cards.get(block.block_id)
            if card is None:
                card = self.cards[block.block_id] = RefusedBlockCard(block, self._signals, self._theme)
                self._column.insertWidget(at, card)
                card.show()
            elif card.block != block:
                card.show_block(block)
        left = len(changed.blocks) - len(shown)
        self._more.setText(f"Show {left} more that were not placed")
        self._more.setVisible(left > 0)
        blocks = "1 dismissed block" if changed.dismissed == 1 else f"{changed.dismissed} dismissed blocks"
        self._back.setText(f"Show {blocks} again")
        self._back.setAccessibleName(self._back.text())
        self._back.setVisible(changed.dismissed > 0)
        self.setVisible(bool(shown) or changed.dismissed > 0)

    def _drop(self, block_id: str, heir: QWidget) -> None:
        card = self.cards.pop(block_id)
        if focus_inside(card):
            next_card = next(iter(self.cards.values()), None)
            hand_focus_on(card, heir if next_card is None else next_card.entry)
        card.hide()
        self._column.removeWidget(card)
        card.deleteLater()

    def _on_more_clicked(self) -> None:
        if self._changed is not None:
            self._limit = len(self._changed.blocks)
            self.show_changed(self._changed, self)


class RefusedCards(QObject):
    """Puts the cards below their turns, also of one that is drawn again, and does what is chosen on them."""

    def __init__(
        self, conversation: ConversationView, refused: RefusedBlocks, repairs: BlockRepairs, theme: Theme
    ) -> None:
        super().__init__(conversation)
        self._conversation, self._refused, self._theme = conversation, refused, theme
        self.signals = CardSignals(self)
        conversation.turn_shown.connect(self._on_turn_shown)
        refused.changed.connect(self._on_changed)
        self.signals.open_chosen.connect(self._on_open_chosen)
        self.signals.place_chosen.connect(self._on_place_chosen)
        self.signals.retry_chosen.connect(repairs.ask)
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

    def focus_change_set(self, change_set_id: str) -> bool:
        """Give the keyboard to the first card of a change set; False where none is shown."""
        cards = (card for column in self.columns() for card in column.cards.values())
        found = next((card for card in cards if card.block.change_set_id == change_set_id), None)
        if found is not None:
            self._focus(found)
        return found is not None

    def _focus(self, card: RefusedBlockCard) -> None:
        card.entry.setFocus(Qt.FocusReason.OtherFocusReason)
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
        view.ended.connect(lambda turn_id: QTimer.singleShot(0, view, partial(self._show_turn, turn_id)))

    def _show_turn(self, turn_id: str) -> None:
        for changed in self._refused.of_turn(turn_id):
            self._on_changed(changed)

    def _on_changed(self, changed: RefusedChanged) -> None:
        view = self._conversation.drawn_view(changed.turn_id)
        if view is None:
            return
        name = f"refused_blocks_{changed.change_set_id}"
        column = view.findChild(RefusedColumn, name)
        if column is None:
            column = RefusedColumn(self.signals, self._theme)
            column.setObjectName(name)
            column.back_chosen.connect(partial(self._refused.bring_back, changed.change_set_id))
            view.add_card(column)
            announce(view, _in_words(changed))
        column.show_changed(changed, view.proposals[-1].entry if view.proposals else view)
        self._conversation.transcript.make_room(view.head.turn_id)

    def _on_open_chosen(self, chosen: PlaceChosen) -> None:
        self._refused.open_place(chosen.block_id, chosen.number)

    def _on_place_chosen(self, chosen: PlaceChosen) -> None:
        block = self._refused.block(chosen.block_id)
        if block is not None and chosen.number < len(block.places):
            self._refused.place_at(chosen.block_id, block.places[chosen.number])


def _in_words(changed: RefusedChanged) -> str:
    count = len(changed.blocks)
    return "1 block was not placed." if count == 1 else f"{count} blocks were not placed."
