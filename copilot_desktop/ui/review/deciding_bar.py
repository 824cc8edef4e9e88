"""A bar that says what it is about, with the buttons that decide: in one row where they fit, in words or as icons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QWidget

from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.marking import mark
from copilot_desktop.ui.theme.tokens import Tokens

_GAP_PX, _EDGES_PX, _ICON_PX, _AROUND_PX = 8, 24, 28, 30


def named_button(name: str, text: str) -> QPushButton:
    """A button in words."""
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    return button


class ShortButton(QPushButton):
    """A button in words that becomes an icon where there is little room; its tip says the words then, too."""

    def __init__(self, name: str, words: str, icon_name: str, tip: str, tokens: Tokens) -> None:
        super().__init__(words)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setToolTip(tip)
        self.setIconSize(QSize(16, 16))
        self._words, self._icon_name, self._tokens = words, icon_name, tokens
        self._is_short = False

    @property
    def is_short(self) -> bool:
        """Whether it is an icon now."""
        return self._is_short

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self._tokens = tokens
        if self._is_short:
            self.setIcon(icon(self._icon_name, tokens.text))

    def shorten(self, is_short: bool) -> None:
        """Show the icon, or the words."""
        if is_short is self._is_short:
            return
        self._is_short = is_short
        self.setText("" if is_short else self._words)
        self.setIcon(icon(self._icon_name, self._tokens.text) if is_short else QIcon())
        mark(self, "short", is_short)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """An icon is as wide as high, as all icons are."""
        return QSize(_ICON_PX, _ICON_PX) if self._is_short else super().sizeHint()

    def wanted_px(self, *, is_short: bool) -> int:
        """How wide it is in words or as an icon, whatever it shows now."""
        if is_short:
            return _ICON_PX
        if not self._is_short:
            return self.sizeHint().width()
        # As the style sheet has it, rounded up: to ask the style takes 0.4 MiB.
        return self.fontMetrics().horizontalAdvance(self._words) + _AROUND_PX


class DecidingBar(QFrame):
    """What it is about on the left and the buttons that decide beside it; below it where both have no room."""

    def __init__(self, margins: tuple[int, int, int, int], gap_px: int) -> None:
        super().__init__()
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._parts.setContentsMargins(*margins)
        self._parts.setSpacing(gap_px)
        self.left, self.buttons = QHBoxLayout(), DecidingButtons()
        self.left.setSpacing(8)
        self._parts.addLayout(self.left, 1)
        self._parts.addWidget(self.buttons)

    def needed_px(self) -> int:
        """How wide the left side must be at least beside the buttons, with all margins and gaps."""
        return self.left.sizeHint().width()

    def event(self, event: QEvent) -> bool:
        """Other words and letters need other room."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return is_done

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The buttons go below where both do not fit beside each other."""
        super().resizeEvent(event)
        self.fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As narrow as its widest part: the column is always possible."""
        return QSize(self.buttons.widest_px + _EDGES_PX, super().minimumSizeHint().height())

    def fit(self) -> None:
        """Stand beside each other or in a column; what can be an icon is one where words would take another row."""
        beside, buttons = self.width() - self.needed_px(), self.buttons
        is_short = beside < buttons.row_px(is_short=False) and (
            beside >= buttons.row_px(is_short=True) or self.width() - _EDGES_PX < buttons.row_px(is_short=False)
        )
        buttons.shorten(is_short)
        buttons.stand(self._parts, is_beside=beside >= buttons.row_px(is_short=is_short))


class DecidingButtons(QWidget):
    """What decides: beside what it is about, below that where both have no room, then in rows."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("plain", True)
        self._flow = FlowLayout(self, gap_px=_GAP_PX)
        self._all: list[QWidget] = []

    def add(self, button: QWidget) -> None:
        """One more at the end."""
        self._all.append(button)
        self._flow.addWidget(button)

    def row_px(self, *, is_short: bool) -> int:
        """How wide one row of them is."""
        shown = [button for button in self._all if not button.isHidden()]
        return sum(_width(button, is_short=is_short) + _GAP_PX for button in shown) - _GAP_PX

    @property
    def widest_px(self) -> int:
        """How wide a column of them is."""
        return max(_width(button, is_short=True) for button in self._all)

    def shorten(self, is_short: bool) -> None:
        """Show icons where there are some, or words."""
        for button in self._all:
            if isinstance(button, ShortButton):
                button.shorten(is_short)

    def stand(self, parts: QBoxLayout, *, is_beside: bool) -> None:
        """Take the room of one row, or what there is below."""
        self.setMinimumWidth(self._row_now() if is_beside else 0)
        parts.setDirection(QBoxLayout.Direction.LeftToRight if is_beside else QBoxLayout.Direction.TopToBottom)

    def _row_now(self) -> int:
        is_short = any(isinstance(button, ShortButton) and button.is_short for button in self._all)
        return self.row_px(is_short=is_short)


def _width(button: QWidget, *, is_short: bool) -> int:
    return button.wanted_px(is_short=is_short) if isinstance(button, ShortButton) else button.sizeHint().width()
