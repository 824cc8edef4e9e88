"""The bar that finds words in the conversation, above its turns."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from copilot_desktop.text.searching import FindQuery
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.find_in_conversation import FindInConversation, FindShown
from copilot_desktop.ui.chat.found_marks import FoundMarks
from copilot_desktop.ui.find_keys import FindKeys
from copilot_desktop.ui.history_field import HistoryField
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.marking import mark
from copilot_desktop.ui.theme.theme import Theme


class ChatFindBar(QWidget):
    """Enter finds the next match, Shift+Enter the one before, Up and Down go through the history, Esc goes back."""

    closed = Signal()
    """It was put away, and what had the keyboard before is there no more."""

    def __init__(self, conversation: ConversationView, theme: Theme) -> None:
        super().__init__()
        self._conversation, self._theme = conversation, theme
        self._before: QWidget | None = None
        self.finding = FindInConversation(conversation)
        self._marks = FoundMarks(conversation, self.finding, theme)
        self.setObjectName("chat_find")
        self.setAccessibleName("Find in the conversation")
        self.setProperty("pane", True)
        self.field = HistoryField("chat_find.field", "Find in the conversation", self)
        self.count = QLabel("", self)
        self.count.setObjectName("chat_find.count")
        self.count.setAccessibleName("Matches")
        self.count.setProperty("role", "muted")
        self.count.setWordWrap(True)
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self._toggles = {
            name: self._button(name, icon_name, title, is_toggle=True)
            for name, icon_name, title in (
                ("case", "case-sensitive", "Match case"),
                ("word", "whole-word", "Whole words"),
                ("regex", "regex", "Regular expression"),
            )
        }
        self._lay_out()
        self._keys = FindKeys(self, self._on_key_pressed)
        self.field.installEventFilter(self._keys)
        self.field.textChanged.connect(self._on_query_changed)
        for toggle in self._toggles.values():
            toggle.toggled.connect(self._on_query_changed)
        self.finding.changed.connect(self._on_changed)
        self.hide()

    def open(self) -> None:
        """Show the bar with the keyboard in its field; a selection of one line is looked for."""
        focused = QApplication.focusWidget()
        if focused is not None and not self.isAncestorOf(focused):
            self._before = focused
            selected = getattr(focused, "textCursor", None)
            text = selected().selectedText() if callable(selected) else ""
            # Qt writes the ends of lines and paragraphs in a selection like this.
            if text and not {"\u2028", "\u2029"} & {*text}:
                self.field.setText(text)
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._on_query_changed()

    def close_bar(self) -> None:
        """Put the bar away and go back to what had the keyboard before."""
        before = self._before
        self.put_away()
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.closed.emit()

    def put_away(self) -> None:
        """Hide the bar with its marks; the keyboard is somebody else's."""
        self.field.remember()
        self.finding.stop()
        self._marks.clear()
        self._before = None
        self.hide()

    def step(self, step: int) -> None:
        """Go to the next match or the one before."""
        if self.isHidden():
            self.open()
            return
        self.field.remember()
        self.finding.step(step)

    def toggle(self, name: str) -> None:
        """Switch "case", "word" or "regex" over."""
        self._toggles[name].toggle()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 8, 4)
        column.setSpacing(2)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for row in (upper, lower):
            row.setSpacing(2)
            column.addLayout(row)
        self.field.setMinimumWidth(60)
        upper.addWidget(self.field, 1)
        for name, icon_name, title, call in (
            ("previous", "arrow-up", "Previous match (Shift+Enter)", self._on_previous_clicked),
            ("next", "arrow-down", "Next match (Enter)", self._on_next_clicked),
            ("close", "x", "Close the find bar (Esc)", self.close_bar),
        ):
            made = self._button(name, icon_name, title)
            made.clicked.connect(call)
            upper.addWidget(made)
        for toggle in self._toggles.values():
            lower.addWidget(toggle)
        lower.addSpacing(6)
        lower.addWidget(self.count, 1)

    def _button(self, name: str, icon_name: str, title: str, *, is_toggle: bool = False) -> QToolButton:
        tokens = self._theme
        made = IconButton(
            lambda shown, is_on: icon(shown, tokens.tokens.text if is_on else tokens.tokens.muted),
            icon_name,
            title,
            self,
        )
        made.setObjectName(f"chat_find.{name}")
        made.setCheckable(is_toggle)
        made.setFixedSize(28, 28)
        return made

    def _on_query_changed(self, _changed: object = None) -> None:
        if self.isHidden():
            return
        on = {name: toggle.isChecked() for name, toggle in self._toggles.items()}
        query = FindQuery(self.field.text(), on["regex"], on["case"], on["word"])
        self.finding.look_for(query, self._conversation.transcript.top_turn_id)

    def _on_changed(self, shown: FindShown) -> None:
        if self.isHidden():
            return
        more = " …" if shown.is_searching else ""
        text = f"{shown.index:,} of {shown.count:,}{more}" if shown.count else more.strip() or "Not found"
        self.count.setText(shown.problem or (text if self.field.text() else ""))
        mark(self.field, "invalid", bool(shown.problem))

    def _on_key_pressed(self, _field: QObject, key: Qt.Key, has_shift: bool) -> bool:
        if key == Qt.Key.Key_Escape:
            self.close_bar()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if has_shift else 1)
        else:
            return False
        return True

    def _on_previous_clicked(self) -> None:
        self.step(-1)

    def _on_next_clicked(self) -> None:
        self.step(1)
