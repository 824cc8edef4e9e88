"""What Settings → Models says of the built-in model, and the button that fetches it where it is missing."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.ui.preferences.form_parts import text_label
from copilot_desktop.ui.starter_row import StarterRow

_TINY = (
    "The built-in starter model runs on this machine, without a key or network. It is tiny: it shows how asking, "
    "reviewing and approving work, but its answers are poor. For real work connect another model with “Add a model”."
)


class BuiltInAbout(QWidget):
    """In place of the fields that other models have."""

    def __init__(self, controller: ModelsController) -> None:
        super().__init__()
        self._controller = controller
        self.row: StarterRow | None = None
        self.setProperty("plain", True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(text_label(_TINY, name="built_in_text"))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Find out whether it is there."""
        super().showEvent(event)
        if self.row is None:
            self.row = StarterRow(self._controller.starter, is_primary=True)
            self._column.addWidget(self.row)
        self._controller.starter.look()
