"""What the chat shows before the first prompt: one sentence and one action."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from copilot_desktop.llm.profiles import Profile
from copilot_desktop.ui.chat.cards import button, label


class EmptyState(QWidget):
    """Says what the chat is for; with the tiny model, what to connect for real work."""

    models_page_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat_empty")
        # In a low pane it can be scrolled: cut sentences would say nothing.
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        area.setObjectName("chat_empty_area")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setProperty("plain", True)
        area.setWidget(inner)
        outer.addWidget(area)
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(24, 12, 24, 12)
        layout.setSpacing(12)
        layout.addStretch()
        self._text = label(
            "Select lines and press Ctrl+L to ask about them. Nothing is written before you approve it.",
            "muted",
            name="chat_empty_text",
        )
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self._text)
        self._weak = label("", "muted", name="chat_weak_text")
        self._weak.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self._weak)
        self._connect = button("chat_connect_model", "Connect a model")
        self._connect.clicked.connect(self.models_page_chosen)
        layout.addWidget(self._connect, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        self._weak.hide()
        self._connect.hide()

    def show_model(self, profile: Profile, *, has_starter: bool = True) -> None:
        """Be honest about the starter model."""
        self._weak.setText(
            "The built-in starter model is tiny: it shows how things work, offline and without a key, "
            "but its answers are poor."
            if has_starter
            else "No model is connected yet, and the built-in starter model is not installed."
        )
        self._weak.setVisible(profile.is_weak)
        self._connect.setVisible(profile.is_weak)
