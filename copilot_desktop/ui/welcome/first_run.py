"""What the welcome page says of models, below everything else: connect one, try the built-in one, who hears of what."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.llm.nearby_servers import USUAL_PORTS
from copilot_desktop.ui.welcome.connecting import ConnectSection
from copilot_desktop.ui.welcome.parts import muted_text, section_head
from copilot_desktop.ui.welcome.trying import TrySection


class FirstRunSections(QWidget):
    """Made once the model side is there, after the first paint."""

    def __init__(self, models: ModelsController) -> None:
        super().__init__()
        self.connecting, self.trying = ConnectSection(models), TrySection(models)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for section in (self.connecting, self.trying):
            column.addSpacing(8)
            column.addWidget(section)
        column.addSpacing(8)
        for part in (section_head("PRIVACY"), muted_text(_privacy(), "welcome.privacy")):
            column.addWidget(part)


def _privacy() -> str:
    ports = [str(usual.port) for usual in USUAL_PORTS]
    return (
        "What you ask goes to the model you chose, with the context shown above your prompt, and to nobody else. "
        "Keys stay in your system's keyring or environment, never in a file of this program. "
        f"No telemetry, no account, no search for updates: unasked it only looks on this machine, at ports "
        f"{', '.join(ports[:-1])} and {ports[-1]}, while this page or Settings → Models is open."
    )
