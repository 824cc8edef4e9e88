"""One window: makes its parts and joins them. See docs/maintainers/window.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QWidget

from copilot_desktop import APPLICATION_NAME
from copilot_desktop.app.features import FEATURES, WindowParts
from copilot_desktop.app.window_memory import WindowMemory
from copilot_desktop.bridge.async_loop import AsyncLoop
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.crashes import CrashHook, CrashReported
from copilot_desktop.bridge.documents import DocumentsController
from copilot_desktop.bridge.editor_configs import EditorConfigs
from copilot_desktop.bridge.hot_exit import HotExitController, UnsavedPlace
from copilot_desktop.bridge.large_documents import LargeDocuments
from copilot_desktop.bridge.outside_changes import OutsideChanges
from copilot_desktop.bridge.session_keeper import SessionKeeper
from copilot_desktop.bridge.workspace import WorkspaceController
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.settings.editor_page import EditorPage, UnsavedText
from copilot_desktop.settings.keys_page import KeysPage
from copilot_desktop.settings.session import Session
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.activity_bar import SideView
from copilot_desktop.ui.caret_history import CaretHistory
from copilot_desktop.ui.command_palette import CommandPalette
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.ui.editor_menu import EditorMenu
from copilot_desktop.ui.editor_status import EditorStatus
from copilot_desktop.ui.editor_views import EditorViews
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.files import FileCommands
from copilot_desktop.ui.find_bar import FindBar
from copilot_desktop.ui.folder_notices import FolderNotices
from copilot_desktop.ui.folder_rules import FolderRules
from copilot_desktop.ui.format_choices import FormatChoices
from copilot_desktop.ui.hot_exit_notices import HotExitNotices
from copilot_desktop.ui.indentation_choice import IndentationChoice
from copilot_desktop.ui.large_files import LargeFileBars
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.other_windows import OtherWindows
from copilot_desktop.ui.outside_answers import OutsideAnswers
from copilot_desktop.ui.pane_commands import PaneCommands
from copilot_desktop.ui.tab_commands import TabCommands
from copilot_desktop.ui.text_actions import text_actions
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.ui.welcome.page import WelcomePage
from copilot_desktop.ui.window_actions import edit_actions, file_actions, find_actions, view_actions
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    # Imports the model side, 60 ms: on a worker, after the first paint.
    from copilot_desktop.assembly import Core
    from copilot_desktop.bridge.preferences import PreferencesController

CLOSING_LIMIT_S = 5.0
OTHERS_LIMIT_S = 0.3
"""While other windows are open: they stand still meanwhile, and the program that goes on can write later."""
"""A disk that hangs keeps the window no longer: what was typed more than a second ago is written down."""
SETTLING_MS = 100
"""Between the first paint and all that is not needed for it: the files of the last time are read and painted first."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The settings a window must have before it is painted."""

    editor: EditorPage
    keys: KeysPage
    appearance: AppearancePage


@dataclass(frozen=True, slots=True)
class Shared:
    """What every window of the program works with. `find_window` brings the window that has a folder open to the front
    and says whether there is one; `program_actions` are the actions beyond a window; `unsaved` is where unsaved texts
    are kept."""

    session: SessionKeeper
    theme: Theme
    loop: AsyncLoop
    crashes: CrashHook
    others: OtherWindows
    program_actions: Callable[[], tuple[Action, ...]]
    unsaved: UnsavedPlace


class _FirstPaint(QObject):
    """Calls something once, after the window was first painted."""

    def __init__(self, window: QWidget, call: Callable[[], None]) -> None:
        super().__init__(window)
        self._call = call
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Wait for the first paint event."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._call)
        return False


class DesktopWindow(QObject):
    """One window with its controllers. `show(place)`; everything ends with the window."""

    settled = Signal()
    """The window is painted with its first files: what was put off may begin."""
    folder_opened = Signal()
    closed = Signal()

    def __init__(self, shared: Shared, pages: Pages) -> None:
        super().__init__()
        self._shared, self._theme = shared, shared.theme
        self._views = EditorViews(pages.editor, shared.theme)
        self.core: Core | None = None
        self._is_closed = False
        self.async_thread = AsyncThread(shared.crashes.report, self, shared.loop)
        self.workspace = WorkspaceController(self.async_thread, self)
        self.documents = DocumentsController(self.async_thread, self)
        self.hot_exit = HotExitController(self.async_thread, self.documents, shared.unsaved)
        self._outside = OutsideChanges(self.workspace, self.documents)
        configs = EditorConfigs(self.async_thread, self.documents, self.workspace)
        editors = EditorArea(self.documents, self._views.make, self._icon)
        self.window = MainWindow(editors, self._icon, pages.keys.shortcuts)
        self.files = FileCommands(self.window, self.documents, self.workspace, shared.others, self.hot_exit)
        self.files.keeps_unsaved = pages.editor.hot_exit is UnsavedText.KEEP
        HotExitNotices(self.window, self.hot_exit)
        FolderNotices(self.window, self.workspace, self.files.open_place)
        FormatChoices(self.window, self.documents, self.files)
        IndentationChoice(self.window)
        LargeFileBars(self.window, self.documents, LargeDocuments(self.documents, self.async_thread))
        FolderRules(self.window, configs, self._views, self.documents)
        self.window.commands.add(OutsideAnswers(self.window, self.documents, shared.theme).actions())
        self._status = EditorStatus(self.window, self.documents, self.workspace, self._icon)
        self._palette: CommandPalette | None = None
        self._memory = WindowMemory(self.window, shared.session, lambda: self.folder)
        self._fill()
        shared.crashes.reported.connect(self._on_crash_reported)

    @property
    def folder(self) -> Path | None:
        """The folder that is open here."""
        return self.workspace.workspace.root if self.workspace.workspace is not None else None

    def show(self, folder: Path | None) -> None:
        """Show the window as it was left with a folder, which is opened by itself; the rest is built after the first
        paint."""
        self.window.restore(self._memory.window_state(folder))
        self.workspace.hold()
        self._first_paint = _FirstPaint(self.window, self._on_first_paint)
        self.window.show()

    def bring_to_front(self) -> None:
        """Show the window above the others and give it the keyboard, as far as the window system lets a program."""
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def is_empty(self) -> bool:
        """Whether nothing is open here and nothing on its way."""
        return self.files.wanted_folder is None and not list(self.documents.documents)

    def take_core(self, core: Core, preferences: PreferencesController) -> None:
        """The core is built: put chat and review into the window. Told twice when it settles at that moment."""
        if self._is_closed or self.core is not None:
            return
        self.core = core
        parts = WindowParts(
            self.window, self.async_thread, self._theme, self.workspace, self.documents, core, preferences
        )
        for compose in FEATURES:
            compose(parts)

    def follow_settings(self, page: object) -> None:
        """A page of the settings is another one from now on."""
        if isinstance(page, EditorPage):
            self._views.follow_settings(page, self.window.editors.views())
            self.files.keeps_unsaved = page.hot_exit is UnsavedText.KEEP
        elif isinstance(page, KeysPage):
            self.window.commands.set_overrides(page.shortcuts)

    def _fill(self) -> None:
        window = self.window
        window.add_side_view(SideView("explorer", "Explorer", "files", self._make_explorer))
        self._welcome = WelcomePage()
        self._show_recent()
        self._welcome.open_requested.connect(self.files.choose_folder)
        self._welcome.folder_chosen.connect(self._on_recent_chosen)
        window.editors.set_empty(self._welcome)
        window.commands.add(file_actions(window, self.files, lambda: self.workspace.workspace is not None))
        TabCommands(window, lambda: self.folder)
        PaneCommands(window)
        self._history = CaretHistory(window.editors, self.documents)
        window.commands.add(self._history.actions())
        window.commands.add(edit_actions(window))
        window.commands.add(text_actions(window.editors))
        EditorMenu(window)
        find_bar = FindBar(window.editors, self._icon, self.async_thread.run_in_worker)
        window.add_below_notices(find_bar)
        window.commands.add(find_actions(find_bar, window.editors.panes.front))
        window.commands.add(view_actions(window, self._show_palette))
        window.commands.add(self._shared.program_actions())
        window.closing.connect(self._on_closing)
        self._shared.session.changed.connect(self._on_session_changed)
        self.workspace.opened.connect(self._on_workspace_opened)
        self.files.folder_left.connect(self._memory.note)
        self._theme.changed.connect(self._on_theme_changed)

    def _show_recent(self) -> None:
        recent = self._shared.session.session.recent_folders
        own = str(self.folder) if self.folder is not None else ""
        self._welcome.show_recent([folder for folder in recent if folder != own])
        self.files.recent.folders = recent

    def _make_explorer(self) -> QWidget:
        panel = ExplorerPanel(self.workspace, self._icon)
        panel.file_chosen.connect(self.documents.open)
        panel.file_previewed.connect(self.window.editors.preview)
        self.window.reveal_wanted.connect(panel.reveal)
        panel.add_to_chat_requested.connect(self.window.explorer_add_to_chat)
        panel.open_folder_requested.connect(self.files.choose_folder)
        return panel

    def _icon(self, name: str, is_active: bool) -> QIcon:
        tokens = self._theme.tokens
        return icon(name, tokens.text if is_active else tokens.muted)

    def _show_palette(self) -> None:
        if self._palette is None:
            self._palette = CommandPalette(self.window.commands, self.window)
        self._palette.popup()

    def _on_first_paint(self) -> None:
        QTimer.singleShot(SETTLING_MS, self._on_settled)

    def _on_settled(self) -> None:
        if self._is_closed:
            return
        self.window.fit_screen()
        self.workspace.release()
        self.settled.emit()

    def _on_workspace_opened(self, workspace: Workspace) -> None:
        folder = str(workspace.root)
        self._shared.session.update(lambda session: session.with_recent(folder))
        self._show_recent()
        self.window.editors.closed_tabs.forget()
        self._history.forget()
        self.documents.set_workspace(workspace)
        self.window.setWindowTitle(f"{workspace.root.name} — {APPLICATION_NAME}")
        self.hot_exit.open_workspace(workspace, self._open_files)
        self.folder_opened.emit()

    def _open_files(self) -> None:
        self._memory.restore_tabs()
        for path, lines in self.files.take_files_to_open():
            self.documents.open(path, lines)

    def _on_recent_chosen(self, folder: str) -> None:
        self.files.open_place(Path(folder))

    def _on_theme_changed(self) -> None:
        self.window.activity.refresh_icons()
        self._status.refresh_icons()
        self._views.follow_theme(self.window.editors.views())

    def _on_session_changed(self, _session: Session) -> None:
        self._show_recent()

    def _on_crash_reported(self, event: CrashReported) -> None:
        where = f"Details are in {event.log}." if event.log is not None else "The details could not be written."
        self.window.notices.show_notice(
            Notice(
                "Something in the program failed.",
                f"Your open files are kept. {where}",
                key="crash",
                is_of_folder=False,
            )
        )

    def _on_closing(self) -> None:
        self._is_closed = True
        self._memory.note()
        # What is left to do may take a moment, and there is nothing to look at.
        self.window.hide()
        self.workspace.stop()
        is_last = not any(each.isVisible() for each in QGuiApplication.topLevelWindows())
        self.hot_exit.close(CLOSING_LIMIT_S if is_last else OTHERS_LIMIT_S)
        self.async_thread.stop()
        self.closed.emit()
