"""The settings page with its sections: models, appearance, editor, explorer, keys."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop.bridge.models import ModelsController
from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.settings.explorer_page import ExplorerPage
from copilot_desktop.ui.actions import ActionSet
from copilot_desktop.ui.preferences.calm_wheel import CalmWheel
from copilot_desktop.ui.preferences.generated_page import GeneratedPage
from copilot_desktop.ui.preferences.keys_form import KeysForm
from copilot_desktop.ui.preferences.models_form import ModelsForm
from copilot_desktop.ui.theme.theme import Theme


class PreferencesPage(QWidget):
    """Sections on the left, the chosen one on the right."""

    def __init__(
        self,
        models: ModelsController,
        preferences: PreferencesController,
        theme: Theme,
        actions: ActionSet,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("preferences")
        self.setAccessibleName("Settings")
        self.setProperty("pane", True)
        # Sections above, not beside: the page must fit between the side view and the chat.
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.sections = QListWidget()
        self.sections.setObjectName("preferences_sections")
        self.sections.setAccessibleName("Sections of the settings")
        self.pages = QStackedWidget()
        self.models = ModelsForm(models, theme)
        for title, page in (
            ("Models", self.models),
            ("Appearance", GeneratedPage("Appearance", AppearancePage, preferences)),
            ("Editor", GeneratedPage("Editor", EditorPage, preferences)),
            ("Explorer", GeneratedPage("Explorer", ExplorerPage, preferences)),
            ("Keys", KeysForm(actions, preferences, theme)),
        ):
            item = QListWidgetItem(title)
            item.setSizeHint(QSize(108, 28))
            self.sections.addItem(item)
            self.pages.addWidget(page)
        self.sections.currentRowChanged.connect(self.pages.setCurrentIndex)
        self.sections.setCurrentRow(0)
        layout.addWidget(_pane(self.sections))
        layout.addWidget(self.pages, 1)
        CalmWheel(self)
        self.setFocusProxy(self.sections)

    def show_section(self, title: str) -> None:
        """Bring a section to the front and give it the keyboard."""
        for at in range(self.sections.count()):
            if self.sections.item(at).text() == title:
                self.sections.setCurrentRow(at)
                shown = self.pages.widget(at)
                if shown is not None and shown.focusProxy() is not None:
                    shown.setFocus()


def _pane(sections: QListWidget) -> QWidget:
    """The row above the pages."""
    made = QWidget()
    made.setProperty("pane", True)
    sections.setFlow(QListWidget.Flow.LeftToRight)
    sections.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    sections.setFixedHeight(32)
    layout = QVBoxLayout(made)
    layout.setContentsMargins(8, 8, 8, 8)
    layout.addWidget(sections)
    return made
