"""What few profiles need: an output limit, the price of cached input, headers of the user's own."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QSpinBox, QVBoxLayout, QWidget

from copilot_desktop.settings.models_page import HeaderSetting, ProfileSetting
from copilot_desktop.ui.preferences.form_parts import row
from copilot_desktop.ui.preferences.narrow_rows import ElidedToolButton
from copilot_desktop.ui.preferences.price_box import PRICE_UNIT, PriceBox
from copilot_desktop.ui.theme.fixed_font import fixed_font
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme

_HEADERS_HEIGHT_PX = 64
_HEADERS_HELP = (
    "One a line, as name: value. {key} stands for the key, which then goes in no other header: Azure OpenAI wants "
    "api-key: {key}. Never write a key itself here."
)


class MoreFields(QWidget):
    """A button that opens and closes the fields below it; open where one of them is set."""

    edited = Signal()

    def __init__(self, theme: Theme, limit: QSpinBox, cached_usd: PriceBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("plain", True)
        self.limit = limit
        self.cached_usd = cached_usd
        self.toggle = ElidedToolButton()
        self.toggle.setObjectName("profile_more")
        self.toggle.setText("Output limit, cached price, headers")
        self.toggle.setIconSize(QSize(14, 14))
        self.toggle.setProperty("disclosure", True)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.headers = QPlainTextEdit()
        self.headers.setObjectName("profile_headers")
        self.headers.setPlaceholderText("api-key: {key}")
        self.headers.setFont(fixed_font())
        self.headers.setTabChangesFocus(True)
        self.headers.setFixedHeight(_HEADERS_HEIGHT_PX)
        self.body = QWidget()
        self.body.setProperty("plain", True)
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        inner.addWidget(row("Output limit", self.limit, "An answer is cut off there."))
        inner.addWidget(row("Price of cached input", self.cached_usd, PRICE_UNIT))
        inner.addWidget(row("Headers", self.headers, _HEADERS_HELP))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.toggle)
        layout.addWidget(self.body)
        self._open(is_open=False)
        self.toggle.clicked.connect(lambda: self._open(is_open=self.body.isHidden()))
        self.headers.textChanged.connect(self.edited)
        for box in (self.limit, self.cached_usd):
            box.valueChanged.connect(lambda _value: self.edited.emit())
        theme.changed.connect(self._on_theme_changed)  # a lambda would keep the page of a closed window

    def _on_theme_changed(self, _changed: object = None) -> None:
        self._open(is_open=not self.body.isHidden())

    def in_order(self) -> tuple[QWidget, ...]:
        """The fields as the Tab key goes through them."""
        return (self.toggle, self.limit, self.cached_usd, self.headers)

    def show_setting(self, setting: ProfileSetting) -> None:
        """Fill the fields, without telling that they were edited."""
        self.blockSignals(True)
        self.limit.setValue(setting.max_output_tokens or 0)
        self.cached_usd.show_usd(setting.cached_usd)
        self.headers.setPlainText("\n".join(f"{header.name}: {header.value}" for header in setting.headers))
        self.blockSignals(False)
        self._open(is_open=bool(setting.max_output_tokens or setting.headers or setting.cached_usd is not None))

    def suggest_headers(self, text: str) -> None:
        """Fill in headers that an endpoint wants, where there are none yet."""
        if not self.headers.toPlainText().strip():
            self.headers.setPlainText(text)
            self._open(is_open=True)

    def apply_to(self, setting: ProfileSetting) -> ProfileSetting:
        """The setting with what these fields say."""
        lines = [line.strip() for line in self.headers.toPlainText().splitlines() if line.strip()]
        return replace(
            setting,
            max_output_tokens=self.limit.value() or None,
            cached_usd=self.cached_usd.usd,
            headers=tuple(_header(line) for line in lines),
        )

    def _open(self, *, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self.toggle.setIcon(icon("chevron-down" if is_open else "chevron-right", self._theme.tokens.muted))
        self.toggle.setAccessibleName("Fewer fields" if is_open else "More fields: output limit, cached price, headers")


def _header(line: str) -> HeaderSetting:
    name, _, value = line.partition(":")
    return HeaderSetting(name.strip(), value.strip())
