"""One window: makes its parts and joins them. See docs/maintainers/window.md."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QIcon

from copilot_desktop import APPLICATION_NAME
from copilot_desktop.app.first_paint import REST_MS, FirstPaint, PutOff
from copilot_desktop.app.folder_opening import FolderOpening
from copilot_desktop.app.joining import JOINED, WindowShell, make_changes, make_explorer, make_outline, make_search
from copilot_desktop.app.start_page import StartPage
from copilot_desktop.app.window_memory import WindowMemory
from copilot_desktop.bridge.async_loop import AsyncLoop
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.crashes import CrashHook, CrashReported
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.large_documents import LargeDocuments
from copilot_desktop.bridge.folder.presence import FolderMoves
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.session_keeper import SessionKeeper
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.settings.editor_page import EditorPage, UnsavedText
from copilot_desktop.settings.keys_page import KeysPage
from copilot_desktop.ui.activity_bar import SideView
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.ui.editor_status import EditorStatus
from copilot_desktop.ui.editor_views import EditorViews
from copilot_desktop.ui.files import FileCommands
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice, folder_choice
from copilot_desktop.ui.other_windows import OtherWindows
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.workspace.hot_exit.place import UnsavedPlace
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    # After the first paint; the core, 60 ms, on a worker.
    from copilot_desktop.assembly import Core
    from copilot_desktop.bridge.models.starter import StarterFetching
    from copilot_desktop.bridge.preferences import PreferencesController
    from copilot_desktop.editor.view import EditorView
    from copilot_desktop.ui.actions import Action

CLOSING_LIMIT_S = 5.0
OTHERS_LIMIT_S = 0.3
"""While other windows are open: they stand still meanwhile, and the program that goes on can write later."""
"""A disk that hangs keeps the window no longer: what was typed more than a second ago is written down."""


class Pages(NamedTuple):
    """The settings a window must have before it is painted."""

    editor: EditorPage
    keys: KeysPage
    appearance: AppearancePage


class Shared(NamedTuple):
    """What every window of the program works with. `find_window` brings the window that has a folder open to the front
    and says whether there is one; `program_actions` are the actions beyond a window; `unsaved` is where unsaved texts
    are kept, `moves` finds folders that have another name now, `make_starter` gives what fetches the starter model."""

    session: SessionKeeper
    theme: Theme
    loop: AsyncLoop
    crashes: CrashHook
    others: OtherWindows
    program_actions: Callable[[], tuple[Action, ...]]
    unsaved: UnsavedPlace
    moves: FolderMoves
    make_starter: Callable[[], StarterFetching]


class DesktopWindow(QObject):
    """One window with its controllers. `show(place)`; everything ends with the window."""

    settled = Signal()
    """The window is painted with its first files: what was put off may begin."""
    folder_opened = Signal()
    activated = Signal()
    """The window has the keyboard now."""
    closed = Signal()

    def __init__(self, shared: Shared, pages: Pages) -> None:
        super().__init__()
        self._shared, self._theme = shared, shared.theme
        self._views = EditorViews(pages.editor, shared.theme)
        self.core: Core | None = None
        self._is_closed = self._is_painted = self._is_awaited = False
        self.async_thread = AsyncThread(shared.crashes.report, self, shared.loop)
        self.workspace = WorkspaceController(self.async_thread, self, shared.moves)
        self.documents = DocumentsController(self.async_thread, self)
        editors = EditorArea(self.documents, self._views.make, self._icon)
        self.window = MainWindow(editors, self._icon, pages.keys.shortcuts)
        self.files = FileCommands(
            self.window, self.documents, self.workspace, shared.others, lambda: self._opening.hot_exit
        )
        self.files.keeps_unsaved = pages.editor.hot_exit is UnsavedText.KEEP
        self._status = EditorStatus(self.window, self.documents, self.workspace, self._icon)
        self._memory = WindowMemory(self.window, shared.session, lambda: self.folder, self.documents.documents)
        self.start_page = StartPage(editors, self.files, self.workspace, shared.session)
        shell = self._shell()
        self.window.add_side_view(SideView("explorer", "Explorer", "files", partial(make_explorer, shell)))
        self.window.add_side_view(SideView("search", "Search", "search", partial(make_search, shell)))
        self.window.add_side_view(SideView("changes", "Changes", "git-branch", make_changes))
        self.window.add_side_view(SideView("outline", "Outline", "list-tree", partial(make_outline, shell)))
        self._put_off = PutOff(self)
        self._opening = FolderOpening(shell, self._memory, shared.unsaved, self._put_off.finish)
        self._put_off.add(self._opening.keep)
        for join in JOINED:
            self._put_off.add(partial(join, shell))
        self._connect()

    @property
    def folder(self) -> Path | None:
        """The folder that is open here."""
        return self.workspace.workspace.root if self.workspace.workspace is not None else None

    def show(self, folder: Path | None, *, is_behind: bool = False) -> None:
        """Show the window as it was left with a folder, which is opened by itself; the rest is built after the first
        paint. `is_behind`: it takes the keyboard from no other window."""
        self.window.restore(self._memory.window_state(folder))
        self.workspace.hold()
        if folder is not None:
            self._is_awaited = True
        else:
            self.start_page.show()
        self._put_off.watch(self.window, self.window.menuBar())
        FirstPaint(self.window, self._on_first_paint)
        self.window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, is_behind)
        self.window.show()

    def bring_to_front(self) -> None:
        """Show the window above the others and give it the keyboard, as far as the window system lets a program."""
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, False)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def is_empty(self) -> bool:
        """Whether nothing is open here and nothing on its way."""
        return self.files.wanted_folder is None and not list(self.documents.documents)

    def stay_empty(self) -> None:
        """What was to be opened here is not there."""
        self.start_page.show()
        self._on_awaited_shown()

    def take_core(self, core: Core, preferences: PreferencesController) -> bool:
        """The core is built: put chat and review into the window; whether it has them only now. Told twice when it
        settles at that moment."""
        if self._is_closed or self.core is not None:
            return False
        from copilot_desktop.app.features import FEATURES
        from copilot_desktop.app.window_parts import WindowParts

        self._put_off.finish()
        self.core = core
        parts = WindowParts(
            self.window, self.async_thread, self._theme, self.workspace, self.documents, core, preferences,
            self._opening.when_texts_are_back, not self._shared.unsaved.is_brought_back, self._shared.make_starter,
        )  # fmt: skip
        for compose in FEATURES:
            compose(parts)
        from copilot_desktop.app.context_in_window import ContextInWindow
        from copilot_desktop.app.rules_in_window import RulesInWindow
        from copilot_desktop.bridge.folder.trust import TrustController
        from copilot_desktop.ui.changes_in_window import ChangesInWindow
        from copilot_desktop.ui.chat_in_window import ChatInWindow

        chat = self.window.findChild(ChatInWindow)
        if chat is not None:
            self._memory.follow_models(chat.models)
            ContextInWindow(parts, chat, self._memory)
            trust = self.window.findChild(TrustController)
            if trust is not None:
                RulesInWindow(parts, chat, trust, self._memory)
        changes = self.window.findChild(ChangesInWindow)
        if changes is not None:
            changes.panel_made.connect(lambda panel: self._memory.follow_message(panel.box.message))
            if changes.panel is not None:
                self._memory.follow_message(changes.panel.box.message)
        from copilot_desktop.app.first_run import FirstRun

        FirstRun(parts, self.files, self.start_page)
        return True

    def follow_settings(self, page: object) -> None:
        """A page of the settings is another one from now on."""
        if isinstance(page, EditorPage):
            self._views.follow_settings(page, self.window.editors.views())
            self.files.keeps_unsaved = page.hot_exit is UnsavedText.KEEP
        elif isinstance(page, KeysPage):
            self.window.commands.set_overrides(page.shortcuts)

    def _shell(self) -> WindowShell:
        return WindowShell(
            self.window, self.async_thread, self._theme, self.workspace, self.documents, self.files, self.start_page,
            LargeDocuments(self.documents, self.async_thread), self._views, self._icon, lambda: self.folder,
            self._shared.program_actions,
        )  # fmt: skip

    def _connect(self) -> None:
        self._put_off.finished.connect(self._on_joined, Qt.ConnectionType.QueuedConnection)
        self._opening.found_nothing.connect(self._on_awaited_shown)
        self.window.activated.connect(self.activated)
        self.window.closing.connect(self._on_closing)
        self.window.editors.view_added.connect(self._on_view_added)
        self.workspace.opened.connect(self._on_workspace_opened)
        self.files.folder_left.connect(self._memory.note)
        self._theme.changed.connect(self._on_theme_changed)
        self._shared.crashes.reported.connect(self._on_crash_reported)

    def _icon(self, name: str, is_active: bool) -> QIcon:
        tokens = self._theme.tokens
        return icon(name, tokens.text if is_active else tokens.muted)

    def _on_first_paint(self) -> None:
        self._is_painted = True
        self._theme.follow_screen(self.window)
        self._put_off.wait()
        self._join_when_painted()

    def _on_view_added(self, view: EditorView) -> None:
        if not self._put_off.is_finished:
            self._put_off.watch(view.code, view.code.viewport())
            FirstPaint(view.code.viewport(), self._on_awaited_shown)

    def _on_awaited_shown(self) -> None:
        self._is_awaited = False
        self._join_when_painted()

    def _join_when_painted(self) -> None:
        """Begin with what was put off, unless a file or the tabs of the last time are still on their way."""
        if self._is_painted and not self._is_awaited and not self._put_off.is_finished:
            QTimer.singleShot(REST_MS, self, self._begin_joining)

    def _begin_joining(self) -> None:
        if not self._is_closed:
            self._put_off.watch(self.window.windowHandle())
            self._put_off.begin()

    def _on_joined(self) -> None:
        if not self._is_closed:
            self.window.fit_screen()
            self.workspace.release()
            self.settled.emit()

    def _on_workspace_opened(self, workspace: Workspace) -> None:
        self.window.setWindowTitle(f"{workspace.root.name} — {APPLICATION_NAME}")
        self.folder_opened.emit()

    def _on_theme_changed(self) -> None:
        self.window.activity.refresh_icons()
        self._status.refresh_icons()
        self._views.follow_theme(self.window.editors.views())

    def _on_crash_reported(self, event: CrashReported) -> None:
        log = event.log
        where = f"Details are in {log}." if log is not None else "The details could not be written."
        self.window.notices.show_notice(
            Notice(
                "Something in the program failed.",
                f"Your open files are kept. {where}",
                choices=() if log is None else (folder_choice(log),),
                key="crash",
                is_of_folder=False,
            )
        )

    def _on_closing(self) -> None:
        self._is_closed = True
        self._put_off.drop()
        self._memory.end()
        # What is left to do may take a moment, and there is nothing to look at.
        self.window.hide()
        self.workspace.stop()
        is_last = not any(each.isVisible() for each in QGuiApplication.topLevelWindows())
        self._opening.close(CLOSING_LIMIT_S if is_last else OTHERS_LIMIT_S)
        self.async_thread.stop()
        self.closed.emit()
