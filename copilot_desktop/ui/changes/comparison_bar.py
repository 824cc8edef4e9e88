"""The bar above one's own changes: which two sides are compared, and how much differs."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton, QWidget

from copilot_desktop.ui.combo_keys import ComboKeys
from copilot_desktop.ui.flow_layout import FlowLabel, FlowLayout
from copilot_desktop.ui.icon_button import Pressing
from copilot_desktop.workspace.git.values import INDEX, WORKING, Comparison, ComparisonKind

_TITLES = {
    ComparisonKind.WORKING: ("Not staged", "The files on disk, against what is staged (1)"),
    ComparisonKind.INDEX: ("Staged", "What is staged, against the last commit (2)"),
    ComparisonKind.BRANCH: ("Branch", "All of this branch, against where it left its base (3)"),
}


class ComparisonBar(QWidget):
    """`chosen(Comparison)` when other sides are to be compared."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.comparison = WORKING
        self._pressing: dict[ComparisonKind, Pressing] = {}
        self._kinds = {kind: self._kind_button(kind) for kind in _TITLES}
        self.base = QComboBox(self)
        self.base.setObjectName("my_changes.base")
        self.base.setAccessibleName("Base of the branch")
        self.base.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.base.setEditable(True)
        self.base.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.base.setToolTip("The branch or commit to compare with")
        self.with_disk = QCheckBox("With uncommitted changes", self)
        self.with_disk.setObjectName("my_changes.with_disk")
        self.with_disk.setChecked(True)
        self.ask = QPushButton("Review with the model", self)
        self.ask.setObjectName("my_changes.ask")
        self.ask.setToolTip("See what the model would get, and ask it for findings on these changes (M)")
        self.ask.hide()
        self._sums = FlowLabel("", "muted", "my_changes.sums")
        row = FlowLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        for widget in (*self._kinds.values(), self.base, self.with_disk, self._sums, self.ask):
            row.addWidget(widget)
        ComboKeys(self)
        self.base.activated.connect(self._on_changed)
        edit = self.base.lineEdit()
        if edit is not None:
            edit.returnPressed.connect(self._on_changed)
        self.with_disk.toggled.connect(self._on_changed)
        self._show()

    def choose(self, kind: ComparisonKind) -> None:
        """Compare these sides."""
        self.comparison = {ComparisonKind.WORKING: WORKING, ComparisonKind.INDEX: INDEX}.get(kind) or self._branch()
        self._show()
        self.chosen.emit(self.comparison)

    def show_bases(self, names: tuple[str, ...]) -> None:
        """Offer these as bases; what is chosen stays chosen."""
        before = self.base.currentText()
        self.base.blockSignals(True)
        self.base.clear()
        self.base.addItems(list(names))
        self.base.setCurrentText(before or (names[0] if names else ""))
        self.base.blockSignals(False)
        if self.comparison.kind is ComparisonKind.BRANCH and self.base.currentText() != before:
            self.choose(ComparisonKind.BRANCH)

    def show_sums(self, words: str) -> None:
        """Say how much differs."""
        self._sums.setText(words)

    def _branch(self) -> Comparison:
        return Comparison(ComparisonKind.BRANCH, self.base.currentText().strip(), self.with_disk.isChecked())

    def _show(self) -> None:
        for kind in self._kinds:
            self._pressing[kind].show_checked(kind is self.comparison.kind)
        is_branch = self.comparison.kind is ComparisonKind.BRANCH
        self.base.setVisible(is_branch)
        self.with_disk.setVisible(is_branch)
        self.updateGeometry()

    def _kind_button(self, kind: ComparisonKind) -> QPushButton:
        title, tip = _TITLES[kind]
        button = QPushButton(title, self)
        button.setObjectName(f"my_changes.{kind.name.lower()}")
        button.setCheckable(True)
        button.setToolTip(tip)
        self._pressing[kind] = Pressing(button, partial(self.choose, kind))
        return button

    def _on_changed(self, *_details: object) -> None:
        if self.comparison.kind is ComparisonKind.BRANCH and self._branch() != self.comparison:
            self.choose(ComparisonKind.BRANCH)
