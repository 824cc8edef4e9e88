"""A price: zero or more dollars per million tokens, or none of the user's own."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSizePolicy, QWidget

_UNSET = -1.0
_MOST_USD = 99_999
_NARROWEST_PX = 160
PRICE_UNIT = "$ per million tokens."
"""Said below the field: inside of it the words would be cut where the page is narrow."""


class PriceBox(QDoubleSpinBox):
    """The step below zero is “from the catalogue”; there is nothing between."""

    def __init__(self, name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setRange(_UNSET, _MOST_USD)
        self.setDecimals(3)
        self.setSingleStep(0.1)
        self.setSpecialValueText("from the catalogue")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setPrefix("$")
        self.setValue(_UNSET)

    @property
    def usd(self) -> float | None:
        """The price; None: the catalogue's."""
        return self.value() if self.value() >= 0 else None

    def show_usd(self, usd: float | None) -> None:
        """Show a price."""
        self.setValue(usd if usd is not None and usd >= 0 else _UNSET)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough for a price: the words may be cut where the page is narrow."""
        return QSize(_NARROWEST_PX, super().minimumSizeHint().height())

    def stepBy(self, steps: int) -> None:  # noqa: N802 - Qt's name
        """Stop at zero on the way down and on the way up."""
        before = self.value()
        if before < 0:
            self.setValue(0 if steps > 0 else _UNSET)
        elif before == 0 and steps < 0:
            self.setValue(_UNSET)
        else:
            self.setValue(max(0, before + steps * self.singleStep()))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """No sign can be typed; an empty field is a price of the catalogue."""
        if "-" in text:
            return QValidator.State.Invalid, text, position
        return super().validate(text, position)
