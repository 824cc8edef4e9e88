"""The list of conversations, in the place of the transcript: found by words, opened, renamed, pinned,
exported, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import cast

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLineEdit, QListView, QMenu, QVBoxLayout, QWidget

from copilot_desktop.bridge.chat.running_turns import AnswersChanged
from copilot_desktop.conversation.searching import ConversationFound
from copilot_desktop.editor.viewport import meet_viewport
from copilot_desktop.ui.chat.cards import label
from copilot_desktop.ui.chat.conversation_rows import (
    FOUND,
    MORE_PX,
    ConversationDelegate,
    RowAnswer,
    row_of,
    show_answer,
)
from copilot_desktop.ui.focus_order import hand_focus_on
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme

_PAUSE_MS = 80
_MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)
_KEYS = {
    int(Qt.Key.Key_Return): "open",
    int(Qt.Key.Key_Enter): "open",
    int(Qt.Key.Key_F2): "rename",
    int(Qt.Key.Key_Delete): "delete",
}
_COMMANDS = (
    ("rename", "pencil", "Rename (F2)"),
    ("pin", "pin", "Pin or unpin"),
    ("export", "share", "Export as Markdown …"),
    ("stop", "square", "Stop its answer"),
    ("delete", "trash-2", "Delete (Del)"),
)


class ConversationList(QFrame):
    """A field over the list, and a row of buttons for the row that is chosen."""

    query_changed = Signal(str)
    chosen = Signal(object)
    """Carries one `ConversationFound`."""
    renamed = Signal(object, str)
    pinned = Signal(object, bool)
    export_chosen = Signal(object)
    stop_chosen = Signal(object)
    deleted = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons: dict[str, IconButton] = {}
        self._renames_current = False
        self._answers = AnswersChanged()
        self.setObjectName("conversation_list")
        self.setAccessibleName("Conversations")
        self.field = QLineEdit()
        self.field.setObjectName("conversation_search")
        self.field.setAccessibleName("Find a conversation")
        self.field.setPlaceholderText("Search titles, prompts and answers")
        self.field.setClearButtonEnabled(True)
        self._model = QStandardItemModel(self)
        self.list = QListView()
        self._make_list()
        self._empty = label("", "muted", name="conversations_empty")
        self._empty.hide()
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._on_pause_timeout)
        self.field.textChanged.connect(self._on_text_changed)
        meet_viewport(self.list)
        for watched in (self.field, self.list, self.list.viewport()):
            watched.installEventFilter(self)
        self._show_states()

    @property
    def found(self) -> tuple[ConversationFound, ...]:
        """What the list shows."""
        return tuple(self._model.index(at, 0).data(FOUND) for at in range(self._model.rowCount()))

    def open(self) -> None:
        """Begin with an empty field."""
        self.field.clear()
        self._pause.stop()
        self.query_changed.emit("")
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_found(self, query: str, found: Sequence[ConversationFound], current_id: str) -> None:
        """Fill the list; the row that was chosen stays chosen."""
        before = self._chosen()
        row = self.list.currentIndex().row()
        self._model.clear()
        for each in found:
            self._model.appendRow(row_of(each, is_current=each.conversation.conversation_id == current_id))
        self.show_answers(self._answers)
        ids = [each.conversation.conversation_id for each in found]
        if before is not None and before.conversation.conversation_id in ids:
            row = ids.index(before.conversation.conversation_id)
        if found:
            self.list.setCurrentIndex(self._model.index(min(max(row, 0), len(found) - 1), 0))
        nothing = f"No conversation has “{query.strip()}”." if query.strip() else "No conversations in this folder yet."
        self._empty.setText(nothing)
        self._empty.setVisible(not found)
        self.list.setVisible(bool(found))
        self._show_states()
        if self._renames_current and current_id in ids:
            self.list.setCurrentIndex(self._model.index(ids.index(current_id), 0))
            self.act("rename")
        self._renames_current = False

    def show_again(self) -> None:
        """Nothing was changed: show every row as it is."""
        for at in range(self._model.rowCount()):
            item = self._model.item(at)
            found = item.data(FOUND)
            if isinstance(found, ConversationFound) and item.text() != found.conversation.title:
                self._model.blockSignals(True)
                item.setText(found.conversation.title)
                self._model.blockSignals(False)
        self.list.viewport().update()

    def show_answers(self, answers: AnswersChanged) -> None:
        """Say of each conversation whether it is being answered, or has an answer that was not shown yet."""
        self._answers = answers
        for at in range(self._model.rowCount()):
            found = self._model.index(at, 0).data(FOUND)
            if isinstance(found, ConversationFound):
                show_answer(self._model.item(at), _answer_of(self._answers, found.conversation.conversation_id))
        self._show_states()

    def rename_soon(self) -> None:
        """Edit the title of the conversation that is shown, as soon as the list is filled."""
        self._renames_current = True

    def act(self, name: str) -> None:
        """Do something with the row that is chosen: open, rename, pin, export or delete it."""
        found = self._chosen()
        if found is None:
            return
        conversation = found.conversation
        match name:
            case "open":
                self.chosen.emit(found)
            case "rename":
                self.list.setFocus()
                self.list.edit(self.list.currentIndex())
            case "pin":
                self.pinned.emit(conversation, not conversation.is_pinned)
            case "export":
                self.export_chosen.emit(conversation)
            case "stop":
                self.stop_chosen.emit(conversation)
            case "delete":
                self.deleted.emit(conversation)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keys of the field move in the list; keys of both act on the row that is chosen."""
        if event.type() == QEvent.Type.ShortcutOverride and cast(QKeyEvent, event).key() == Qt.Key.Key_Escape:
            # Not the window's command that stops an answer.
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if watched is self.field and event.key() in _MOVES:
                self.list.event(event)
                return True
            if self._take_key(event.key(), is_in_list=watched is self.list):
                return True
        if watched is self.list.viewport() and event.type() == QEvent.Type.MouseButtonRelease:
            at = cast(QMouseEvent, event).position().toPoint()
            if at.x() > self.list.viewport().width() - MORE_PX and self.list.indexAt(at).isValid():
                self._on_menu_requested(at)
                return True
        return super().eventFilter(watched, event)

    def _take_key(self, key: int, *, is_in_list: bool) -> bool:
        name = _KEYS.get(key, "")
        if key == Qt.Key.Key_Escape:
            self._leave()
        elif name and (is_in_list or name != "delete"):
            self.act(name)
        else:
            return False
        return True

    def _leave(self) -> None:
        """Esc empties the field first, then goes back to the conversation."""
        if self.field.text():
            self.field.clear()
            self.field.setFocus()
        else:
            self.closed.emit()

    def _chosen(self) -> ConversationFound | None:
        found = self.list.currentIndex().data(FOUND)
        return found if isinstance(found, ConversationFound) else None

    def _make_list(self) -> None:
        shown = self.list
        shown.setObjectName("conversations")
        shown.setAccessibleName("Conversations")
        shown.setProperty("plain", True)
        shown.setModel(self._model)
        shown.setItemDelegate(ConversationDelegate(self._theme, shown))
        shown.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        shown.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        shown.setMouseTracking(True)
        shown.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        shown.customContextMenuRequested.connect(self._on_menu_requested)
        shown.clicked.connect(self._on_clicked)
        shown.selectionModel().currentChanged.connect(self._on_current_changed)
        self._model.itemChanged.connect(self._on_item_changed)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 4)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self._empty)
        layout.addWidget(self.list, 1)
        layout.addStretch()
        row = QHBoxLayout()
        row.setSpacing(2)
        for name, icon_name, title in _COMMANDS:
            made = IconButton(lambda shown, _is_on: icon(shown, self._theme.tokens.muted), icon_name, title)
            made.setObjectName(f"conversation_{name}")
            made.setFixedSize(28, 28)
            made.clicked.connect(partial(self._on_command_clicked, name))
            self._buttons[name] = made
            row.addWidget(made)
        row.addStretch()
        layout.addLayout(row)

    def _show_states(self) -> None:
        found = self._chosen()
        is_running = found is not None and found.conversation.conversation_id in self._answers.running
        for name, button in self._buttons.items():
            is_enabled = is_running if name == "stop" else found is not None
            if not is_enabled:
                hand_focus_on(button, self.list)
            button.setEnabled(is_enabled)

    def _on_pause_timeout(self) -> None:
        self.query_changed.emit(self.field.text())

    def _on_text_changed(self, _text: str) -> None:
        self._pause.start()

    def _on_current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show_states()

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.act("open")

    def _on_command_clicked(self, name: str, _is_checked: bool = False) -> None:
        self.act(name)

    def _on_menu_requested(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if not index.isValid():
            return
        self.list.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setObjectName("conversation_menu")
        for name, _icon_name, title in (("open", "", "Open"), *_COMMANDS):
            action = menu.addAction(title)
            action.triggered.connect(partial(self._on_command_clicked, name))
            action.setEnabled(name not in self._buttons or self._buttons[name].isEnabled())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.list.viewport().mapToGlobal(at))

    def _on_item_changed(self, item: QStandardItem) -> None:
        found = item.data(FOUND)
        if isinstance(found, ConversationFound) and item.text() != found.conversation.title:
            self.renamed.emit(found.conversation, item.text())


def _answer_of(answers: AnswersChanged, conversation_id: str) -> RowAnswer:
    if conversation_id in answers.running:
        return RowAnswer.RUNNING
    return RowAnswer.UNREAD if conversation_id in answers.unread else RowAnswer.SEEN
