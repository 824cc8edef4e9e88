"""The file of a settings page as text: read, written, and checked before it holds."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from copilot_desktop.bridge.preferences import PageText, PreferencesController, TextRefused
from copilot_desktop.settings.store import Page
from copilot_desktop.settings.unsaved_page import TextDraft
from copilot_desktop.ui.focus_order import hand_focus_on
from copilot_desktop.ui.preferences.form_parts import Mood, StatusLine, push_button, text_label
from copilot_desktop.ui.preferences.narrow_rows import TurningRow
from copilot_desktop.ui.theme.fixed_font import fixed_font

_LINE = re.compile(r"Line (\d+):")


class FilePane(QWidget):
    """One page's file at a time. What is typed and not saved stays with its page, also when the program ends."""

    close_wanted = Signal()

    def __init__(self, controller: PreferencesController) -> None:
        super().__init__()
        self._controller, self._unsaved = controller, controller.unsaved
        self._page_type: type[Page] | None = None
        self._noted: TextDraft | None = None
        self._is_new = False
        """Whether another page's file was asked for and has not come."""
        self._clean = ""
        self.setObjectName("settings_file")
        self.setProperty("pane", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = text_label("", "heading", "settings_file_title")
        self.text = QPlainTextEdit()
        self.text.setObjectName("settings_file_text")
        self.text.setFont(fixed_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        # By keyboard alone the way out is Tab; the text is indented with spaces.
        self.text.setTabChangesFocus(True)
        self.save = push_button("settings_file_save", "Save", is_primary=True)
        self.reload = push_button("settings_file_reload", "Reload")
        self.close_button = push_button("settings_file_close", "Close")
        self.status = StatusLine("settings_file_status")
        self._lay_out()
        self.text.textChanged.connect(self._follow_text)
        self.save.clicked.connect(self.save_text)
        self.reload.clicked.connect(self._on_reload_clicked)
        self.close_button.clicked.connect(self.close_wanted)
        controller.text_read.connect(self._on_text_read)
        controller.text_saved.connect(self._on_text_saved)
        controller.text_refused.connect(self._on_text_refused)
        controller.page_changed.connect(self._on_page_changed)

    def show_page(self, page_type: type[Page]) -> None:
        """Show the file of this page, or what was typed into it before."""
        if page_type is self._page_type:
            return
        self._leave()
        self._page_type, self._is_new = page_type, True
        name = f"{page_type.NAME}.json"
        self._title.setText(name)
        self.text.setAccessibleName(f"Text of {name}")
        self.status.say("", Mood.BUSY)
        self._controller.read_text(page_type)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """It comes into view again, as it was left."""
        super().showEvent(event)
        if self._noted is not None and any(each is self._noted for each in self._unsaved.free(TextDraft)):
            self._unsaved.take(self, self._noted)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """The settings may be closed: what is typed is still there when they are opened again."""
        super().hideEvent(event)
        self._leave()

    @property
    def is_changed(self) -> bool:
        """Whether the text differs from the file."""
        return self._page_type is not None and self.text.toPlainText() != self._clean

    def save_text(self) -> None:
        """Keep the text when it can be read; say where it cannot."""
        if self._page_type is not None and self.is_changed:
            self.status.say("Saving …", Mood.BUSY)
            self._controller.save_text(self._page_type, self.text.toPlainText())

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.status)
        layout.addWidget(TurningRow(TurningRow(self.save, self.reload), self.close_button, stretches=(1, 0)))

    def _leave(self) -> None:
        """Put aside what is typed and not saved."""
        self._note()
        self._unsaved.let_go(self)

    def _note(self) -> None:
        """Keep what is typed and not saved by now."""
        if self._page_type is None or self._is_new:
            return
        changed = TextDraft(self._page_type.NAME, self.text.toPlainText()) if self.is_changed else None
        if changed != self._noted or changed is None:
            self._noted = changed
            self._unsaved.note(self, changed)

    def _take_draft(self, page_type: type[Page]) -> str | None:
        """What was typed into the file of a page before."""
        found = next((each for each in self._unsaved.free(TextDraft) if each.page_name == page_type.NAME), None)
        if found is None:
            return None
        self._unsaved.take(self, found)
        self._noted = found
        return found.text

    def _show(self, text: str, clean: str) -> None:
        self._clean = clean
        if text != self.text.toPlainText():
            at = self.text.textCursor().position()
            self.text.setPlainText(text)
            cursor = self.text.textCursor()
            cursor.setPosition(min(at, len(text)))
            self.text.setTextCursor(cursor)
        self._follow_text()

    def _follow_text(self) -> None:
        """There is something to save or not, and to be kept."""
        for button in (self.save, self.reload):
            if not self.is_changed:
                hand_focus_on(button, self.text)
            button.setEnabled(self.is_changed)
        self._note()

    def _on_reload_clicked(self) -> None:
        if self._page_type is not None:
            self._clean = self.text.toPlainText()
            self.text.setFocus()
            self._controller.read_text(self._page_type)

    def _on_text_read(self, read: PageText) -> None:
        if read.page_type is not self._page_type:
            return
        # Also a pane whose tab is closed hears this: what it has put aside belongs to the next one.
        draft = self._take_draft(read.page_type) if self._is_new else None
        self._is_new = False
        if draft is None and self.is_changed and self._clean:
            if read.text != self._clean:
                self._clean = read.text
                self.status.say("The settings have changed meanwhile. Save puts this text in their place.", Mood.BAD)
            return
        if draft is None and read.text == self.text.toPlainText():
            self._clean = read.text
            self._follow_text()
            return
        self._show(read.text if draft is None else draft, read.text)
        self.status.say("" if draft is None else "These changes are not saved yet.", Mood.BUSY)

    def _on_text_saved(self, saved: PageText) -> None:
        if saved.page_type is self._page_type:
            self._clean = saved.text
            self._follow_text()
            self._note()
            self.status.say(f"Saved. {saved.note}".rstrip(), Mood.GOOD)

    def _on_text_refused(self, refused: TextRefused) -> None:
        if refused.page_type is not self._page_type:
            return
        self.status.say_notice(refused.notice)
        line = _LINE.match(refused.notice.message)
        if line is not None:
            cursor = QTextCursor(self.text.document().findBlockByNumber(int(line[1]) - 1))
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            self.text.setTextCursor(cursor)
            self.text.setFocus()

    def _on_page_changed(self, page: object) -> None:
        if self._page_type is not None and isinstance(page, self._page_type):
            self._controller.read_text(self._page_type)
