"""A small line below or above an answer that opens to texts: what was sent, what came, what was looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from copilot_desktop.ui.chat.cards import label
from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.elided_button import ElidedToolButton
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme

INDENT_PX = 22


class _Note(QLabel):
    """A sentence that keeps the room of its rows: in a narrow column a layout gives some of it to a card above."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "muted")
        self.setWordWrap(True)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The words wrap at the new width."""
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))


class FoldedLine(QWidget):
    """`name` begins the names of its parts; `headings` stand above its texts, which are named by `texts`.

    `opens_to` is what a screen reader says that it shows.
    """

    def __init__(self, name: str, headings: Sequence[tuple[str, str, str]], opens_to: str, theme: Theme) -> None:
        super().__init__()
        self.setObjectName(f"{name}_line")
        self._theme, self._opens_to = theme, opens_to
        self._title = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.toggle = ElidedToolButton()
        self.toggle.setObjectName(f"{name}_toggle")
        self.toggle.setIconSize(QSize(14, 14))
        self.toggle.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.clicked.connect(self._on_toggle_clicked)
        column.addWidget(self.toggle)
        self.note = _Note(f"{name}_note")
        self.note.setContentsMargins(INDENT_PX, 0, 0, 0)
        self.note.hide()
        column.addWidget(self.note)
        self._details = QWidget(self)
        details = QVBoxLayout(self._details)
        details.setContentsMargins(INDENT_PX, 0, 0, 0)
        details.setSpacing(4)
        self.texts: list[PlainText] = []
        for heading, part, said in headings:
            text = PlainText(f"{name}_{part}", said)
            details.addWidget(label(heading, "heading"))
            text.use_fixed_font()
            details.addWidget(text)
            self.texts.append(text)
        self._details.hide()
        column.addWidget(self._details)
        theme.changed.connect(self._refresh)

    def show_line(self, title: str, note: str, texts: Sequence[str]) -> None:
        """Show how it stands."""
        self._title = title
        if note != self.note.text():
            self.note.setText(note)
        self.note.setVisible(bool(note))
        for shown, text in zip(self.texts, texts, strict=True):
            if text != shown.toPlainText():
                shown.show_text(text)
        self._refresh()

    def _refresh(self, _changed: object = None) -> None:
        is_open = not self._details.isHidden()
        self.toggle.setText(self._title)
        self.toggle.setToolTip(self._title)  # a long one does not fit
        self.toggle.setIcon(icon("chevron-down" if is_open else "chevron-right", self._theme.tokens.muted))
        self.toggle.setAccessibleName(f"{self._title}: {'hide' if is_open else 'show'} {self._opens_to}")
        self.setAccessibleName(f"{self._title}. {self.note.text()}".strip())

    def _on_toggle_clicked(self) -> None:
        self._details.setVisible(self._details.isHidden())
        self._refresh()
