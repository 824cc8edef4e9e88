"""The column of a conversation's turns, of which only those near what is seen are widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QTextEdit, QWidget

from copilot_desktop.ui.chat.turn_head import TurnHead
from copilot_desktop.ui.chat.turn_heights import TurnHeights
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.ui.chat.turn_view import TurnView

_SIDE_PX, _TOP_PX, _BOTTOM_PX, _GAP_PX = 12, 8, 12, 16

DrawTurn = Callable[["TurnView"], Iterator[None]]
"""Draws a turn into its view, a small piece between two steps."""


@dataclass(slots=True)
class _Slot:
    """The place of a turn. `is_live`: it is still written to, and stays. `drawing`: what is not drawn yet."""

    head: TurnHead
    view: TurnView | None = None
    is_known: bool = False
    is_live: bool = False
    drawing: Iterator[None] | None = None


class TurnColumn(QWidget):
    """Makes views, draws them piece by piece, drops them, and places them by their heights."""

    view_made = Signal(object)
    """Carries the new `TurnView`, so that its signals can be connected."""
    height_changed = Signal()
    """A turn is higher or lower than before: the column must be placed again."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._slots: list[_Slot] = []
        self._places: dict[str, int] = {}
        self._width = 0
        self._draw: DrawTurn = _draw_nothing
        self.heights = TurnHeights(_TOP_PX, _GAP_PX)
        self.setObjectName("transcript_column")
        self.setProperty("pane", True)

    def __len__(self) -> int:
        return len(self._slots)

    @property
    def views(self) -> tuple[TurnView, ...]:
        """The turns that are widgets, in order."""
        return tuple(slot.view for slot in self._slots if slot.view is not None)

    @property
    def turn_ids(self) -> tuple[str, ...]:
        """All turns, in order."""
        return tuple(self._places)

    def draw_with(self, draw: DrawTurn) -> None:
        """Let this draw what is shown of a turn."""
        self._draw = draw

    def turn_id(self, at: int) -> str:
        """The turn at a place."""
        return self._slots[at].head.turn_id

    def place_of(self, turn_id: str) -> int | None:
        """The place of a turn."""
        return self._places.get(turn_id)

    def view_of(self, turn_id: str) -> TurnView | None:
        """The widget of a turn, when it has one."""
        at = self._places.get(turn_id)
        return None if at is None else self._slots[at].view

    def is_known(self, at: int) -> bool:
        """Whether the height of a turn is known and not guessed."""
        return self._slots[at].is_known

    def fill(self, heads: Sequence[TurnHead], heights: Sequence[int], live: frozenset[str] = frozenset()) -> None:
        """Hold these turns instead of those before, with guesses of their heights; `live` are still written to."""
        self.cut(0)
        self._slots = [_Slot(head, is_live=head.turn_id in live) for head in heads]
        self._places = {head.turn_id: at for at, head in enumerate(heads)}
        self.heights.fill(heights)

    def append(self, head: TurnHead) -> TurnView:
        """One more turn at the end, which is written to from now on."""
        self._places[head.turn_id] = len(self._slots)
        slot = _Slot(head, is_known=True, is_live=True)
        self._slots.append(slot)
        self.heights.append(0)
        view = self._make(slot)
        self._measure(len(self._slots) - 1)
        return view

    def end_live(self, turn_id: str) -> None:
        """A turn is written to no longer: it may be dropped and drawn again."""
        at = self._places.get(turn_id)
        if at is not None:
            self._slots[at].is_live = False

    def cut(self, count: int) -> None:
        """Keep the first turns alone."""
        for slot in self._slots[count:]:
            self._places.pop(slot.head.turn_id, None)
            _drop(slot)
        del self._slots[count:]
        self.heights.cut(count)

    def draw_next(self, places: Sequence[int]) -> bool:
        """Make or draw a piece of the first of these turns that lacks something; False when none does."""
        for at in places:
            slot = self._slots[at]
            if slot.view is None:
                view = self._make(slot)
                slot.drawing = self._draw(view)
                self._place(at)
                return True
            if slot.drawing is not None:
                if next(slot.drawing, _END) is _END:
                    slot.drawing, slot.is_known = None, True
                    self._measure(at)
                    self.height_changed.emit()
                return True
        return False

    def drop_outside(self, kept: range) -> None:
        """Drop the widgets of turns that are far from what is seen."""
        focused = QApplication.focusWidget()
        for at, slot in enumerate(self._slots):
            if slot.view is None or at in kept or slot.is_live or _has_selection(slot.view):
                continue
            if focused is not None and slot.view.isAncestorOf(focused):
                continue
            _drop(slot)

    def place(self, width: int) -> None:
        """Take a width, and put every widget where its turn is."""
        if width != self._width:
            self._width = width
            for at, slot in enumerate(self._slots):
                # A turn that is no widget keeps its height as a guess.
                slot.is_known = slot.view is not None and slot.drawing is None
                if slot.view is not None:
                    self._place(at)
                    self._measure(at)
        for at, slot in enumerate(self._slots):
            if slot.view is not None:
                self._place(at)
        self.resize(width, self.heights.bottom + _BOTTOM_PX)

    def _make(self, slot: _Slot) -> TurnView:
        from copilot_desktop.ui.chat.turn_view import TurnView

        view = slot.view = TurnView(slot.head, self._theme, self, is_live=slot.is_live)
        view.height_changed.connect(self.measure)
        below = next(
            (each.view for each in self._slots[self._places[slot.head.turn_id] + 1 :] if each.view is not None), None
        )
        if below is not None:
            # So that Tab and screen readers go from the first to the last, whichever was made first.
            view.stackUnder(below)
        view.resize(max(self._width - 2 * _SIDE_PX, 0), view.height())
        view.show()
        self.view_made.emit(view)
        return view

    def _place(self, at: int) -> None:
        view = self._slots[at].view
        if view is not None:
            width = max(self._width - 2 * _SIDE_PX, 0)
            view.setGeometry(_SIDE_PX, self.heights.top(at), width, _needed_height(view, width))

    def _measure(self, at: int) -> bool:
        """Take the height of a turn that is drawn; while it is being drawn it keeps the room that was guessed."""
        slot = self._slots[at]
        if slot.view is None:
            return False
        needed = _needed_height(slot.view, max(self._width - 2 * _SIDE_PX, 0))
        if slot.drawing is not None:
            needed = max(needed, self.heights.height(at))
        return self.heights.set_height(at, needed)

    def measure(self, turn_id: str) -> None:
        """Take the height that a turn needs now."""
        at = self._places.get(turn_id)
        if at is not None and self._measure(at):
            self.height_changed.emit()


def _draw_nothing(_view: TurnView) -> Iterator[None]:
    yield from ()


def _has_selection(view: TurnView) -> bool:
    """Whether some of its text is selected."""
    return any(field.textCursor().hasSelection() for field in view.findChildren(QTextEdit))


def _needed_height(view: TurnView, width: int) -> int:
    """The room a turn needs at a width."""
    layout = view.layout()
    if layout is None:
        return 0
    return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()


def _drop(slot: _Slot) -> None:
    if slot.view is not None:
        slot.view.hide()
        slot.view.deleteLater()
    slot.view, slot.drawing = None, None


_END = object()
