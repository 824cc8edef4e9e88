"""What can be done with tabs by menu, key and palette: close several, keep, pin, copy paths, reveal, switch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.closed_tabs import ClosedTabs
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.editor_tabs import EditorTabs
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.meant_tab import MeantTab
from copilot_desktop.ui.tab_bar import TabPointed

if TYPE_CHECKING:
    # Imported when it is first shown.
    from copilot_desktop.ui.tab_switcher import TabSwitcher

MENU = (
    ("file.close", "tab.close_others", "tab.close_right", "tab.close_saved", "tab.close_group", "tab.close_all"),
    ("tab.keep_open", "tab.pin"),
    ("tab.copy_path", "tab.copy_relative_path", "tab.reveal", "history.of_file"),
    ("tab.split_right", "tab.split_down"),
)


class TabCommands(QObject):
    """Commands of one window. They are about the tab whose menu is open, else about the one in front."""

    def __init__(self, window: MainWindow, folder: Callable[[], Path | None], closed: ClosedTabs) -> None:
        super().__init__(window)
        self._window, self._folder, self._closed = window, folder, closed
        self._panes = window.editors.panes
        self._switcher: TabSwitcher | None = None
        self.meant = MeantTab(self._panes)
        """The tab that commands are about, also those of other features."""
        self._panes.group_added.connect(self._on_group_added)
        for group in self._panes.groups():
            self._on_group_added(group)
        window.commands.add(self._actions())

    def _actions(self) -> tuple[Action, ...]:
        closed, has_tab, has_file = self._closed, self.meant.is_there, self.meant.has_file
        return (
            Action("file.close", "Close tab", self._close, ("Ctrl+W",), "File", 2, when=has_tab),
            Action(
                "file.reopen_closed", "Reopen closed tab", closed.reopen, ("Ctrl+Shift+T",), "File", 2,
                when=closed.can_reopen,
            ),
            Action("tab.close_others", "Close other tabs", self._close_others, (), "File", 2, when=has_tab),
            Action("tab.close_right", "Close tabs to the right", self._close_right, when=has_tab),
            Action("tab.close_saved", "Close saved tabs", self._close_saved, ("Ctrl+K, U",), when=has_tab),
            Action("tab.close_group", "Close all tabs of the group", self._close_group, ("Ctrl+K, W",), "File", 2,
                   when=has_tab),
            Action("tab.close_all", "Close all tabs", self._close_all, ("Ctrl+K, Ctrl+W",), "File", 2, when=has_tab),
            Action("tab.keep_open", "Keep open", self._keep, ("Ctrl+K, Return",), when=self.meant.is_preview),
            Action("tab.pin", "Pinned", self._toggle_pin, ("Ctrl+K, Shift+Return",), when=has_tab,
                   checked=self.meant.is_pinned),
            Action("tab.copy_path", "Copy path", partial(self._copy, is_whole=True), ("Shift+Alt+C",), when=has_file),
            Action("tab.copy_relative_path", "Copy relative path", partial(self._copy, is_whole=False), when=has_file),
            Action("tab.reveal", "Reveal in the explorer", self._reveal, when=has_file),
            Action("go.next_tab", "Next tab", partial(self._step, 1), ("Ctrl+PgDown",), "Go", 0, when=has_tab),
            Action("go.previous_tab", "Previous tab", partial(self._step, -1), ("Ctrl+PgUp",), "Go", 0, when=has_tab),
            Action("go.recent_tab", "Switch to a recent tab", partial(self._switch, 1), ("Ctrl+Tab",), "Go", 0,
                   when=has_tab),
            Action("go.oldest_tab", "Switch tabs backwards", partial(self._switch, -1), ("Ctrl+Shift+Tab",),
                   "Go", 0, when=has_tab),
            Action("go.tab_list", "List of all tabs", self._list, (), "Go", 0, when=has_tab),
        )  # fmt: skip

    def _switch(self, by: int) -> None:
        from copilot_desktop.ui.tab_switcher import TabSwitcher

        if self._switcher is None:
            self._switcher = TabSwitcher(self._window.editors)
        self._switcher.step(by)

    def _close(self) -> None:
        page = self.meant.page()
        self._window.editors.close_pages([page] if page is not None else [])

    def _close_others(self) -> None:
        page, group = self.meant.page(), self.meant.group()
        others = [each for each in group.pages() if each is not page and not group.marks.is_pinned(each)]
        self._window.editors.close_pages(others)

    def _close_right(self) -> None:
        page, group = self.meant.page(), self.meant.group()
        right = group.pages()[group.indexOf(page) + 1 :] if page is not None else ()
        self._window.editors.close_pages([each for each in right if not group.marks.is_pinned(each)])

    def _close_saved(self) -> None:
        group = self.meant.group()
        saved = (page for page in group.pages() if not (isinstance(page, DocumentPage) and page.document.is_dirty))
        self._window.editors.close_pages([page for page in saved if not group.marks.is_pinned(page)])

    def _close_group(self) -> None:
        self._window.editors.close_pages(self.meant.group().pages())

    def _close_all(self) -> None:
        self._window.editors.close_pages(self._panes.pages())

    def _keep(self) -> None:
        page = self.meant.page()
        if page is not None:
            self.meant.group().keep(page)

    def _toggle_pin(self) -> None:
        page = self.meant.page()
        if page is not None:
            self.meant.group().set_pinned(page, not self.meant.is_pinned())

    def _copy(self, *, is_whole: bool) -> None:
        folder, path = self._folder(), self.meant.path()
        whole = str(folder / path) if is_whole and folder is not None else path
        QGuiApplication.clipboard().setText(whole)

    def _reveal(self) -> None:
        self._window.show_side_view("explorer")
        self._window.reveal_wanted.emit(self.meant.path())

    def _step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) tab of the active group, round in a circle."""
        group = self._panes.active
        group.setCurrentIndex((group.currentIndex() + by) % group.count())

    def _list(self) -> None:
        """All tabs of the group in a menu, below its right end."""
        group = self._panes.active
        menu = self._menu("menu.tabs", "Tabs of this group")
        for page in group.pages():
            action = menu.addAction(group.tabText(group.indexOf(page)), partial(self._show, page))
            action.setCheckable(True)
            action.setChecked(page is group.currentWidget())
        corner = group.mapToGlobal(group.rect().topRight())
        corner.setX(corner.x() - menu.sizeHint().width())
        corner.setY(corner.y() + group.bar.height())
        menu.popup(corner)

    def _show(self, page: QWidget) -> None:
        self._panes.show_page(page)
        page.setFocus()

    def _menu(self, name: str, title: str) -> QMenu:
        menu = QMenu(self._window)
        menu.setObjectName(name)
        menu.setAccessibleName(title)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _on_group_added(self, group: EditorTabs) -> None:
        group.bar.menu_wanted.connect(lambda pointed: self._on_menu_wanted(group, pointed))
        group.list_wanted.connect(lambda: self._on_list_wanted(group))

    def _on_menu_wanted(self, group: EditorTabs, pointed: TabPointed) -> None:
        page = group.widget(pointed.index)
        menu = self._menu("menu.tab", "Tab")
        self._window.commands.fill_context_menu(menu, MENU)
        # The chosen command runs after the menu has gone.
        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, self, lambda: self.meant.point_at(None)))
        self.meant.point_at(page)
        menu.popup(pointed.position)

    def _on_list_wanted(self, group: EditorTabs) -> None:
        self._panes.activate(group)
        self._list()
