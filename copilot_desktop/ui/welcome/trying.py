"""“Try it without a key” on the welcome page: the built-in model, fetched where it is missing, on a sample project."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.bridge.models.controller import ModelsChanged, ModelsController
from copilot_desktop.ui.focus_order import hand_focus_on
from copilot_desktop.ui.starter_row import StarterRow
from copilot_desktop.ui.welcome.parts import beside_text, in_rows, muted_text, page_button, section_head

_HONEST = (
    "A tiny model can run on this machine, offline. It shows how asking, reading, accepting and undoing work, on a "
    "first change that is prepared for it; with most other requests it is out of its depth."
)
_WHERE = "It is copied into a new folder, where you choose."


class TrySection(QWidget):
    """`sample_wanted()`: the sample project is to be copied and opened."""

    sample_wanted = Signal()

    def __init__(self, models: ModelsController) -> None:
        super().__init__()
        self._models = models
        self.row = StarterRow(models.starter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section_head("TRY IT WITHOUT A KEY"))
        column.addWidget(muted_text(_HONEST, "welcome.honest"))
        column.addWidget(self.row)
        self._try = page_button("welcome.sample", "Try it on a sample project…")
        self._try.setAccessibleDescription(_WHERE)
        self._try.clicked.connect(self._on_try_clicked)
        self._try.setEnabled(self._can_try())
        column.addWidget(in_rows(self._try, beside_text(_WHERE)))
        self.row.there_changed.connect(self._on_there_changed)
        models.changed.connect(self._on_models_changed)
        models.starter.look()

    def _can_try(self) -> bool:
        """With the built-in model, or where it is not there with one that is connected."""
        return bool(self._models.starter.state.is_there) or not self._models.current.is_weak

    def _on_models_changed(self, _models: ModelsChanged) -> None:
        self._try.setEnabled(self._can_try())

    def _on_there_changed(self, is_there: bool) -> None:
        self._try.setEnabled(is_there or self._can_try())
        if is_there:
            hand_focus_on(self.row, self._try)

    def _on_try_clicked(self) -> None:
        self.sample_wanted.emit()
