"""The settings page with its sections: models, appearance, editor and so on; a search, and their files."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.bridge.store_sizes import StoreSizes
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.settings.chat_page import ChatPage
from copilot_desktop.settings.differences_page import DifferencesPage
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.settings.explorer_page import ExplorerPage
from copilot_desktop.settings.history_page import HistoryPage
from copilot_desktop.settings.keys_page import KeysPage
from copilot_desktop.settings.models_page import ModelsPage
from copilot_desktop.settings.store import Page
from copilot_desktop.settings.unsaved_page import ProfileDraft, TextDraft
from copilot_desktop.ui.actions import ActionSet
from copilot_desktop.ui.combo_keys import ComboKeys
from copilot_desktop.ui.preferences.calm_wheel import CalmWheel
from copilot_desktop.ui.preferences.file_pane import FilePane
from copilot_desktop.ui.preferences.form_parts import bring_into_sight, in_letters, low_page, push_button, with_button
from copilot_desktop.ui.preferences.generated_page import GeneratedPage
from copilot_desktop.ui.preferences.keys_form import KeysForm
from copilot_desktop.ui.preferences.models_form import ModelsForm
from copilot_desktop.ui.preferences.section_pages import SectionPages
from copilot_desktop.ui.preferences.settings_search import FoundField, SearchField, SearchResults, fields_of
from copilot_desktop.ui.preferences.store_row import StoreRow
from copilot_desktop.ui.theme.theme import Theme

_SIDE_BY_SIDE_PX = 900
_ONE_ROW_PX = 720
_PAGE_TYPES: tuple[type[Page], ...] = (
    ModelsPage,
    AppearancePage,
    EditorPage,
    ExplorerPage,
    ChatPage,
    DifferencesPage,
    HistoryPage,
    KeysPage,
)


class PreferencesPage(QWidget):
    """Sections above, the chosen one below, and beside it the text of its file when that is asked for."""

    def __init__(
        self,
        models: ModelsController,
        preferences: PreferencesController,
        theme: Theme,
        actions: ActionSet,
        store_sizes: StoreSizes,
    ) -> None:
        super().__init__()
        self.setObjectName("preferences")
        self.setAccessibleName("Settings")
        self.setProperty("pane", True)
        self.sections = QListWidget()
        self.sections.setObjectName("preferences_sections")
        self.sections.setAccessibleName("Sections of the settings")
        self.search = SearchField()
        self.file_button = push_button("preferences_file", "File")
        self.file_button.setCheckable(True)
        self.file_button.setToolTip("The settings of this section as text")
        self.file_button.setAccessibleName("Show the file of this section")
        self.pages = SectionPages()
        self.results = SearchResults()
        self.file = FilePane(preferences)
        self.file.hide()
        self._unsaved = preferences.unsaved
        self.models = ModelsForm(models, theme, preferences.unsaved)
        self._titles: list[str] = []
        for title, make in (
            ("Models", lambda: self.models),
            ("Appearance", lambda: GeneratedPage("Appearance", AppearancePage, preferences)),
            ("Editor", lambda: GeneratedPage("Editor", EditorPage, preferences)),
            ("Explorer", lambda: GeneratedPage("Explorer", ExplorerPage, preferences)),
            ("Chat", lambda: GeneratedPage("Chat", ChatPage, preferences)),
            ("Differences", lambda: GeneratedPage("Differences", DifferencesPage, preferences)),
            ("History", lambda: GeneratedPage("History", HistoryPage, preferences, StoreRow(store_sizes))),
            ("Keys", lambda: KeysForm(actions, preferences, theme)),
        ):
            self._add(title, make)
        self._shown = QStackedWidget()
        for shown in (low_page(self.pages), self.results):
            self._shown.addWidget(shown)
        self._beside = QSplitter(Qt.Orientation.Horizontal)
        self._beside.setChildrenCollapsible(False)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self._connect()
        self.sections.setCurrentRow(0)

    def _add(self, title: str, make: Callable[[], QWidget]) -> None:
        self._titles.append(title)
        self.pages.add(make)
        item = QListWidgetItem(title)
        item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sections.addItem(item)

    def show_section(self, title: str) -> None:
        """Bring a section to the front and give it the keyboard."""
        self._leave_search()
        self.sections.setCurrentRow(self._titles.index(title))
        shown = self.pages.currentWidget()
        if shown is not None and shown.focusProxy() is not None:
            shown.setFocus()

    def show_unsaved(self) -> None:
        """Bring what an earlier start has left half typed to the front."""
        names = [each.page_name for each in self._unsaved.free(TextDraft)]
        row = next((row for row, page_type in enumerate(_PAGE_TYPES) if page_type.NAME in names), None)
        if row is not None and not self._unsaved.free(ProfileDraft):
            self.sections.setCurrentRow(row)
            self.file_button.setChecked(True)
        else:
            self.sections.setCurrentRow(_PAGE_TYPES.index(ModelsPage))
            self.file_button.setChecked(self.file_button.isChecked() or row is not None)

    def open_search(self) -> None:
        """Search all pages."""
        self.search.setFocus()
        self.search.selectAll()

    def can_save_text(self) -> bool:
        """Whether the text of a file is shown and changed."""
        return self.file.isVisible() and self.file.is_changed

    def save_text(self) -> None:
        """Save the text of the file that is shown."""
        self.file.save_text()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The text stands beside the page where there is room, else below it."""
        super().resizeEvent(event)
        is_wide = self.width() >= _SIDE_BY_SIDE_PX
        is_narrow = self.width() < in_letters(self, _ONE_ROW_PX)
        self._fit_sections()
        self._head.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)
        self._beside.setOrientation(Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Larger letters need more room."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange) and self.sections.count():
            self._fit_sections()

    def _fit_sections(self) -> None:
        """One row, or as many as they take where the page is too narrow for one."""
        metrics = self.sections.fontMetrics()
        height, widths = max(28, metrics.height() + 8), []
        for row in range(self.sections.count()):
            item = self.sections.item(row)
            item.setSizeHint(QSize(metrics.horizontalAdvance(item.text()) + 28, height))
            widths.append(item.sizeHint().width())
        rows, left, room = 1, 0, self.width() - 24
        is_narrow = self.width() < in_letters(self, _ONE_ROW_PX)
        for width in widths if is_narrow else ():
            rows, left = (rows, left + width) if left + width <= room or not left else (rows + 1, width)
        self.sections.setWrapping(rows > 1)
        self.sections.setFixedHeight(rows * height + 4)
        self.sections.setMaximumWidth(sum(widths) + 4)

    def _lay_out(self) -> None:
        head = QWidget()
        head.setProperty("pane", True)
        head.setLayout(self._head)
        self.sections.setFlow(QListWidget.Flow.LeftToRight)
        self.sections.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fit_sections()
        self._head.setContentsMargins(8, 8, 12, 8)
        self._head.setSpacing(8)
        self._head.addWidget(self.sections, 1)
        self._head.addWidget(with_button(self.search, self.file_button), 1)
        self._beside.addWidget(self._shown)
        self._beside.addWidget(self.file)
        self._beside.setSizes([600, 400])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._beside, 1)

    def _connect(self) -> None:
        self.setFocusProxy(self.sections)
        CalmWheel(self.file)
        ComboKeys(self.file)
        self.search.entered.connect(self.pages.make_soon)
        self.sections.currentRowChanged.connect(self._on_section_chosen)
        self.sections.itemClicked.connect(lambda _item: self._leave_search())
        self.search.textChanged.connect(self._on_searched)
        self.search.moved.connect(self.results.move_by)
        self.search.returnPressed.connect(self.results.choose)
        self.search.left.connect(self._on_search_left)
        self.results.chosen.connect(self._on_found_chosen)
        self.file_button.toggled.connect(self._on_file_toggled)
        self.file.close_wanted.connect(self._on_file_close_wanted)

    def _on_section_chosen(self, row: int) -> None:
        self.pages.show_row(row)
        if not self.file.isHidden():
            self.file.show_page(_PAGE_TYPES[row])

    def _on_searched(self, query: str) -> None:
        self._shown.setCurrentIndex(int(bool(query.strip())))
        if query.strip():
            fields = [
                field for row, title in enumerate(self._titles) for field in fields_of(title, self.pages.page(row))
            ]
            self.results.show_found(fields, query)

    def _on_search_left(self) -> None:
        self._leave_search()
        self.sections.setFocus()

    def _leave_search(self) -> None:
        self.search.clear()

    def _on_found_chosen(self, found: FoundField) -> None:
        self._leave_search()
        self.sections.setCurrentRow(self._titles.index(found.page))
        found.field.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_into_sight(found.field, margin_px=60)

    def _on_file_toggled(self, is_shown: bool) -> None:
        self.file.setVisible(is_shown)
        if is_shown:
            self.file.show_page(_PAGE_TYPES[self.sections.currentRow()])
            self.file.text.setFocus()

    def _on_file_close_wanted(self) -> None:
        self.file_button.setChecked(False)
        self.file_button.setFocus()
