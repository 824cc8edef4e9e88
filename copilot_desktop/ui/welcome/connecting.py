"""“Connect a model” on the welcome page: what runs on this machine and the environment's key, each by one click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.models.controller import ModelsChanged, ModelsController
from copilot_desktop.bridge.models.offer_taking import OfferTaking
from copilot_desktop.bridge.models.offers import Offer, Taken
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.llm.nearby_servers import NearbyServer
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.theme.marking import mark
from copilot_desktop.ui.welcome.parts import beside_text, in_rows, muted_text, page_button, section_head

_LOOKING = "Looking for a model server on this machine …"
_FOUND = "One click connects what was found here:"


class ConnectSection(QWidget):
    """The usual ports are asked whenever this comes into sight or its window to the front, and at no other time."""

    settings_wanted = Signal()
    """Settings → Models, for everything else."""

    def __init__(self, models: ModelsController) -> None:
        super().__init__()
        self._models = models
        self._taking = OfferTaking(models, self)
        self._found: tuple[NearbyServer, ...] | None = None
        self._problem = ""
        self._offered: tuple[Offer, ...] = ()
        self.buttons: list[QPushButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section_head("CONNECT A MODEL"))
        self.line = muted_text(_LOOKING, "welcome.models_line")
        column.addWidget(self.line)
        offered = QWidget()  # Tab comes to what is in it first, whenever it is made
        self._rows = QVBoxLayout(offered)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)
        column.addWidget(offered)
        self._another = page_button("welcome.models", "Connect a model…", "Connect a model in Settings, Models")
        self._another.clicked.connect(self._on_another_clicked)
        column.addWidget(in_rows(self._another))
        self._taking.taken.connect(self._on_taken)
        models.sources.nearby_found.connect(self._on_nearby_found)
        models.changed.connect(self._on_models_changed)
        models.failed.connect(self._on_failed)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look for servers."""
        super().showEvent(event)
        self._look()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """A server may have been started while another program had the keyboard."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._look()

    def _look(self) -> None:
        if self.isVisible():
            self._models.sources.find_nearby()

    def _show(self) -> None:
        models = self._models
        offers = models.sources.offers(self._found or (), models.profiles)
        if offers != self._offered:
            self._offered = offers
            self._make_buttons(offers)
        self._another.setText("Another model…" if offers or _connected(models.profiles) else "Connect a model…")
        self.line.setText(self._problem or self._sentence(models, offers))
        mark(self.line, "role", "error" if self._problem else "muted")

    def _make_buttons(self, offers: Sequence[Offer]) -> None:
        had_focus = [button.objectName() for button in self.buttons if button.hasFocus()]
        while (item := self._rows.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.hide()
                row.deleteLater()
        self.buttons = [self._button(offer) for offer in offers]
        for button, offer in zip(self.buttons, offers, strict=True):
            self._rows.addWidget(in_rows(button, beside_text(offer.brief)))
        if had_focus:
            same = [button for button in self.buttons if button.objectName() in had_focus]
            (same[0] if same else self._another).setFocus()

    def _sentence(self, models: ModelsController, offers: Sequence[Offer]) -> str:
        connected = _connected(models.profiles)
        if connected:
            asked = models.current if models.current in connected else connected[0]
            others = f" One click connects {'another' if len(offers) == 1 else 'others'}:" if offers else ""
            return f"“{asked.name}” is connected: {asked.model}.{others}"
        if offers:
            return _FOUND
        if self._found is None:
            return _LOOKING
        names = ", ".join(usual.program for usual in models.sources.ports)
        return f"No model server runs on this machine ({names}), and OPENAI_API_KEY is not set."

    def _button(self, offer: Offer) -> QPushButton:
        name = offer.title.lower().replace(" ", "_").replace(".", "_")
        made = page_button(f"welcome.connect.{name}", f"Use {offer.title}")
        made.setToolTip(offer.about)
        made.setAccessibleDescription(offer.about)
        made.clicked.connect(lambda _checked=False: self._take(offer))
        return made

    def _take(self, offer: Offer) -> None:
        self._problem = ""
        self._taking.take(offer)

    def _on_taken(self, taken: Taken) -> None:
        if taken.is_kept:
            self._models.choose(taken.offer.setting.name)
            announce(self, self.line.text())
        else:
            self.settings_wanted.emit()
            self._models.sources.complete_in_settings(taken)

    def _on_nearby_found(self, found: tuple[NearbyServer, ...]) -> None:
        if found != self._found:
            self._found = found
            self._show()

    def _on_models_changed(self, _models: ModelsChanged) -> None:
        self._show()

    def _on_failed(self, notice: ErrorNotice) -> None:
        if self.isVisible():
            self._problem = f"{notice.message} {notice.advice}".rstrip()
            self._show()
            announce(self, self._problem)

    def _on_another_clicked(self) -> None:
        self.settings_wanted.emit()


def _connected(profiles: tuple[Profile, ...]) -> list[Profile]:
    """All but the built-in one, which is the last."""
    return list(profiles[:-1])
