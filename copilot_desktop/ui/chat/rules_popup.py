"""The rule files of a prompt, one a row: those that go with it, those left out of it, and those that are asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from copilot_desktop.ui import figures
from copilot_desktop.ui.chat.cards import button, label
from copilot_desktop.ui.chat.chips import Chip, text_as_sent
from copilot_desktop.ui.elided_button import ElidedButton
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.popups import EscCloses, open_beside
from copilot_desktop.ui.theme.fixed_font import fixed_font
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.values import dataclass

_WIDTH_PX, _MOST_PX = 460, 380
_MOST_LINES: Final = 10
_NONE: Final = "No rule file goes with this prompt."
_READS: Final = "The model is told of those with a description and reads one itself. You can add any to this prompt."
_READS_NOT: Final = (
    "The model is not told of these, since it may not read files. Add one to this prompt here, or by @ and its name."
)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule file that does not go with the prompt. `said`: its description, or nothing."""

    path: str
    name: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class ShownRules:
    """`chips` go with the prompt, `left_out` would; `others` apply where they are asked for, which the model does
    where it `reads`."""

    chips: tuple[Chip, ...] = ()
    left_out: tuple[RuleRow, ...] = ()
    others: tuple[RuleRow, ...] = ()
    reads: bool = False


class RulesPopup(QFrame):
    """Stays while one looks at it, and follows what is found meanwhile."""

    removed = Signal(str)
    put_back = Signal(str)
    """Carries the path of one that is no longer left out."""
    named = Signal(str)
    """Carries the path of one that is to go with this prompt."""

    def __init__(self, look: Callable[[], ShownRules], theme: Theme, parent: QWidget) -> None:
        """`look` gives what is to be shown now."""
        super().__init__(parent, Qt.WindowType.Popup)
        self._look, self._theme = look, theme
        self._shown: ShownRules | None = None
        self._rows: list[QPushButton] = []
        self._read_id = ""
        """Of the rule whose text is shown below its name: a popup over this one would close both."""
        self._esc = EscCloses(self)
        self.setObjectName("rules_popup")
        self.setAccessibleName("Rule files of this prompt")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setStyleSheet(
            "QFrame#rules_popup { border-radius: 0; } QWidget#rules_rows, QScrollArea { background: transparent; }"
        )
        self.setProperty("card", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(6)
        self.head = label("", "muted", name="rules_head")
        layout.addWidget(self.head)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(self._area)
        self.setFixedWidth(_WIDTH_PX)
        self.installEventFilter(self._esc)
        self.refresh()

    @property
    def rows(self) -> tuple[QPushButton, ...]:
        """The buttons with the names, as they stand."""
        return tuple(self._rows)

    def refresh(self) -> None:
        """Show what is there now; the keyboard stays at its row."""
        shown = self._look()
        if shown != self._shown:
            self._shown = shown
            self._show(shown)

    def _read(self, item_id: str) -> None:
        """Show the text of a rule below its name, or no longer."""
        self._read_id = "" if item_id == self._read_id else item_id
        if self._shown is not None:
            self._show(self._shown)

    def _show(self, shown: ShownRules) -> None:
        at = next((at for at, row in enumerate(self._rows) if row.hasFocus()), None)
        inside = QWidget()
        inside.setObjectName("rules_rows")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(2)
        self._rows = []
        self.head.setText(_head(shown.chips))
        for chip in shown.chips:
            self._add_chip(column, chip)
        self._add_section(column, "Left out of this prompt", "", shown.left_out, "Put back", self.put_back.emit)
        about = _READS if shown.reads else _READS_NOT
        self._add_section(column, "On request", about, shown.others, "Add", self.named.emit)
        old = self._area.takeWidget()
        if old is not None:
            old.deleteLater()
        self._area.setWidget(inside)
        self._area.setFixedHeight(min(inside.heightForWidth(_WIDTH_PX - 40), _MOST_PX))
        self.adjustSize()
        if at is not None and self._rows:
            self._rows[min(at, len(self._rows) - 1)].setFocus(Qt.FocusReason.TabFocusReason)

    def open_above(self, anchor: QWidget) -> None:
        """Open with its foot above a widget, inside the window."""
        open_beside(self, anchor)
        if self._rows:
            self._rows[0].setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            self.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Up and Down go from row to row, Enter is a click, Delete leaves a rule out."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QPushButton):
            QTimer.singleShot(0, watched, partial(self._area.ensureWidgetVisible, watched, 0, 8))
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QPushButton) or watched not in self._rows:
            return super().eventFilter(watched, event)
        if event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        row = self._rows.index(watched)
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None:
            self._rows[(row + step) % len(self._rows)].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            watched.click()
            return True
        if self._shown is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if row < len(self._shown.chips):
                self.removed.emit(self._shown.chips[row].item_id)
            return True
        return super().eventFilter(watched, event)

    def _add_chip(self, column: QVBoxLayout, chip: Chip) -> None:
        size = QLabel(chip.size_and_price)
        size.setTextFormat(Qt.TextFormat.PlainText)
        size.setProperty("role", "muted")
        cross = IconButton(
            lambda name, _is_on: icon(name, self._theme.tokens.text), "x", f"Leave {chip.path} out of this prompt"
        )
        cross.setObjectName("rule_leave_out")
        cross.setIconSize(QSize(12, 12))
        cross.setFixedSize(20, 20)
        cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        cross.clicked.connect(lambda _checked: self.removed.emit(chip.item_id))
        why = f"{chip.rule_why[:1].upper()}{chip.rule_why[1:]}"
        name = self._add(column, chip.path, why, size, cross)
        name.setAccessibleName(f"{chip.path}, {chip.size_and_price}. {why}. Enter shows it, Delete leaves it out.")
        name.clicked.connect(partial(_do, self._read, chip.item_id))
        if chip.item_id == self._read_id:
            column.addWidget(self._text_of(chip))

    def _text_of(self, chip: Chip) -> QPlainTextEdit:
        made = QPlainTextEdit(text_as_sent(chip).rstrip("\n"))
        made.setObjectName("rule_text")
        made.setAccessibleName(f"Text of {chip.path}, as it is sent")
        made.setReadOnly(True)
        made.setTabChangesFocus(True)
        made.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        made.setFont(fixed_font())
        lines = min(max(made.blockCount(), 2), _MOST_LINES)
        made.setFixedHeight((lines + 1) * QFontMetrics(made.font()).lineSpacing() + 12)
        made.installEventFilter(self._esc)
        return made

    def _add_section(
        self,
        column: QVBoxLayout,
        title: str,
        about: str,
        rows: tuple[RuleRow, ...],
        action: str,
        act: Callable[[str], None],
    ) -> None:
        if not rows:
            return
        if column.count():
            column.addSpacing(8)
        head = label(title, "muted")
        head.setStyleSheet("font-weight: 600;")
        column.addWidget(head)
        if about:
            column.addWidget(label(about, "muted"))
        for row in rows:
            link = button("rule_act", action, is_link=True)
            link.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            link.clicked.connect(partial(_do, act, row.path))
            name = self._add(column, row.name, row.said or (row.path if row.path != row.name else ""), link)
            name.setToolTip(row.path)
            name.setAccessibleName(f"{row.name}, {row.said or row.path}. Enter: {action}.")
            name.clicked.connect(partial(_do, act, row.path))

    def _add(self, column: QVBoxLayout, title: str, said: str, *ends: QWidget) -> QPushButton:
        name = ElidedButton()
        name.show_words(title.replace("&", "&&"), "")
        name.setObjectName("rule_row")
        name.setProperty("link", True)
        name.setAutoDefault(False)
        name.setToolTip(said)
        name.setStyleSheet("text-align: left; padding-left: 2px;")
        for each in (self._esc, self):
            name.installEventFilter(each)
        self._rows.append(name)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(name)
        line.addStretch(1)
        for end in ends:
            line.addWidget(end)
        column.addLayout(line)
        if said:
            why = ElidedLabel("rule_said")
            why.setProperty("role", "muted")
            why.show_text(said)
            why.setContentsMargins(3, 0, 0, 2)
            column.addWidget(why)
        return name


def _do(act: Callable[[str], None], path: str, _checked: bool = False) -> None:
    act(path)


def _head(chips: tuple[Chip, ...]) -> str:
    if not chips:
        return _NONE
    count = "1 rule file goes" if len(chips) == 1 else f"{len(chips)} rule files go"
    known = [chip.tokens for chip in chips if chip.tokens is not None]
    tokens = sum(known) if len(known) == len(chips) else None
    size = figures.tokens(tokens, is_estimate=any(chip.is_estimate for chip in chips))
    return f"{count} with this prompt · {size}"
