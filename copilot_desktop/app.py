"""Composition of the window program: makes the parts, joins them, runs Qt. See docs/maintainers/window.md."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAccessible, QIcon
from PySide6.QtWidgets import QApplication, QWidget

from copilot_desktop import APPLICATION_ID, APPLICATION_NAME, __version__
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.crashes import CrashHook, CrashReported
from copilot_desktop.bridge.documents import DocumentsController
from copilot_desktop.bridge.outside_changes import OutsideChanges
from copilot_desktop.bridge.workspace import WorkspaceController
from copilot_desktop.editor.accessibility import accessible_factory
from copilot_desktop.errors import StoreError
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.settings.folders import ProgramFolders, program_folders
from copilot_desktop.settings.keys_page import KeysPage
from copilot_desktop.settings.session import Session, WorkspaceState
from copilot_desktop.settings.store import Page, SettingsStore
from copilot_desktop.ui.activity_bar import SideView
from copilot_desktop.ui.command_palette import CommandPalette
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.ui.editor_menu import EditorMenu
from copilot_desktop.ui.editor_status import EditorStatus
from copilot_desktop.ui.editor_views import EditorViews
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.files import FileCommands
from copilot_desktop.ui.find_bar import FindBar
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.outside_answers import OutsideAnswers
from copilot_desktop.ui.theme.icons import application_icon, icon
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from copilot_desktop.ui.welcome.page import WelcomePage
from copilot_desktop.ui.window_actions import edit_actions, file_actions, find_actions, view_actions
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    # Imports the model side, 60 ms: on a worker, after the first paint.
    from copilot_desktop.assembly import Core

NO_SCREEN = 3
SETTLING_MS = 100
"""Between the first paint and all that is not needed for it: the files of the last time are read and painted first."""
XCB_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
CLOSING_LIMIT_S = 5.0
P = TypeVar("P", bound=Page)


@dataclass(frozen=True, slots=True)
class WindowParts:
    """What a feature is composed of; made after the first paint, when the core is there."""

    window: MainWindow
    thread: AsyncThread
    theme: Theme
    workspace: WorkspaceController
    documents: DocumentsController
    core: Core


def compose_chat(parts: WindowParts) -> object:
    """Put the chat and the settings into the window."""
    # Imports the model side: after the first paint only.
    from copilot_desktop.ui.chat_in_window import ChatInWindow, ChatParts

    return ChatInWindow(
        ChatParts(parts.window, parts.thread, parts.theme, parts.workspace, parts.documents, parts.core)
    )


def compose_review(parts: WindowParts) -> object:
    """Put the review and the prompt in the text into the window, and join them to the chat."""
    from copilot_desktop.bridge.review import ReviewController
    from copilot_desktop.ui.actions import Action
    from copilot_desktop.ui.chat_in_window import ChatInWindow
    from copilot_desktop.ui.inline_prompt import InlinePrompt
    from copilot_desktop.ui.review_in_window import ReviewInWindow

    review = ReviewController(parts.thread, parts.documents, parts.window)
    parts.window.when_idle = review.when_idle
    state_folder = parts.core.folders.state
    parts.workspace.opened.connect(lambda workspace: review.open_workspace(workspace, state_folder))
    if parts.workspace.workspace is not None:
        review.open_workspace(parts.workspace.workspace, state_folder)
    chat = parts.window.findChild(ChatInWindow)
    if chat is not None:
        chat.join_review(review)
        prompt = InlinePrompt(parts.window.editors, chat.turns, lambda: chat.models.current, chat.chips.check)
        has_text = lambda: parts.window.editors.current_view() is not None  # noqa: E731 - asked by the action alone
        action = Action(
            "chat.edit_in_place", "Edit the selection in place", prompt.open_here, ("Ctrl+I",), "Chat", when=has_text
        )
        parts.window.commands.add((action,))
    return ReviewInWindow(parts.window, review, parts.documents, parts.theme)


FEATURES: tuple[Callable[[WindowParts], object], ...] = (compose_chat, compose_review)
"""Called in this order once the core is there: `compose_chat`, `compose_review`."""


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

    def __init__(self, folders: ProgramFolders, theme: Theme, environ: Mapping[str, str], crashes: CrashHook) -> None:
        super().__init__()
        self._folders, self._theme, self._environ = folders, theme, environ
        settings = SettingsStore(folders.config)
        self._session_store = SettingsStore(folders.state)
        problems: list[StoreError] = []
        self._session = _loaded(self._session_store, Session, problems)
        self._views = EditorViews(_loaded(settings, EditorPage, problems), theme)
        self.core: Core | None = None
        self._is_closed = False
        self.async_thread = AsyncThread(crashes.report, self)
        self.workspace = WorkspaceController(self.async_thread, self)
        self.documents = DocumentsController(self.async_thread, self)
        self._outside = OutsideChanges(self.workspace, self.documents)
        editors = EditorArea(self.documents, self._views.make, self._icon)
        self.window = MainWindow(editors, self._icon, _loaded(settings, KeysPage, problems).shortcuts)
        self.files = FileCommands(self.window, self.documents, self.workspace)
        OutsideAnswers(self.window, self.documents, theme)
        self._status = EditorStatus(self.window, self.documents, self.workspace, self._icon)
        self._palette: CommandPalette | None = None
        self._fill()
        for problem in problems:
            self.window.notices.show_notice(Notice(problem.message, problem.advice))
        crashes.reported.connect(self._on_crash_reported)

    def show(self, place: Path | None) -> None:
        """Show the window as it was left, with a folder or file; the rest is built after the first paint."""
        self.window.restore(self._session.window)
        self.workspace.hold()
        if place is not None:
            self.files.open_place(place)
        self._first_paint = _FirstPaint(self.window, self._on_first_paint)
        self.window.show()

    def _fill(self) -> None:
        window = self.window
        window.add_side_view(SideView("explorer", "Explorer", "files", self._make_explorer))
        self._welcome = WelcomePage()
        self._show_recent()
        self._welcome.open_requested.connect(self.files.choose_folder)
        self._welcome.folder_chosen.connect(self._on_recent_chosen)
        window.editors.set_empty(self._welcome)
        window.commands.add(file_actions(window, self.files, lambda: self.workspace.workspace is not None))
        window.commands.add(edit_actions(window))
        EditorMenu(window)
        find_bar = FindBar(window.editors, self._icon)
        window.add_below_notices(find_bar)
        window.commands.add(find_actions(find_bar))
        window.commands.add(view_actions(window, self._show_palette))
        window.closing.connect(self._on_closing)
        window.settings_changed.connect(self._on_settings_changed)
        self.workspace.opened.connect(self._on_workspace_opened)
        self.files.folder_left.connect(self._remember_workspace)
        self._theme.changed.connect(self._on_theme_changed)

    def _show_recent(self) -> None:
        self._welcome.show_recent(self._session.recent_folders)
        self.files.set_recent(self._session.recent_folders)

    def _make_explorer(self) -> QWidget:
        panel = ExplorerPanel(self.workspace, self._icon)
        panel.file_chosen.connect(self.documents.open)
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

    def _remember_workspace(self) -> None:
        workspace = self.workspace.workspace
        if workspace is None:
            return
        document = self.documents.current_document()
        folder = str(workspace.root)
        state = replace(
            self._session.workspace(folder),
            open_files=self.window.editors.tabs.open_paths(),
            active_file=(document.path or "") if document is not None else "",
        )
        self._session = self._session.with_workspace(folder, state)

    def _save_session(self) -> None:
        try:
            self._session_store.save(self._session)
        except StoreError as error:
            print(error.message, file=sys.stderr)  # noqa: T201 - the window is going; the terminal is what is left

    def _on_first_paint(self) -> None:
        QTimer.singleShot(SETTLING_MS, self._on_settled)

    def _on_settled(self) -> None:
        if self._is_closed:
            return
        self.window.fit_screen()
        self.workspace.release()

        def build() -> Core:
            # The features' imports take 200 ms: on this worker, so that the painted window answers meanwhile.
            from copilot_desktop.assembly import build_core
            from copilot_desktop.ui import chat_in_window, inline_prompt, review_in_window  # noqa: F401

            return build_core(self._folders, self._environ)

        self.async_thread.run_in_worker(build, self._on_core_built, self._on_core_failed)

    def _on_core_built(self, core: Core) -> None:
        self.core = core
        if self._is_closed:
            core.close_stores()
            return
        parts = WindowParts(self.window, self.async_thread, self._theme, self.workspace, self.documents, core)
        for compose in FEATURES:
            compose(parts)

    def _on_core_failed(self, error: BaseException) -> None:
        if not isinstance(error, StoreError):
            raise error
        self.window.notices.show_notice(
            Notice(error.message, f"{error.advice} Editing works; chat and review are off until then.".strip())
        )

    def _on_workspace_opened(self, workspace: Workspace) -> None:
        folder = str(workspace.root)
        self._session = self._session.with_recent(folder)
        self._show_recent()
        self.documents.set_workspace(workspace)
        self.window.setWindowTitle(f"{workspace.root.name} — {APPLICATION_NAME}")
        state: WorkspaceState = self._session.workspace(folder)
        wanted = self.files.take_file_to_open()
        for path in (*state.open_files, *((state.active_file,) if state.active_file else ()), *wanted):
            self.documents.open(path)

    def _on_recent_chosen(self, folder: str) -> None:
        self.files.open_place(Path(folder))

    def _on_theme_changed(self) -> None:
        self.window.activity.refresh_icons()
        self.window.commands.refresh_icons()
        self._status.refresh_icons()
        self._views.follow_theme(self.window.editors.tabs.views())

    def _on_settings_changed(self, page: object) -> None:
        if isinstance(page, EditorPage):
            self._views.follow_settings(page, self.window.editors.tabs.views())
        elif isinstance(page, AppearancePage):
            self._theme.choose(ThemeChoice(page.theme.value))
        elif isinstance(page, KeysPage):
            self.window.commands.set_overrides(page.shortcuts)

    def _on_crash_reported(self, event: CrashReported) -> None:
        where = f"Details are in {event.log}." if event.log is not None else "The details could not be written."
        self.window.notices.show_notice(
            Notice("Something in the program failed.", f"Your open files are kept. {where}", key="crash")
        )

    def _on_closing(self) -> None:
        self._is_closed = True
        self._remember_workspace()
        self._session = replace(self._session, window=self.window.state())
        # What is left to do may take a moment, and there is nothing to look at.
        self.window.hide()
        self._save_session()
        self.workspace.stop()
        # A socket or a child process that does not end must not keep the program.
        self.async_thread.stop(CLOSING_LIMIT_S, None if self.core is None else self.core.aclose)


def _loaded(store: SettingsStore, page_type: type[P], problems: list[StoreError]) -> P:
    loaded = store.load_or_default(page_type)
    if loaded.problem is not None:
        problems.append(loaded.problem)
    return loaded.page


def screen_problem(environ: Mapping[str, str]) -> str:
    """Why no window can be shown, as a sentence; '' when it can. Qt itself would abort."""
    if environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return ""
    if not environ.get("DISPLAY") and not environ.get("WAYLAND_DISPLAY"):
        return (
            "There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "Start it on a desktop, or use `copilot-desktop ask FOLDER PROMPT` without a window."
        )
    if environ.get("WAYLAND_DISPLAY"):
        return ""
    import ctypes

    missing = []
    for library, package in XCB_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    if missing:
        return f"Qt needs system libraries that are missing: sudo apt install {' '.join(missing)}"
    return ""


def make_application(argv: Sequence[str]) -> QApplication:
    """The QApplication under the program's one id."""
    app = QApplication([APPLICATION_NAME, *argv])
    app.setApplicationName("copilot-desktop")
    app.setApplicationDisplayName(APPLICATION_NAME)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(APPLICATION_ID)
    app.setWindowIcon(application_icon())
    QAccessible.installFactory(accessible_factory())
    return app


def main(argv: Sequence[str]) -> int:
    """Run the window program. Exit 0, 2 for a wrong command line, 3 where there is no screen or no place for files."""
    arguments = [argument for argument in argv if argument != "--debug"]
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print(f"Not understood: {' '.join(arguments)}. See copilot-desktop --help.", file=sys.stderr)  # noqa: T201
        return 2
    problem = screen_problem(os.environ)
    if problem:
        print(problem, file=sys.stderr)  # noqa: T201
        return NO_SCREEN
    try:
        folders = program_folders(os.environ)
    except StoreError as error:
        print(error.message, error.advice, file=sys.stderr)  # noqa: T201
        return NO_SCREEN
    app = make_application([])
    crashes = CrashHook(folders.state, app)
    crashes.install()
    appearance = SettingsStore(folders.config).load_or_default(AppearancePage).page
    theme = Theme(ThemeChoice(appearance.theme.value), app)
    theme.apply(app)
    desktop = DesktopWindow(folders, theme, dict(os.environ), crashes)
    desktop.show(Path(arguments[0]).expanduser().absolute() if arguments else None)
    try:
        return app.exec()
    finally:
        crashes.uninstall()
