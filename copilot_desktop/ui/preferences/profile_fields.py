"""The fields of one profile, from and to its setting."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.ui.preferences.form_parts import push_button, row

_ENDPOINTS = (
    ("OpenAI", "https://api.openai.com/v1"),
    ("Ollama on this machine", "http://localhost:11434/v1"),
    ("llama.cpp on this machine", "http://localhost:8080/v1"),
    ("LM Studio on this machine", "http://localhost:1234/v1"),
)


class Pair(QWidget):
    """Two fields side by side, one above the other where that is too narrow."""

    NARROW_PX = 440

    def __init__(self, left: QWidget, right: QWidget, narrow_px: int = NARROW_PX) -> None:
        super().__init__()
        self._narrow_px = narrow_px
        self.setProperty("plain", True)
        self._fields = (left, right)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(12)
        self._layout.addWidget(left, 1)
        self._layout.addWidget(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Turn the row into a column or back."""
        super().resizeEvent(event)
        is_narrow = self.width() < self._narrow_px
        self._layout.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the wider field: the column is always possible."""
        hint = super().minimumSizeHint()
        return QSize(max(field.minimumSizeHint().width() for field in self._fields), hint.height())


class ProfileFields(QWidget):
    """Name, kind, base URL, model, limit and price."""

    list_chosen = Signal()
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("plain", True)
        self.name = _line("profile_name", "Name", "OpenAI")
        self.kind = QComboBox()
        self.kind.setObjectName("profile_kind")
        self.kind.addItem("Chat Completions (OpenAI-compatible)", "chat")
        self.kind.addItem("Responses (OpenAI)", "responses")
        self.base_url = QComboBox()
        self.base_url.setObjectName("profile_base_url")
        self.base_url.setEditable(True)
        _name_line(self.base_url, "Base URL")
        for title, url in _ENDPOINTS:
            self.base_url.addItem(url, url)
            self.base_url.setItemData(self.base_url.count() - 1, title, 3)
        self.model = QComboBox()
        self.model.setObjectName("profile_model")
        self.model.setAccessibleName("Model")
        self.model.setEditable(True)
        _name_line(self.model, "Model")
        line = self.model.lineEdit()
        if line is not None:
            line.setPlaceholderText("Type the id, or fetch the list")
        self.fetch: QPushButton = push_button("profile_fetch_models", "Fetch list")
        self.limit = QSpinBox()
        self.limit.setObjectName("profile_limit")
        self.limit.setRange(0, 20_000_000)
        self.limit.setGroupSeparatorShown(True)
        self.limit.setSpecialValueText("from the catalogue, else unknown")
        self.limit.setSuffix(" tokens")
        self.input_usd = _price("profile_input_usd", "Input price")
        self.output_usd = _price("profile_output_usd", "Output price")
        self._lay_out()
        self._old = ProfileSetting("")
        self.fetch.clicked.connect(self.list_chosen)
        for edit in (self.name, self.base_url.lineEdit(), self.model.lineEdit()):
            if edit is not None:
                edit.textEdited.connect(lambda _text: self.edited.emit())

    def in_order(self) -> tuple[QWidget, ...]:
        """The fields as the Tab key goes through them."""
        named = (self.name, self.kind, self.base_url, self.model, self.fetch)
        return (*named, self.limit, self.input_usd, self.output_usd)

    def show_setting(self, setting: ProfileSetting) -> None:
        """Fill the fields."""
        self._old = setting
        self.name.setText(setting.name)
        if self.kind.findData(setting.kind) < 0:
            self.kind.addItem(setting.kind.capitalize(), setting.kind)
        self.kind.setCurrentIndex(self.kind.findData(setting.kind))
        self.base_url.setEditText(setting.base_url)
        # What another server offers is of no use here.
        self.model.clear()
        self.model.setEditText(setting.model)
        self.limit.setValue(setting.limit_tokens or 0)
        self.input_usd.setValue(setting.input_usd if setting.input_usd is not None else -1)
        self.output_usd.setValue(setting.output_usd if setting.output_usd is not None else -1)

    def show_models(self, models: tuple[str, ...]) -> None:
        """Offer what the server has; the text stays."""
        text = self.model.currentText()
        self.model.clear()
        self.model.addItems(models)
        self.model.setEditText(text or (models[0] if models else ""))

    def values(self) -> ProfileSetting:
        """The setting as the fields say; what has no field here is as it was."""
        input_usd, output_usd = self.input_usd.value(), self.output_usd.value()
        return replace(
            self._old,
            name=self.name.text().strip(),
            kind=str(self.kind.currentData()),
            base_url=self.base_url.currentText().strip(),
            model=self.model.currentText().strip(),
            limit_tokens=self.limit.value() or None,
            input_usd=input_usd if input_usd >= 0 else None,
            output_usd=output_usd if output_usd >= 0 else None,
        )

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(Pair(row("Name", self.name), row("Kind", self.kind)))
        layout.addWidget(row("Base URL", self.base_url, "Where the server answers, usually ending in /v1."))
        layout.addWidget(row("Model", _with_button(self.model, self.fetch)))
        layout.addWidget(row("Context limit", self.limit, "Input and output together."))
        prices = Pair(row("Input price", self.input_usd), row("Output price", self.output_usd))
        layout.addWidget(prices)


def _line(name: str, accessible_name: str, placeholder: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    made.setAccessibleName(accessible_name)
    made.setPlaceholderText(placeholder)
    return made


def _name_line(box: QComboBox, accessible_name: str) -> None:
    """Qt gives the line of an editable box no name of its own."""
    line = box.lineEdit()
    if line is not None:
        line.setObjectName(f"{box.objectName()}_line")
        line.setAccessibleName(accessible_name)


def _price(name: str, accessible_name: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setObjectName(name)
    made.setAccessibleName(accessible_name)
    made.setRange(-1, 99_999)
    made.setDecimals(3)
    made.setSingleStep(0.1)
    made.setSpecialValueText("from the catalogue")
    made.setPrefix("$")
    made.setSuffix(" per million tokens")
    made.setValue(-1)
    return made


def _with_button(field: QWidget, button: QPushButton) -> QWidget:
    made = QWidget()
    made.setProperty("plain", True)
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    layout.addWidget(field, 1)
    layout.addWidget(button)
    return made
