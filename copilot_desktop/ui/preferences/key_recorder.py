"""A field that takes the keys that are pressed in it, chords too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

_STROKES = 3
_PAUSE_MS = 2_000
_ALONE = (
    Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock, Qt.Key.Key_Super_L, Qt.Key.Key_Super_R, Qt.Key.Key_unknown,
)  # fmt: skip
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class KeyRecorder(QLineEdit):
    """Strokes follow each other as long as there is no pause. Tab leaves the field, Backspace takes the last one back.

    Qt's own QKeySequenceEdit tells what was pressed a second later.
    """

    recorded = Signal()

    def __init__(self, name: str, title: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setPlaceholderText(hint)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setClearButtonEnabled(True)
        self._strokes: list[str] = []
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self.textChanged.connect(self._on_text_changed)

    @property
    def keys(self) -> QKeySequence:
        """What is recorded."""
        return QKeySequence(", ".join(self._strokes), QKeySequence.SequenceFormat.PortableText)

    def event(self, event: QEvent) -> bool:
        """Keys that mean something to the window are recorded, too."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take the stroke."""
        event.accept()
        key, held = Qt.Key(event.key()), event.modifiers()
        if key in _ALONE:
            return
        if key == Qt.Key.Key_Backspace and not held & _HELD:
            self._show(self._strokes[:-1])
            return
        is_anew = not self._pause.isActive() or len(self._strokes) == _STROKES
        stroke = QKeySequence(QKeyCombination(_counted(event), key))
        self._show([*([] if is_anew else self._strokes), stroke.toString(QKeySequence.SequenceFormat.PortableText)])
        self._pause.start()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Begin anew."""
        super().focusInEvent(event)
        self._pause.stop()

    def forget(self) -> None:
        """Empty the field without telling."""
        self._strokes = []
        # Its clear button, too, goes by the signal; without strokes nothing is told on.
        self.clear()

    def _show(self, strokes: list[str]) -> None:
        self._strokes = strokes
        self.setText(self.keys.toString(QKeySequence.SequenceFormat.NativeText).replace(", ", " "))
        self.recorded.emit()

    def _on_text_changed(self, text: str) -> None:
        if not text and self._strokes:  # its clear button
            self._strokes = []
            self.recorded.emit()


def _counted(event: QKeyEvent) -> Qt.KeyboardModifier:
    """The held keys that belong to the stroke: Shift is in a sign that is written with it already."""
    held = event.modifiers() & (_HELD | Qt.KeyboardModifier.ShiftModifier)
    text = event.text()
    if text and text.isprintable() and not text.isalnum() and not text.isspace():
        held &= ~Qt.KeyboardModifier.ShiftModifier
    return held
