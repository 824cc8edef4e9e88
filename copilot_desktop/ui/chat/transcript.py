"""The conversation's turns, one below the other; it follows an answer unless one has scrolled up.

Only the turns near what is seen are widgets: they are drawn before they come into sight, a few milliseconds between two
events, and what one reads stays where it is while others above it turn out higher or lower than guessed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from copilot_desktop.editor.viewport import meet_viewport
from copilot_desktop.ui.chat.turn_column import DrawTurn, TurnColumn
from copilot_desktop.ui.chat.turn_head import TurnHead
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.ui.chat.turn_view import TurnView

_NEAR_END_PX, _SAME_PX = 24, 8
# Of turns that were not drawn yet so much is drawn between two events.
_EVENT_S = 0.006
# In heights of what is seen: so far above and below it turns are drawn, and so far away they are dropped.
_DRAWN, _KEPT = 1.0, 3.0


class Transcript(QScrollArea):
    """A column of turns."""

    turn_added = Signal(object)
    """Carries the new `TurnView`, so that its signals can be connected; a turn may come again after it was dropped."""
    filled = Signal(bool)
    """Whether there is a turn to show."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._follows = True
        self._anchor: tuple[str, int] | None = None
        self._is_placing = False
        meet_viewport(self)
        self.setObjectName("transcript")
        self.setAccessibleName("Conversation")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._column = TurnColumn(theme)
        self._column.view_made.connect(self.turn_added)
        self._column.height_changed.connect(self._place)
        self.setWidget(self._column)
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.timeout.connect(self._on_drawing_timeout)
        self.verticalScrollBar().valueChanged.connect(self._on_value_changed)

    @property
    def turns(self) -> tuple[TurnView, ...]:
        """The turns that are drawn, from the oldest to the newest."""
        return self._column.views

    def __len__(self) -> int:
        return len(self._column)

    @property
    def turn_ids(self) -> tuple[str, ...]:
        """All turns, drawn or not, in order."""
        return self._column.turn_ids

    @property
    def top_turn_id(self) -> str:
        """The turn at the top of what is seen; empty where there is none."""
        seen = self._near(0)
        return self._column.turn_id(seen.start) if len(self._column) and seen else ""

    def is_drawing(self, turn_id: str) -> bool:
        """Whether a turn is not drawn to its end yet."""
        at = self._column.place_of(turn_id)
        return at is not None and not self._column.is_known(at)

    def reveal(self, turn_id: str, top: int, height: int) -> None:
        """Bring a part of a turn into sight, when it is not: so far below the turn's beginning, and so high."""
        at = self._column.place_of(turn_id)
        if at is None:
            return
        bar, shown = self.verticalScrollBar(), self.viewport().height()
        top += self._column.heights.top(at)
        if not bar.value() <= top <= bar.value() + shown - height:
            self._follows = False
            bar.setValue(top - shown // 3)
            self._take_anchor(bar.value())

    def draw_with(self, draw: DrawTurn) -> None:
        """Let this draw what is shown of a turn."""
        self._column.draw_with(draw)

    def turn(self, turn_id: str) -> TurnView | None:
        """The turn with this id, when it is drawn."""
        return self._column.view_of(turn_id)

    def show_turns(self, heads: Sequence[TurnHead], heights: Sequence[int], live: frozenset[str] = frozenset()) -> None:
        """Show these turns instead of those before, from the end; `heights` are guesses, `live` are written to."""
        self._column.fill(heads, heights, live)
        self.filled.emit(bool(heads))
        self.follow()

    def add_turn(self, head: TurnHead) -> TurnView:
        """Show a new turn at the end, and go there."""
        self.filled.emit(True)
        view = self._column.append(head)
        self.follow()
        return view

    def end_live(self, turn_id: str) -> None:
        """Nothing more is written to a turn."""
        self._column.end_live(turn_id)
        self.make_room(turn_id)

    def make_room(self, turn_id: str) -> None:
        """A card was added to a turn: give it its room at once, not after a frame in which it is squeezed."""
        self._column.measure(turn_id)

    def keep_until(self, turn_id: str) -> None:
        """Take away the turns after this one; empty: all."""
        at = self._column.place_of(turn_id)
        count = 0 if at is None else at + 1
        if count < len(self._column):
            self._column.cut(count)
            self._place()

    def follow(self) -> None:
        """Go to the end and stay there."""
        self._follows = True
        self._place()

    def go_to(self, turn_id: str) -> None:
        """Put the beginning of a turn at the top."""
        if self._column.place_of(turn_id) is None:
            return
        self._follows = False
        self._anchor = (turn_id, 0)
        self._place()

    def step(self, direction: int) -> TurnView | None:
        """Go to the next or previous turn, seen from the top; its view, where it is drawn already."""
        heights, value = self._column.heights, self.verticalScrollBar().value()
        places = range(len(heights)) if direction > 0 else range(len(heights) - 1, -1, -1)
        at = next((at for at in places if (heights.top(at) - value) * direction > _SAME_PX), None)
        if at is None:
            return None
        self.go_to(self._column.turn_id(at))
        return self.turn(self._column.turn_id(at))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The turns wrap at the new width; what is at the top stays there."""
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """To the first and last turn; the arrow and page keys are Qt's."""
        if event.key() == Qt.Key.Key_Home:
            self.verticalScrollBar().setValue(0)
        elif event.key() == Qt.Key.Key_End:
            self.follow()
        else:
            super().keyPressEvent(event)

    def _place(self) -> None:
        """Place the turns by their heights without moving what is read."""
        if self._is_placing:
            return
        self._is_placing = True
        bar = self.verticalScrollBar()
        self._column.place(self.viewport().width())
        if self._follows:
            bar.setValue(bar.maximum())
        elif self._anchor is not None:
            at = self._column.place_of(self._anchor[0])
            if at is not None:
                bar.setValue(self._column.heights.top(at) - self._anchor[1])
        self._is_placing = False
        self._drawing.start()

    def _on_value_changed(self, value: int) -> None:
        if not self._is_placing:
            self._follows = value >= self.verticalScrollBar().maximum() - _NEAR_END_PX
            self._take_anchor(value)
            self._drawing.start()

    def _take_anchor(self, value: int) -> None:
        """What stays where it is: the first turn in sight whose height is known, since guesses move what follows."""
        seen = self._column.heights.between(value, value + self.viewport().height())
        at = next((at for at in seen if self._column.is_known(at)), seen.start if seen else None)
        self._anchor = None if at is None else (self._column.turn_id(at), self._column.heights.top(at) - value)

    def _near(self, screens: float) -> range:
        top, height = self.verticalScrollBar().value(), self.viewport().height()
        reach = int(height * screens)
        return self._column.heights.between(top - reach, top + height + reach)

    def _on_drawing_timeout(self) -> None:
        """Draw what is seen and then what is near, as long as it does not hold up events."""
        end = time.monotonic() + _EVENT_S
        while time.monotonic() < end:
            seen = self._near(0)
            # What is above comes from its end, the way one scrolls.
            near = self._near(_DRAWN)
            above = range(seen.start - 1, near.start - 1, -1)
            if not self._column.draw_next((*seen, *range(seen.stop, near.stop), *above)):
                self._column.drop_outside(self._near(_KEPT))
                return
        self._drawing.start()
