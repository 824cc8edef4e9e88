"""The fields of one profile, from and to its setting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from copilot_desktop.bridge.models.sources import FileLooked
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.ui.preferences.endpoints import AZURE, offer_endpoints
from copilot_desktop.ui.preferences.form_parts import in_letters, push_button, row, with_button
from copilot_desktop.ui.preferences.format_field import FamilyOf, FormatField
from copilot_desktop.ui.preferences.model_file_fields import ModelFileFields
from copilot_desktop.ui.preferences.more_fields import MoreFields
from copilot_desktop.ui.preferences.price_box import PRICE_UNIT, PriceBox
from copilot_desktop.ui.theme.theme import Theme

_FILE = "local_file"
_LIMIT_UNSET = "from the catalogue, else unknown"


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
        # One may have words below it and the other none.
        self._layout.addWidget(left, 1, Qt.AlignmentFlag.AlignTop)
        self._layout.addWidget(right, 1, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Turn the row into a column or back."""
        super().resizeEvent(event)
        # With larger letters the fields need more than that.
        needed = sum(field.minimumSizeHint().width() for field in self._fields) + self._layout.spacing()
        is_narrow = self.width() < max(in_letters(self, self._narrow_px), needed)
        self._layout.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the wider field: the column is always possible."""
        hint = super().minimumSizeHint()
        return QSize(max(field.minimumSizeHint().width() for field in self._fields), hint.height())


class ProfileFields(QWidget):
    """Name, kind, then base URL, model and price of a server, or the file of a model that runs here; limits; the
    format of its edits."""

    list_chosen = Signal()
    edited = Signal()
    kind_changed = Signal()

    def __init__(self, theme: Theme, family_of: FamilyOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("plain", True)
        self.name = _line("profile_name", "Name", "OpenAI")
        self.kind = QComboBox()
        self.kind.setObjectName("profile_kind")
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.setMinimumContentsLength(12)
        self.kind.addItem("Chat Completions", "chat")
        self.kind.addItem("Responses (OpenAI)", "responses")
        self.kind.addItem("GGUF file on this machine", _FILE)
        self.base_url = QComboBox()
        self.base_url.setObjectName("profile_base_url")
        self.base_url.setEditable(True)
        # The longest address must not make the page wider than its place.
        self.base_url.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        _name_line(self.base_url, "Base URL")
        offer_endpoints(self.base_url)
        self.model = QComboBox()
        self.model.setObjectName("profile_model")
        self.model.setAccessibleName("Model")
        self.model.setEditable(True)
        _name_line(self.model, "Model")
        line = self.model.lineEdit()
        if line is not None:
            line.setPlaceholderText("Type the id, or fetch the list")
        self.fetch: QPushButton = push_button("profile_fetch_models", "Fetch list")
        self.limit = _tokens("profile_limit", _LIMIT_UNSET)
        self.input_usd = PriceBox("profile_input_usd", "Input price")
        self.output_usd = PriceBox("profile_output_usd", "Output price")
        output_limit = _tokens("profile_output_limit", "the model's own")
        self.more = MoreFields(theme, output_limit, PriceBox("profile_cached_usd", "Price of cached input"))
        self.format = FormatField(family_of)
        self.file = ModelFileFields()
        self._of_server: tuple[QWidget, ...] = ()
        self._lay_out()
        self._old = ProfileSetting("")
        self._is_tiny = False
        self._connect()

    def _connect(self) -> None:
        self.fetch.clicked.connect(self.list_chosen)
        for edit in (self.name, self.base_url.lineEdit(), self.model.lineEdit()):
            if edit is not None:
                edit.textEdited.connect(lambda _text: self.edited.emit())
        for changed in (self.model.editTextChanged, self.file.path.textChanged, self.kind.currentIndexChanged):
            changed.connect(self._show_family)
        for part in (self.more, self.file, self.format):
            part.edited.connect(self.edited)
        self.kind.currentIndexChanged.connect(self._on_kind_changed)
        self.base_url.textActivated.connect(self._on_endpoint_chosen)
        self.limit.editingFinished.connect(self._look_at_file)

    @property
    def is_file(self) -> bool:
        """Whether the model is a file that the program runs itself."""
        return bool(self.kind.currentData() == _FILE)

    def in_order(self) -> tuple[QWidget, ...]:
        """The fields as the Tab key goes through them."""
        named = (self.name, self.kind, self.base_url, self.model, self.fetch, self.file.path, self.file.choose)
        numbers = (self.file.threads, self.limit, self.input_usd, self.output_usd)
        return (*named, *numbers, self.format.choice, *self.more.in_order())

    def show_setting(self, setting: ProfileSetting) -> None:
        """Fill the fields."""
        self._old = setting
        self._is_tiny = setting.is_weak
        self.name.setText(setting.name)
        if self.kind.findData(setting.kind) < 0:
            self.kind.addItem(setting.kind.capitalize(), setting.kind)
        self.kind.setCurrentIndex(self.kind.findData(setting.kind))
        self.file.show_values(setting.model_path, setting.threads)
        self.more.show_setting(setting)
        self.format.show_setting(setting)
        self.base_url.setEditText(setting.base_url)
        # What another server offers is of no use here.
        self.model.clear()
        self.model.setEditText(setting.model)
        self.limit.setValue(setting.limit_tokens or 0)
        self.input_usd.show_usd(setting.input_usd)
        self.output_usd.show_usd(setting.output_usd)
        self._look_at_file()

    def show_models(self, models: tuple[str, ...]) -> None:
        """Offer what the server has; the text stays."""
        text = self.model.currentText()
        self.model.clear()
        self.model.addItems(models)
        self.model.setEditText(text or (models[0] if models else ""))

    def values(self) -> ProfileSetting:
        """The setting as the fields say; what has no field here is as it was."""
        if self.is_file:
            path = self.file.path.text().strip()
            return replace(
                self.format.apply_to(self._old),
                name=self.name.text().strip(),
                kind=_FILE,
                base_url="",
                model=Path(path).stem,
                model_path=path,
                threads=self.file.threads.value() or None,
                limit_tokens=self.limit.value() or None,
                is_weak=self._is_tiny,
            )
        return replace(
            self.more.apply_to(self.format.apply_to(self._old)),
            name=self.name.text().strip(),
            kind=str(self.kind.currentData()),
            base_url=self.base_url.currentText().strip(),
            model=self.model.currentText().strip(),
            limit_tokens=self.limit.value() or None,
            input_usd=self.input_usd.usd,
            output_usd=self.output_usd.usd,
            is_weak=self._old.is_weak and self._old.kind != _FILE,
        )

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        kind = row("Kind", self.kind, "OpenAI-compatible servers take Chat Completions.")
        layout.addWidget(Pair(row("Name", self.name), kind))
        address = row("Base URL", self.base_url, "Where the server answers, usually ending in /v1.")
        model = row("Model", with_button(self.model, self.fetch))
        limit = row("Context limit", self.limit, "Input and output together.")
        prices = Pair(row("Input price", self.input_usd, PRICE_UNIT), row("Output price", self.output_usd, PRICE_UNIT))
        self._of_server = (address, model, prices, self.more)
        for part in (address, model, self.file, limit, prices, self.format, self.more):
            layout.addWidget(part)
        self.file.hide()

    def _on_kind_changed(self, _index: int) -> None:
        for part in self._of_server:
            part.setVisible(not self.is_file)
        self.file.setVisible(self.is_file)
        self.limit.setSpecialValueText("as is usual, up to 8,192" if self.is_file else _LIMIT_UNSET)
        self.kind_changed.emit()
        self.edited.emit()

    def _show_family(self) -> None:
        self.format.show_model(Path(self.file.path.text()).stem if self.is_file else self.model.currentText())

    def _on_endpoint_chosen(self, url: str) -> None:
        if url == AZURE:
            self.more.suggest_headers("api-key: {key}")
        self.edited.emit()

    def show_looked(self, looked: FileLooked) -> None:
        """Say what the file is; a new profile takes its name."""
        self.file.show_looked(looked)
        if looked.facts is not None and looked.path == self.file.path.text().strip():
            self._is_tiny = looked.facts.is_tiny
        is_new = not self._old.model and self.name.text() == self._old.name
        if is_new and self.is_file and looked.facts is not None:
            self.name.setText(Path(looked.path).stem)
            # Said aloud, so that the budget beside the prompt knows it.
            self.limit.setValue(self.limit.value() or looked.facts.context_tokens)

    def _look_at_file(self) -> None:
        if self.is_file:
            self.file.look()


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


def _tokens(name: str, unset: str) -> QSpinBox:
    made = QSpinBox()
    made.setObjectName(name)
    made.setRange(0, 20_000_000)
    made.setGroupSeparatorShown(True)
    made.setSpecialValueText(unset)
    made.setSuffix(" tokens")
    return made
