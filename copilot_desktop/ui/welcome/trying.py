"""“Try it without a key” on the welcome page: the built-in model, fetched where it is missing, on a sample project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.ui.focus_order import hand_focus_on
from copilot_desktop.ui.welcome.parts import beside_text, in_rows, muted_text, page_button, section_head

if TYPE_CHECKING:
    # The model side, 60 ms: once it is there.
    from copilot_desktop.bridge.models.controller import ModelsChanged, ModelsController
    from copilot_desktop.ui.starter_row import StarterRow

_HONEST = (
    "A tiny model can run on this machine, offline. It shows how asking, reading, accepting and undoing work, on a "
    "first change that is prepared for it; with most other requests it is out of its depth."
)
_WHERE = "It is copied into a new folder, where you choose."


class TrySection(QWidget):
    """`sample_wanted()`: the sample project is to be copied and opened."""

    sample_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: StarterRow | None = None
        self._models: ModelsController | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section_head("TRY IT WITHOUT A KEY"))
        column.addWidget(muted_text(_HONEST, "welcome.honest"))
        self._missing = QWidget()  # Tab comes to what is in it first, whenever it is made
        QVBoxLayout(self._missing).setContentsMargins(0, 0, 0, 0)
        self._missing.hide()
        column.addWidget(self._missing)
        self._try = page_button("welcome.sample", "Try it on a sample project…")
        self._try.setAccessibleDescription(_WHERE)
        self._try.clicked.connect(self._on_try_clicked)
        self._try.setEnabled(False)
        column.addWidget(in_rows(self._try, beside_text(_WHERE)))

    def follow(self, models: ModelsController) -> None:
        """The model side is there."""
        from copilot_desktop.ui.starter_row import StarterRow

        self._models = models
        models.changed.connect(self._on_models_changed)
        self.row = StarterRow(models.starter)
        self.row.there_changed.connect(self._on_there_changed)
        column = self._missing.layout()
        if column is not None:
            column.addWidget(self.row)
        models.starter.look()
        if models.starter.state.is_there is not None:
            self._on_there_changed(models.starter.state.is_there)

    def _can_try(self) -> bool:
        """With the built-in model, or where it is not there with one that is connected."""
        models = self._models
        return models is not None and (bool(models.starter.state.is_there) or not models.current.is_weak)

    def _on_models_changed(self, _models: ModelsChanged) -> None:
        self._try.setEnabled(self._can_try())

    def _on_there_changed(self, is_there: bool) -> None:
        self._try.setEnabled(is_there or self._can_try())
        if is_there and self.row is not None:
            hand_focus_on(self.row, self._try)
        self._missing.setVisible(not is_there)

    def _on_try_clicked(self) -> None:
        self.sample_wanted.emit()
