"""What the model looked at by itself: a small line for each call, which opens to its arguments and what it was told."""

from __future__ import annotations

import json

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from copilot_desktop.conversation.turn_calls import Reading, TurnCall
from copilot_desktop.ui import figures
from copilot_desktop.ui.chat.folded_line import INDENT_PX, FoldedLine
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.marking import mark
from copilot_desktop.ui.theme.theme import Theme

_TEXTS = (("Asked", "asked", "What the model asked for"), ("Told", "told", "What the model was told"))
FEW = 5
"""More lines than these are put away when the answer has ended."""


class ReadingLine(FoldedLine):
    """One call."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("reading", _TEXTS, "what the model asked and was told", theme)
        self.asked, self.told = self.texts
        self.call: TurnCall | None = None

    def show_call(self, call: TurnCall) -> None:
        """Show how it stands."""
        self.call = call
        note, is_amber = refusal_of(call), has_secrets(call)
        if is_amber and call.reading is not None:
            note = call.reading.as_it_is or note
        self.show_line(line_of(call), note, (f"{call.name}({_arguments(call)})", told_of(call)))
        for part in (self.toggle, self.note):
            mark(part, "role", "amber" if is_amber else "" if part is self.toggle else "muted")


class ReadingColumn(QWidget):
    """The lines of one turn, in the order of the calls."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("readings")
        self.setAccessibleName("What the model looked at")
        self._theme = theme
        self.lines: dict[int, ReadingLine] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.all = QToolButton()
        self.all.setObjectName("readings_toggle")
        self.all.setIconSize(QSize(14, 14))
        self.all.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.all.clicked.connect(self._on_all_clicked)
        self.all.hide()
        column.addWidget(self.all)
        self._rows = QWidget(self)
        self._column = QVBoxLayout(self._rows)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        column.addWidget(self._rows)
        theme.changed.connect(self._refresh)

    def show_call(self, number: int, call: TurnCall) -> str:
        """Show a call or what became of it; its line in words."""
        line = self.lines.get(number)
        if line is None:
            line = self.lines[number] = ReadingLine(self._theme)
            self._column.addWidget(line)
            line.show()
        line.show_call(call)
        self._refresh()
        return f"{line.toggle.text()}. {line.note.text()}" if line.note.text() else line.toggle.text()

    def end(self) -> None:
        """The answer has ended: many lines are put away."""
        if len(self.lines) > FEW:
            self._column.setContentsMargins(INDENT_PX, 0, 0, 0)
            self._rows.hide()
            self.all.show()
        self._refresh()

    def _refresh(self, _changed: object = None) -> None:
        readings = [line.call.reading for line in self.lines.values() if line.call is not None]
        tokens = sum(reading.tokens for reading in readings if reading is not None)
        size = figures.tokens(tokens)
        calls = (line.call for line in self.lines.values() if line.call is not None)
        found = sum(map(has_secrets, calls))
        # In few words, since a narrow chat has no room for more.
        title = f"{len(readings)} looks · {size}" + (f" · {found} with secrets" if found else "")
        said = f"The model looked into the folder {len(readings)} times, {size}"
        if found:
            said = f"{said}, {found} with secrets or random words"
        mark(self.all, "role", "amber" if found else "")
        is_open = not self._rows.isHidden()
        self.all.setText(title)
        self.all.setToolTip(said)
        self.all.setIcon(icon("chevron-down" if is_open else "chevron-right", self._theme.tokens.muted))
        self.all.setAccessibleName(f"{said}: {'hide' if is_open else 'show'} each call")

    def _on_all_clicked(self) -> None:
        self._rows.setVisible(self._rows.isHidden())
        self._refresh()


def line_of(call: TurnCall) -> str:
    """A call in one line."""
    reading = call.reading
    if reading is None or not (reading.title or reading.result):
        return f"{call.name} …"
    if reading.is_refused:
        return _title_of_refused(reading)
    title = " ".join(reading.title.split())
    title = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
    if not reading.result:
        return f"{title} …"
    return f"{title} · {figures.tokens(reading.tokens)}"


def has_secrets(call: TurnCall) -> bool:
    """Whether there was something in what the model was told that is or may be a secret, masked or not."""
    return call.reading is not None and bool(call.reading.as_sent or call.reading.as_it_is)


_LONGEST = 120
_REFUSED = "Refused: "


def refusal_of(call: TurnCall) -> str:
    """Why a call was refused, a sentence that is read whole below its line; "" for others."""
    reading = call.reading
    if reading is None or not reading.is_refused:
        return ""
    if reading.title.startswith(_REFUSED):
        return reading.title.removeprefix(_REFUSED)
    return reading.result if len(reading.result) <= _LONGEST else ""


def _title_of_refused(reading: Reading) -> str:
    title = "Refused" if reading.title.startswith(_REFUSED) else " ".join(reading.title.split())
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"


def told_of(call: TurnCall) -> str:
    """What the model was told, exactly."""
    reading = call.reading
    return "" if reading is None else reading.as_sent or reading.result or "Nothing: it was not carried out."


def _arguments(call: TurnCall) -> str:
    try:
        return json.dumps(json.loads(call.arguments), ensure_ascii=False)
    except (ValueError, RecursionError):
        return call.arguments
