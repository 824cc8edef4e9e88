"""The chat's head: title, the model that is asked, a new conversation, and the past ones."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from copilot_desktop.bridge.models.controller import ModelsChanged
from copilot_desktop.llm.profiles import Profile, ProviderKind
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.icon_button import Pressing
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme

_MODEL_WIDTH_PX, _MODEL_SHARE = 150, 0.35


class ChatHeader(QWidget):
    """One row of 40 px."""

    model_chosen = Signal(str)
    models_page_chosen = Signal()
    new_chosen = Signal()
    list_chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._has_unread = False
        self.model_name = ""
        """Of the model that is asked, in full: the button may have room for less."""
        self.setObjectName("chat_header")
        self.setMinimumHeight(40)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 8, 0)
        layout.setSpacing(2)
        self._title = ElidedLabel("chat_title")
        self._title.setProperty("role", "heading")
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout.addWidget(self._title, 1)
        self.model = self._button("chat_model", "Model that is asked", "chevron-down")
        self.model.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.model.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.model.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._model_menu = QMenu(self)
        # Else it takes over the button's direction, and its columns change places.
        self._model_menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.model.setMenu(self._model_menu)
        self.new = self._button("chat_new", "New conversation", "plus")
        self.new.clicked.connect(self.new_chosen)
        self.more = self._button("chat_menu", "Conversations", "history")
        self.more.setCheckable(True)
        self.list_button = Pressing(self.more, self.list_chosen.emit)
        for button in (self.model, self.new, self.more):
            layout.addWidget(button)
        self.show_title("")
        theme.changed.connect(self._on_theme_changed)

    @property
    def title(self) -> str:
        """The conversation's title."""
        return self._full_title

    def show_title(self, title: str) -> None:
        """Show whose conversation this is; empty: a new one."""
        self._full_title = title or "New conversation"
        self._title.show_text(self._full_title)

    def show_others(self, running: int, unread: int) -> None:
        """Say of other conversations how many are being answered, and how many have an answer nobody has seen."""
        said = [f"{running} being answered"] if running else []
        said += [f"{unread} with a new answer"] if unread else []
        about = f"Conversations: {', '.join(said)}" if said else "Conversations"
        self.more.setToolTip(about)
        self.more.setAccessibleName(about)
        self.more.setText(str(running + unread) if said else "")
        is_wide = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if said else Qt.ToolButtonStyle.ToolButtonIconOnly
        self.more.setToolButtonStyle(is_wide)
        self._has_unread = bool(unread)
        self._on_theme_changed(None)

    def show_models(self, models: ModelsChanged) -> None:
        """Offer the profiles."""
        is_built_in = models.current.kind is ProviderKind.BUILT_IN
        self.model_name = models.current.model if is_built_in else models.current.name
        self._fit_model()
        self.model.setToolTip(_about(models.current))
        self._model_menu.clear()
        group = QActionGroup(self._model_menu)
        for profile in models.profiles:
            action = self._model_menu.addAction(_menu_text(profile))
            action.setCheckable(True)
            action.setChecked(profile.name == models.current.name)
            action.setData(profile.name)
            action.triggered.connect(lambda _checked=False, name=profile.name: self.model_chosen.emit(name))
            group.addAction(action)
        self._model_menu.addSeparator()
        self._model_menu.addAction("Connect a model …").triggered.connect(lambda: self.models_page_chosen.emit())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The name of the model leaves the title some room."""
        super().resizeEvent(event)
        self._fit_model()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Letters of another size need another room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.model_name:
            self._fit_model()

    def _fit_model(self) -> None:
        # The conversation's title needs room as well.
        room_px = min(_MODEL_WIDTH_PX, round(self.width() * _MODEL_SHARE))
        shown = self.model.fontMetrics().elidedText(self.model_name, Qt.TextElideMode.ElideRight, room_px)
        self.model.setText(shown.replace("&", "&&"))

    def _button(self, name: str, title: str, icon_name: str) -> QToolButton:
        made = QToolButton(self)
        made.setObjectName(name)
        made.setAccessibleName(title)
        made.setToolTip(title)
        made.setProperty("icon_name", icon_name)
        made.setIcon(icon(icon_name, self._theme.tokens.muted))
        made.setIconSize(QSize(16, 16))
        made.setMinimumHeight(28)
        return made

    def _on_theme_changed(self, _changed: object) -> None:
        for button in (self.model, self.new, self.more):
            colour = self._theme.tokens.accent if button is self.more and self._has_unread else self._theme.tokens.muted
            button.setIcon(icon(str(button.property("icon_name")), colour))


def _menu_text(profile: Profile) -> str:
    name = profile.name.replace("&", "&&")
    model = profile.model.replace("&", "&&")
    return f"{name}\t{model}, tiny" if profile.is_weak else f"{name}\t{model}"


def _about(profile: Profile) -> str:
    if profile.kind is ProviderKind.BUILT_IN:
        return "The built-in starter model is tiny: good for trying the program out, not for real work."
    return f"{profile.name}: {profile.model} at {profile.model_path or profile.base_url}"
