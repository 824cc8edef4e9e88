"""One setting on its page: label, whether it is changed, the way back to the default, field and help."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractSpinBox, QVBoxLayout, QWidget

from copilot_desktop.settings.fields import SettingField
from copilot_desktop.ui.flow_layout import FlowLabel, FlowLayout
from copilot_desktop.ui.preferences.form_parts import Mood, StatusLine, give_way, push_button, text_label


class SettingRow(QWidget):
    """The mark and the button are there only where the value is not the default."""

    reset_wanted = Signal()

    def __init__(self, field: SettingField, widget: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field, self.widget = field, widget
        self.setProperty("plain", True)
        widget.setObjectName(f"setting_{field.name}")
        widget.setAccessibleName(field.info.label)
        widget.setAccessibleDescription(field.info.help)
        if isinstance(widget, QAbstractSpinBox):
            # The style sheet gives the field inside a spin box no padding.
            widget.lineEdit().setTextMargins(9, 0, 0, 0)
        give_way(widget)
        self._mark = text_label("Changed", "amber", f"setting_{field.name}_changed")
        self._mark.setWordWrap(False)
        self.reset = push_button(f"setting_{field.name}_reset", "Reset")
        self.reset.setProperty("link", True)
        self.reset.setAccessibleName(f"Reset {field.info.label}")
        self.reset.setToolTip("Back to the default")
        self.note = StatusLine(f"setting_{field.name}_problem")
        # Its place is kept, so that nothing below moves when a value is changed.
        kept = self.reset.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(kept)
        above = QWidget()
        above.setProperty("plain", True)
        head = FlowLayout(above, gap_px=8)
        title = FlowLabel(field.info.label, "heading", "")
        title.setBuddy(widget)
        head.addWidget(title)
        head.addWidget(self._mark)
        head.addWidget(self.reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(above)
        layout.addWidget(widget)
        if field.info.help:
            layout.addWidget(text_label(field.info.help, "muted"))
        layout.addWidget(self.note)
        self.show_changed(is_changed=False)
        self.reset.clicked.connect(self._on_reset_clicked)

    def show_changed(self, *, is_changed: bool) -> None:
        """Whether the value differs from the default."""
        self._mark.setVisible(is_changed)
        self.reset.setVisible(is_changed)

    def say(self, text: str, mood: Mood) -> None:
        """A sentence below the field."""
        self.note.say(text, mood)

    def _on_reset_clicked(self) -> None:
        # The button goes away with the change, and would take the focus along.
        self.widget.setFocus()
        self.reset_wanted.emit()
