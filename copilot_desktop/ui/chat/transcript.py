"""The conversation's turns, one below the other; it follows an answer unless one has scrolled up."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from copilot_desktop.ui.chat.cards import button
from copilot_desktop.ui.chat.turn_view import TurnHead, TurnView
from copilot_desktop.ui.theme.theme import Theme

_NEAR_END_PX = 24


class Transcript(QScrollArea):
    """A column of turns."""

    turn_added = Signal(object)
    """Carries the new `TurnView`, so that its signals can be connected."""
    earlier_chosen = Signal()
    filled = Signal(bool)
    """Whether there is a turn to show."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._turns: dict[str, TurnView] = {}
        self._follows = True
        self._keeps_from_end = False
        self._high = 0
        self.setObjectName("transcript")
        self.setAccessibleName("Conversation")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._column = QWidget()
        self._column.setObjectName("transcript_column")
        self._column.setProperty("pane", True)
        self._layout = QVBoxLayout(self._column)
        self._layout.setContentsMargins(12, 8, 12, 12)
        self._layout.setSpacing(16)
        self._earlier = button("earlier_turns", "Show earlier turns", is_link=True)
        self._earlier.clicked.connect(self.earlier_chosen)
        self._earlier.hide()
        self._layout.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        self._layout.addStretch()
        self.setWidget(self._column)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._on_range_changed)
        bar.valueChanged.connect(self._on_value_changed)

    @property
    def turns(self) -> tuple[TurnView, ...]:
        """The turns from the oldest to the newest."""
        return tuple(self._turns.values())

    def turn(self, turn_id: str) -> TurnView | None:
        """The turn with this id, when it is shown."""
        return self._turns.get(turn_id)

    def add_turn(self, head: TurnHead) -> TurnView:
        """Show a new turn at the end, and go there."""
        view = TurnView(head, self._theme)
        self._turns[head.turn_id] = view
        self._place(view, self._layout.count() - 1)
        self.follow()
        return view

    def add_earlier_turn(self, head: TurnHead) -> TurnView:
        """Show an older turn above the others; what one reads stays where it is."""
        view = TurnView(head, self._theme)
        self._turns = {head.turn_id: view, **self._turns}
        self._place(view, 1)
        return view

    def remove_turn(self, turn_id: str) -> None:
        """Take a turn away that is sent again."""
        view = self._turns.pop(turn_id, None)
        if view is not None:
            view.hide()
            view.deleteLater()

    def clear(self) -> None:
        """Show nothing."""
        for turn_id in tuple(self._turns):
            self.remove_turn(turn_id)
        self.set_has_earlier(False)
        self.filled.emit(False)

    def set_has_earlier(self, has_earlier: bool) -> None:
        """Offer the turns that are not shown."""
        self._earlier.setVisible(has_earlier)

    def keep_from_end(self, is_kept: bool) -> None:
        """While older turns are drawn above: what one has scrolled to keeps its distance from the end."""
        self._keeps_from_end = is_kept

    def follow(self) -> None:
        """Go to the end and stay there."""
        self._follows = True
        QTimer.singleShot(0, self, self._to_end)

    def _place(self, view: TurnView, at: int) -> None:
        self._layout.insertWidget(at, view)
        # Now, so that an answer is laid out once, at the width it will have.
        self._layout.activate()
        self.turn_added.emit(view)
        self.filled.emit(True)

    def _to_end(self) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _on_range_changed(self, _low: int, high: int) -> None:
        grown, self._high = high - self._high, high
        bar = self.verticalScrollBar()
        if self._follows:
            bar.setValue(high)
        elif self._keeps_from_end:
            bar.setValue(bar.value() + grown)

    def _on_value_changed(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum() - _NEAR_END_PX
