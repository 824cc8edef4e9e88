"""The card of one refused block: why, the nearest place beside it, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.review.refused_values import RefusedBlock
from copilot_desktop.edits.refusals import compared, is_placeable
from copilot_desktop.ui.chat import refusal_words as words
from copilot_desktop.ui.chat.cards import button, label
from copilot_desktop.ui.chat.near_lines import NearLines
from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.flow_layout import FlowLabel, FlowLayout
from copilot_desktop.ui.focus_order import focus_inside, hand_focus_on
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from copilot_desktop.bridge.request_words import RequestWords
    from copilot_desktop.ui.request_strip import RequestStrip

_ASKED = "The model is being asked for this block once more … Esc stops."
_LEGEND = "≠ what the model took for the file’s lines\n= what the file says"
_COPIED = "Copied as the model wrote it."


@dataclass(frozen=True, slots=True)
class PlaceChosen:
    """One of the places a block may have meant, by its number."""

    block_id: str
    number: int


@dataclass(frozen=True, slots=True)
class BlockStep:
    """To the refused block before (-1) or after (1) one."""

    block_id: str
    by: int


class CardSignals(QObject):
    """What is chosen on any card of a conversation; each carries a block's id, a `PlaceChosen` or a `BlockStep`."""

    open_chosen = Signal(object)
    place_chosen = Signal(object)
    step_chosen = Signal(object)
    retry_chosen = Signal(str)
    by_hand_chosen = Signal(str)
    dismiss_chosen = Signal(str)
    send_chosen = Signal()
    """What a card shows of a request is to be sent."""
    cancel_chosen = Signal()
    secret_chosen = Signal(object, object)
    """Carries a `SecretRow` of that request and the `SecretUse` for it."""


class RefusedBlockCard(QFrame):
    """Follows its block, or several of one file that have one cause; steps through the places it may have meant."""

    def __init__(
        self, blocks: tuple[RefusedBlock, ...], signals: CardSignals, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("refused_block_card")
        self.setProperty("card", True)
        self.blocks = blocks
        self.block = blocks[0]
        self._signals = signals
        self._theme = theme
        self._number = 0
        self._buttons: dict[str, QPushButton] = {}
        self._strip: RequestStrip | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        self._title = label("", "amber", name="refused_title")
        self._why = PlainText("refused_why", "Why it was not placed")
        self._diff = NearLines(theme.tokens)
        self._legend = label(_LEGEND, "muted", name="refused_legend")
        self._all = button("refused_all", "Show all", is_link=True)
        self._said = label("", "muted", name="refused_said")
        column.addLayout(self._head())
        column.addWidget(self._why)
        self._place = self._place_row()
        column.addWidget(self._place)
        column.addWidget(self._legend)
        column.addWidget(self._diff)
        column.addWidget(self._all, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._said)
        column.addWidget(self._foot())
        self._column = column
        self._diff.chosen.connect(self._open)
        self._all.clicked.connect(self._on_all_clicked)
        theme.changed.connect(self._on_theme_changed)
        self.show_blocks(blocks)

    @property
    def entry(self) -> QWidget:
        """What gets the keyboard first."""
        shown = (self._buttons[name] for name in ("refused_place", "refused_copy"))
        return next((each for each in shown if not each.isHidden()), self)

    def show_number(self, number: int, count: int) -> None:
        """Say which of how many blocks of its answer this is, from 1, and lead to the others."""
        self._others.setVisible(count > 1)
        self._which.setText(f"{number} of {count}")

    def step_button(self, by: int) -> QWidget:
        """Leads to the block before or after."""
        return self._previous if by < 0 else self._next

    def show_blocks(self, blocks: tuple[RefusedBlock, ...]) -> None:
        """Show what is known of the block now, or of several that have one cause."""
        block = blocks[0]
        failure = block.failure
        is_other = block.places != self.block.places
        self.blocks, self.block = blocks, block
        if is_other or self._number >= len(block.places):
            self._number = 0
        about = f"{failure.path}" if failure.path else "a block"
        self._title.setText(f"Not placed: {words.title(failure).lower()}")
        others = words.listed([each.failure for each in blocks])
        self._why.show_text("\n".join(filter(None, (words.sentence(failure, block.places), others))))
        said = _ASKED if block.is_asked else block.said
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._buttons["refused_place"].setVisible(bool(block.places) and is_placeable(failure))
        self._buttons["refused_by_hand"].setVisible(is_placeable(failure))
        self._buttons["refused_by_hand"].setText("Place the first by hand" if len(blocks) > 1 else "Place by hand")
        if block.is_asked:
            hand_focus_on(self, self._buttons["refused_copy"])
        for name in ("refused_place", "refused_by_hand", "refused_retry", "refused_dismiss"):
            self._buttons[name].setEnabled(not block.is_asked)
        self._show_place()
        self.setAccessibleName(f"Block that was not placed, {about}: {self._why.toPlainText()} {said}".strip())

    def show_request(self, request: RequestWords | None) -> None:
        """Offer to send what asking for the block once more takes, since secrets were found in it; None: no longer."""
        strip = self._strip
        if request is None:
            if strip is not None and not strip.isHidden():
                hand_focus_on(strip, self._buttons["refused_retry"])
                strip.hide()
            return
        if strip is None:
            from copilot_desktop.ui.request_strip import RequestStrip  # hardly any block has secrets around it

            strip = self._strip = RequestStrip("refused", self, is_primary=False, has_window=True)
            strip.send_wanted.connect(self._signals.send_chosen)
            strip.cancel_wanted.connect(self._signals.cancel_chosen)
            strip.secrets.chosen.connect(self._signals.secret_chosen)
            self._column.addWidget(strip)
        is_new = strip.isHidden()
        strip.show_request(request)
        if is_new and focus_inside(self):
            strip.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc sends nothing."""
        if event.key() == Qt.Key.Key_Escape and self._strip is not None and not self._strip.isHidden():
            self._signals.cancel_chosen.emit()
        else:
            super().keyPressEvent(event)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self._mark = label("")
        self._mark.setFixedSize(16, 16)
        row.addWidget(self._mark)
        row.addWidget(self._title, 1)
        self._which = label("", "muted", name="refused_which")
        self._which.setWordWrap(False)
        self._previous = self._step_button("refused_previous", "chevron-up", "The block before that was not placed")
        self._next = self._step_button("refused_next", "chevron-down", "The next block that was not placed")
        self._previous.clicked.connect(lambda: self._signals.step_chosen.emit(BlockStep(self.block.block_id, -1)))
        self._next.clicked.connect(lambda: self._signals.step_chosen.emit(BlockStep(self.block.block_id, 1)))
        self._others = _row(self._previous, self._which, self._next)
        row.addWidget(self._others)
        self._draw_mark()
        return row

    def _place_row(self) -> QWidget:
        made = QWidget(self)
        made.setProperty("plain", True)
        row = FlowLayout(made, gap_px=4)
        policy = made.sizePolicy()
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
        self._where = button("refused_open", "", is_link=True)
        self._where.clicked.connect(self._open)
        self._likelihood = FlowLabel("", "muted", "refused_likelihood")
        self._before = self._step_button("refused_before", "chevron-left", "The place before")
        self._after = self._step_button("refused_after", "chevron-right", "The next place")
        self._before.clicked.connect(lambda: self._step(-1))
        self._after.clicked.connect(lambda: self._step(1))
        row.addWidget(self._where)
        row.addWidget(self._likelihood)
        self._count = label("", "muted", name="refused_count")
        self._count.setWordWrap(False)
        self._pages = _row(self._before, self._count, self._after)
        row.addWidget(self._pages)
        return made

    def _foot(self) -> QWidget:
        made = QWidget(self)
        made.setProperty("plain", True)
        row = FlowLayout(made)
        told = self._signals
        retry, by_hand, dismiss = (
            partial(self._tell, each) for each in (told.retry_chosen, told.by_hand_chosen, told.dismiss_chosen)
        )
        chosen: tuple[tuple[str, str, str, Callable[[], None]], ...] = (
            ("refused_place", "Place here", "Put the block onto these lines; it waits in the review", self._place_here),
            (
                "refused_retry",
                "Retry",
                "Ask the model for this block once more, with the reason",
                retry,
            ),
            (
                "refused_by_hand",
                "Place by hand",
                "Choose the line in the editor where the block goes",
                by_hand,
            ),
            ("refused_copy", "Copy", "Copy the block as the model wrote it", self._copy),
            ("refused_dismiss", "Dismiss", "Put this block aside", dismiss),
        )
        for name, title, tip, call in chosen:
            shown = self._buttons[name] = button(name, title)
            shown.setToolTip(tip)
            shown.clicked.connect(call)
            row.addWidget(shown)
        policy = made.sizePolicy()
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
        return made

    def _step_button(self, name: str, icon_name: str, title: str) -> IconButton:
        made = IconButton(lambda shown, _is_on: icon(shown, self._theme.tokens.muted), icon_name, title)
        made.setObjectName(name)
        made.setFixedSize(24, 24)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A long path is shortened in the middle."""
        super().resizeEvent(event)
        self._name_place()

    def _name_place(self) -> None:
        if self.block.places:
            metrics, written = self._where.fontMetrics(), words.where(self.block.places[self._number])
            self._where.setText(metrics.elidedText(written, Qt.TextElideMode.ElideMiddle, max(120, self.width() - 48)))

    def _show_place(self) -> None:
        places = self.block.places
        self._place.setVisible(bool(places))
        self._diff.setVisible(bool(places))
        self._legend.hide()
        if places:
            place = places[self._number]
            self._name_place()
            self._where.setToolTip(words.where(place))
            self._where.setAccessibleName(f"Open {words.where(place)}")
            self._likelihood.setText(words.likelihood(place))
            self._count.setText(f"{self._number + 1}/{len(places)}")
            lines = compared(self.block.failure.old, place)
            self._diff.show_lines(lines)
            self._legend.setVisible(any(line.sign != " " for line in lines))
        self._pages.setVisible(len(places) > 1)
        self._show_all_link()

    def _show_all_link(self) -> None:
        hidden = self._diff.hidden_count
        self._all.setText(f"Show {hidden} more lines" if hidden > 1 else "Show all")
        self._all.setVisible(not self._diff.isHidden() and self._diff.is_cut)

    def _draw_mark(self) -> None:
        self._mark.setPixmap(icon("triangle-alert", self._theme.tokens.amber).pixmap(16, 16))

    def _step(self, by: int) -> None:
        self._number = (self._number + by) % len(self.block.places)
        self._show_place()

    def _open(self) -> None:
        self._signals.open_chosen.emit(PlaceChosen(self.block.block_id, self._number))

    def _place_here(self) -> None:
        self._signals.place_chosen.emit(PlaceChosen(self.block.block_id, self._number))

    def _tell(self, chosen: SignalInstance) -> None:
        chosen.emit(self.block.block_id)

    def _copy(self) -> None:
        QApplication.clipboard().setText("\n".join(each.failure.block for each in self.blocks))
        self._said.setText(_COPIED)
        self._said.show()

    def _on_all_clicked(self) -> None:
        self._diff.show_all()
        self._show_all_link()

    def _on_theme_changed(self, _changed: object) -> None:
        self._diff.set_tokens(self._theme.tokens)
        self._draw_mark()


def _row(*parts: QWidget) -> QWidget:
    """Steps with the number between them, which no line break parts."""
    made = QWidget()
    made.setProperty("plain", True)
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    for each in parts:
        row.addWidget(each)
    return made
