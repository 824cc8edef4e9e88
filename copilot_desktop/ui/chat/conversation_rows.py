"""The rows of the list of conversations: title and age, and below them where the words stand."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QStandardItem
from PySide6.QtWidgets import QApplication, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from copilot_desktop.conversation.searching import ConversationFound
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme

FOUND = Qt.ItemDataRole.UserRole
CURRENT = int(Qt.ItemDataRole.UserRole) + 1
ANSWER = int(Qt.ItemDataRole.UserRole) + 2
MORE_PX = 36
"""So wide at the right end of a row is what opens its menu, while the mouse is on it."""
_ROW_PX, _EXCERPT_PX, _GAP_PX, _PIN_PX, _DOT_PX, _RING_PX = 30, 20, 10, 14, 7, 2
_TIP_LENGTH = 300


class RowAnswer(StrEnum):
    """How it stands with the last answer of a conversation, as its row says it."""

    SEEN = ""
    RUNNING = "answering"
    UNREAD = "new answer"


def row_of(found: ConversationFound, *, is_current: bool) -> QStandardItem:
    """The row of a conversation; its title is edited in place."""
    conversation = found.conversation
    item = QStandardItem(conversation.title)
    item.setData(found, FOUND)
    item.setData(is_current, CURRENT)
    moment = datetime.fromtimestamp(conversation.updated_at, UTC).astimezone()
    item.setToolTip(f"{_shortened(conversation.title)}\nLast used {moment:%Y-%m-%d %H:%M}")
    show_answer(item, RowAnswer.SEEN)
    return item


def show_answer(item: QStandardItem, answer: RowAnswer) -> None:
    """Let a row say how it stands with its answer."""
    found = item.data(FOUND)
    if not isinstance(found, ConversationFound):
        return
    conversation = found.conversation
    item.setData(answer, ANSWER)
    words = [conversation.title, "open now" if item.data(CURRENT) else "", "pinned" if conversation.is_pinned else ""]
    words += [answer.value, age(conversation.updated_at), found.excerpt]
    item.setData(", ".join(word for word in words if word), Qt.ItemDataRole.AccessibleTextRole)


def _shortened(title: str) -> str:
    return title if len(title) <= _TIP_LENGTH else f"{title[:_TIP_LENGTH]}…"


def age(unix_time: float) -> str:
    """`now`, `5 min`, `3 h`, `2 days`."""
    minutes = int((datetime.now(UTC) - datetime.fromtimestamp(unix_time, UTC)).total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"


def _heights(option: QStyleOptionViewItem) -> tuple[int, int]:
    """Of the title's line and of the excerpt's below it, with room for the letters."""
    letters_px: int = option.fontMetrics.height()
    return max(_ROW_PX, letters_px + 12), max(_EXCERPT_PX, letters_px + 4)


class _TitleField(QLineEdit):
    """Enter ends the editing and nothing more: the list below would open the conversation."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keep Enter."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class ConversationDelegate(QStyledItemDelegate):
    """Draws a row; the age always fits, then the title."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        """A second line only where there is something to say."""
        found = index.data(FOUND)
        row_px, excerpt_px = _heights(option)
        return QSize(100, row_px + (excerpt_px if isinstance(found, ConversationFound) and found.excerpt else 0))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw title, age and excerpt."""
        found = index.data(FOUND)
        if not isinstance(found, ConversationFound):
            return
        tokens, rect = self._theme.tokens, option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, option.palette.highlight())
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, option.palette.midlight())
        painter.save()
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(tokens.accent), _RING_PX))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        muted = QApplication.palette().color(QApplication.palette().ColorGroup.Disabled, option.palette.ColorRole.Text)
        row_px, excerpt_px = _heights(option)
        inner = QRect(rect.left() + _GAP_PX, rect.top(), rect.width() - 2 * _GAP_PX, row_px)
        metrics = painter.fontMetrics()
        painter.setPen(muted)
        self._paint_right(painter, option, index, inner)
        if found.conversation.is_pinned:
            at = QRect(inner.right() - _PIN_PX, inner.top() + (inner.height() - _PIN_PX) // 2, _PIN_PX, _PIN_PX)
            icon("pin", tokens.muted).paint(painter, at)
            inner.setRight(inner.right() - _PIN_PX - _GAP_PX)
        painter.setPen(option.palette.text().color())
        font = painter.font()
        font.setBold(bool(index.data(CURRENT)))
        painter.setFont(font)
        title = painter.fontMetrics().elidedText(found.conversation.title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        if found.excerpt:
            font.setBold(False)
            painter.setFont(font)
            painter.setPen(muted)
            below = QRect(rect.left() + _GAP_PX, rect.top() + row_px - 4, rect.width() - 2 * _GAP_PX, excerpt_px)
            excerpt = metrics.elidedText(found.excerpt, Qt.TextElideMode.ElideRight, below.width())
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, excerpt)
        painter.restore()

    def _paint_right(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        inner: QRect,
    ) -> None:
        """Draw the age, or how it stands with the answer, or what opens the menu; takes its room away from `inner`."""
        answer, accent = RowAnswer(index.data(ANSWER) or ""), QColor(self._theme.tokens.accent)
        shown = answer.value or age(index.data(FOUND).conversation.updated_at)
        if option.state & QStyle.StateFlag.State_MouseOver:
            at = QRect(inner.right() - _PIN_PX, inner.top() + (inner.height() - _PIN_PX) // 2, _PIN_PX, _PIN_PX)
            icon("ellipsis", self._theme.tokens.text).paint(painter, at)
        else:
            if answer is not RowAnswer.SEEN:
                painter.setPen(accent)
            painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(shown) - _GAP_PX)
        if answer is RowAnswer.UNREAD:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawEllipse(inner.right() - _DOT_PX, inner.center().y() - _DOT_PX // 2, _DOT_PX, _DOT_PX)
            inner.setRight(inner.right() - _DOT_PX - _GAP_PX)

    def createEditor(  # noqa: N802
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """A field with names."""
        field = _TitleField(parent)
        field.setObjectName("conversation_title")
        field.setAccessibleName("New title of the conversation")
        field.setMaxLength(200)
        return field

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Over the title's line, from end to end."""
        editor.setGeometry(
            option.rect.left() + 2, option.rect.top() + 1, option.rect.width() - 4, _heights(option)[0] - 2
        )
