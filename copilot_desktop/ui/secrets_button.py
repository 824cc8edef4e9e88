"""The line about secrets in what would be sent, on every way to ask; it opens the list where each is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from copilot_desktop.bridge.chosen_secrets import SecretRow, SecretUse
from copilot_desktop.credentials.secret_words import secrets_mark, secrets_sentence, short_mark
from copilot_desktop.ui.elided_button import ElidedButton

if TYPE_CHECKING:
    # Imported when it is first wanted.
    from copilot_desktop.ui.secrets_popup import SecretsPopup


class SecretsButton(ElidedButton):
    """Is there while anything that would be sent holds or may hold a secret."""

    chosen = Signal(object, object)
    """Carries a `SecretRow` and the `SecretUse` for it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("link", True)
        self.setProperty("role", "amber")
        self.setAutoDefault(False)
        self._rows: tuple[SecretRow, ...] = ()
        self._popup: SecretsPopup | None = None
        self.clicked.connect(self.open)
        self.hide()

    @property
    def has_secrets(self) -> bool:
        """Whether there are any."""
        return bool(self._rows)

    def show_rows(self, rows: Sequence[SecretRow]) -> None:
        """Tell of these; none takes it away."""
        self._rows = tuple(rows)
        seen = [row.seen for row in rows]
        words = secrets_mark(seen)
        masked = sum(each.is_masked for each in seen)
        sent = f"{masked} masked, {len(seen) - masked} sent"
        parts = (f"{sent} as is", sent) if 0 < masked < len(seen) else ()
        shorter = (short_mark(seen), *parts, f"{len(seen)} found")
        self.show_words(f"{words[:1].upper()}{words[1:]}", ". Choose…", shorter)
        self.setToolTip(f"{secrets_sentence(seen)} Choose which are sent as they are.")
        self.setAccessibleName(f"{words}. Choose which secrets are sent as they are")
        self.setVisible(bool(rows))

    def open(self, _checked: bool = False) -> None:
        """Open the list of them, where each is masked or sent."""
        from copilot_desktop.ui.secrets_popup import SecretsPopup

        if self._rows:
            self._popup = popup = SecretsPopup(self._rows, self)
            popup.chosen.connect(self._on_chosen)
            popup.destroyed.connect(self._on_popup_destroyed)
            popup.open_beside(self)

    def _on_chosen(self, row: SecretRow, use: SecretUse) -> None:
        self.chosen.emit(row, use)

    def _on_popup_destroyed(self) -> None:
        self._popup = None
