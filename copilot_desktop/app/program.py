"""The window program: one process with any number of windows, and what they share."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from copilot_desktop import APPLICATION_ID, APPLICATION_NAME, __version__
from copilot_desktop.app.command_line import Place, WindowCommand, places_of
from copilot_desktop.app.desktop_window import DesktopWindow, Pages, Shared
from copilot_desktop.app.places_in_windows import PlacesInWindows
from copilot_desktop.bridge.async_loop import AsyncLoop
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.bridge.folder.presence import FolderMoves
from copilot_desktop.bridge.garbage import GarbageCollector
from copilot_desktop.bridge.instance_server import InstanceServer
from copilot_desktop.bridge.places import PlaceFinder
from copilot_desktop.bridge.quit_signals import QuitSignals
from copilot_desktop.bridge.session_keeper import SessionKeeper
from copilot_desktop.credentials.waiting import within
from copilot_desktop.diagnostics.crash_report import FatalLog
from copilot_desktop.diagnostics.logs import start_logging, stop_logging, write_waiting
from copilot_desktop.editor.accessibility import accessible_factory
from copilot_desktop.instance import Claim, HandOver
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.settings.folders import ProgramFolders
from copilot_desktop.settings.keys_page import KeysPage
from copilot_desktop.settings.session import Session
from copilot_desktop.settings.store import Page, SettingsStore
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.notices import Notice, folder_choice, settings_key
from copilot_desktop.ui.other_windows import OtherWindows
from copilot_desktop.ui.theme.icons import application_icon
from copilot_desktop.ui.theme.theme import STYLE, Theme, ThemeChoice
from copilot_desktop.workspace.hot_exit.place import UnsavedPlace, wait_for_endings

if TYPE_CHECKING:
    # Imports the model side, 60 ms: on a worker, after the first paint.
    from copilot_desktop.app.core_in_windows import CoreInWindows
    from copilot_desktop.app.missing_folders import MissingFolders
    from copilot_desktop.assembly import Core
    from copilot_desktop.bridge.models.starter import StarterFetching
    from copilot_desktop.llm.transport.connection import Limits

_log = logging.getLogger(__name__)

CLOSING_LIMIT_S = 5.0
_ACTIVE_MS = 500
_SCALE_VARIABLE = "QT_SCALE_FACTOR"
P = TypeVar("P", bound=Page)


class Program(QObject):
    """All windows, one asyncio thread, one core. Ends itself when the last window has closed.

    `is_safe`: without the session; nothing of it is read or written, and unsaved text stays where it is kept.
    """

    def __init__(
        self,
        folders: ProgramFolders,
        environ: Mapping[str, str],
        theme: Theme,
        crashes: CrashHook,
        *,
        is_safe: bool = False,
    ) -> None:
        super().__init__()
        self._folders, self._environ, self._theme = folders, environ, theme
        self._problems: list[Notice] = []
        self._settings = SettingsStore(folders.config)
        self.pages = Pages(self._loaded(EditorPage), self._loaded(KeysPage), self._loaded(AppearancePage))
        self.loop = AsyncLoop(crashes.report)
        self._thread = AsyncThread(crashes.report, self, self.loop)
        store = None if is_safe else SettingsStore(folders.state)
        session = self._loaded(Session, store) if store is not None else Session()
        self.session = SessionKeeper(store, session, self.loop)
        unsaved = UnsavedPlace(folders.state, is_brought_back=not is_safe)
        self.windows: list[DesktopWindow] = []
        self._used_last: DesktopWindow | None = None
        # A window that is only shown may have the keyboard for a moment.
        self._activation = QTimer(self, singleShot=True, interval=_ACTIVE_MS)
        self._activation.timeout.connect(self._remember_folders)
        self._places = PlacesInWindows(PlaceFinder(self._thread, self), self.windows, self._make_window)
        others = OtherWindows(self._places.find_window, lambda place: self.open_places([Place(place)], is_new=True))
        moves = FolderMoves(self.session)
        self._shared = Shared(
            self.session,
            theme,
            self.loop,
            crashes,
            others,
            self._actions,
            unsaved,
            moves,
            _starter_maker(self, self._thread),
        )
        self._places.missing.connect(_missing_teller(self._places, self.session, moves, self._thread))
        self.limits: Limits | None = None
        """Time limits of requests, where they are not the usual ones; to be set before the first window."""
        self._cores: CoreInWindows | None = None
        self.server: InstanceServer | None = None
        self.garbage = GarbageCollector(self)
        self._is_quitting = False

    def start(self, command: WindowCommand) -> None:
        """Show the places of a command line; without any, the windows that were open together the last time."""
        if command.places:
            first, *others = command.places
            self.open_window(first)
            if others:
                self.open_places(others, is_new=command.is_new_window)
            return
        folders = [folder for folder in self.session.session.open_folders if folder]
        window = self._make_window(Path(folders[0]) if folders else None)
        self._places.bring_back(folders, window)

    def listen(self, claim: Claim) -> None:
        """Take the places of later starts once the first window is settled."""
        self.server = InstanceServer(claim, self._thread, self)
        self.server.asked.connect(self._on_handed_over)

    def open_places(self, places: Sequence[Place], *, is_new: bool = False) -> None:
        """Show folders and files, each where it is open already, else in an empty window, else in a new one.

        Without places it is a new window, or the one that is empty already.
        """
        if not places:
            self._places.show(is_new=is_new)
        for place in places:
            self._places.open(place, is_new=is_new)

    def open_window(self, place: Place | None = None) -> DesktopWindow:
        """Another window; the place is opened in it once it was looked at, unless a window has it already."""
        made = self._make_window(place.path if place is not None else None)
        if place is not None:
            self._places.open(place, preferred=made)
        return made

    def say_fatal_end(self, report: Path) -> None:
        """Say in the first window that the last run was ended by the system."""
        notice = Notice(
            "The program ended unexpectedly the last time.",
            f"Where it stood then is in {report}; it holds nothing of your files. A bug report may use it.",
            choices=(folder_choice(report),),
            key="fatal",
            is_of_folder=False,
        )
        self.windows[0].window.notices.show_notice(notice)

    def quit(self) -> None:
        """Close every window, asking where that must be asked; they come back together at the next start."""
        self._remember_folders()
        self._is_quitting = True
        for each in tuple(self.windows):
            each.window.close()

    def _make_window(self, folder: Path | None, is_behind: bool = False) -> DesktopWindow:
        """Show a window as it was left with this folder; nothing is open in it."""
        made = DesktopWindow(self._shared, self.pages)
        self.windows.append(made)
        made.settled.connect(lambda: self._on_window_settled(made))
        made.folder_opened.connect(self._remember_folders)
        made.activated.connect(self._activation.start)
        made.files.stayed_open.connect(self._on_window_stayed)
        made.closed.connect(lambda: self._on_window_closed(made))
        for problem in self._problems:
            made.window.notices.show_notice(problem)
        self._problems.clear()
        _log.debug("a window on %s", folder or "nothing")
        # Who works in one already goes on there.
        active = QApplication.activeWindow() if is_behind else None
        made.show(folder, is_behind=is_behind)
        if active is not None:
            active.raise_()
            active.activateWindow()
        return made

    def _actions(self) -> tuple[Action, ...]:
        return (
            Action("file.new_window", "New window", self.open_window, ("Ctrl+Shift+N",), "File", 0),
            Action("file.quit", "Quit", self.quit, ("Ctrl+Q",), "File", 3),
        )

    def _on_handed_over(self, request: HandOver) -> None:
        if request.activation_token:
            os.environ["XDG_ACTIVATION_TOKEN"] = request.activation_token  # Qt reads and clears it when it activates
        self.open_places(places_of(request), is_new=request.is_new_window)

    def _remember_folders(self) -> None:
        """Remember which windows are open, and which of them has the keyboard."""
        active = next((each for each in self.windows if each.window.isActiveWindow()), None)
        self._used_last = active or self._used_last
        # While they come back, one whose folder was not looked at yet has none to be remembered.
        is_coming = active is not None and bool(self._places.to_come) and active.is_empty()
        if self._is_quitting or is_coming or not self.windows:
            return
        # The one that is worked in comes first: it is the one in front the next time.
        windows = sorted(self.windows, key=lambda each: each is not self._used_last)
        folders = (*(str(each.files.wanted_folder or "") for each in windows), *self._places.to_come)
        self.session.update(lambda session: replace(session, open_folders=folders))

    @property
    def core(self) -> Core | None:
        """What all windows work with; None before it is built."""
        return None if self._cores is None else self._cores.core

    def _on_window_settled(self, window: DesktopWindow) -> None:
        if self._cores is None:
            from copilot_desktop.app.core_in_windows import CoreInWindows

            self._cores = CoreInWindows(self._thread, self._shared, self.windows, self._build_core, self)
            self._cores.page_changed.connect(self._on_page_changed)
            self._cores.window_wanted.connect(self._on_window_wanted)
            QApplication.setWindowIcon(application_icon())
            if self.server is not None:
                self.server.listen()
        self._cores.serve(window)

    def _build_core(self) -> Core:
        """On a worker."""
        from copilot_desktop.assembly import build_core
        from copilot_desktop.diagnostics.report import system_line

        write_waiting()
        _log.info("%s", system_line())
        core = build_core(self._folders, self._environ, limits=self.limits)
        self._shared.moves.bring_along(core)
        return core

    def _on_window_wanted(self) -> None:
        self._places.show()

    def _on_page_changed(self, page: object) -> None:
        if isinstance(page, EditorPage):
            self.pages = self.pages._replace(editor=page)
        elif isinstance(page, KeysPage):
            self.pages = self.pages._replace(keys=page)
        elif isinstance(page, AppearancePage):
            self.pages = self.pages._replace(appearance=page)
            self._theme.follow(page)
        for each in self.windows:
            each.follow_settings(page)

    def _on_window_stayed(self) -> None:
        self._is_quitting = False
        self._remember_folders()

    def _on_window_closed(self, closed: DesktopWindow) -> None:
        self.windows.remove(closed)
        self._used_last = None if closed is self._used_last else self._used_last
        closed.window.deleteLater()
        closed.deleteLater()
        if self.windows:
            self._remember_folders()
            self.garbage.collect_soon()
        else:
            self._end()

    def _end(self) -> None:
        """Close what the windows shared."""
        wait_for_endings(CLOSING_LIMIT_S)
        if self._cores is not None:
            self._cores.close()
        problem = self.session.save()
        if problem is not None:
            print(problem.message, file=sys.stderr)  # noqa: T201 - the windows are gone; the terminal is what is left
        self._thread.stop()
        # A socket or a child process that does not end must not keep the program.
        self.loop.stop(CLOSING_LIMIT_S, None if self.core is None else self.core.aclose)
        self.garbage.stop()

    def _loaded(self, page_type: type[P], store: SettingsStore | None = None) -> P:
        loaded = (store or self._settings).load_or_default(page_type)
        if loaded.problem is not None:
            # What is said of a settings page is said anew, with its line, when its file is watched.
            key = settings_key(page_type.NAME) if store is None else ""
            self._problems.append(Notice(loaded.problem.message, loaded.problem.advice, key=key, is_of_folder=False))
        return loaded.page


def _missing_teller(
    places: PlacesInWindows, keeper: SessionKeeper, moves: FolderMoves, thread: AsyncThread
) -> Callable[[str], None]:
    """Says which folders of the last time are not there; most starts miss none."""

    @cache
    def make() -> MissingFolders:
        from copilot_desktop.app.missing_folders import MissingFolders

        return MissingFolders(places, keeper, moves, thread)

    return lambda folder: make().look(folder)


def _starter_maker(program: Program, thread: AsyncThread) -> Callable[[], StarterFetching]:
    """Gives what fetches the starter model for all windows; made when the first of them shows it."""
    made: list[StarterFetching] = []

    def tell() -> None:
        from copilot_desktop.bridge.models.controller import ModelsController

        for each in program.windows:
            models = each.window.findChild(ModelsController)
            if models is not None:
                models.load()

    def make() -> StarterFetching:
        from copilot_desktop.bridge.models.starter import StarterFetching

        if program.core is None:
            raise LookupError("the core is built first")
        if not made:
            made.append(StarterFetching(thread, program.core, program))
            made[0].fetched.connect(tell)
        return made[0]

    return make


def make_application(argv: Sequence[str]) -> QApplication:
    """The QApplication under the program's one id."""
    app = QApplication([APPLICATION_NAME, *STYLE, *argv])
    app.setApplicationName("copilot-desktop")
    app.setApplicationDisplayName(APPLICATION_NAME)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(APPLICATION_ID)
    QAccessible.installFactory(accessible_factory())
    return app


def make_scaled_application(settings: SettingsStore) -> QApplication:
    """The QApplication, as large as the settings say: Qt asks for it once, at its start."""
    scale = settings.load_or_default(AppearancePage).page.scale
    is_ours = scale.factor != 1.0 and _SCALE_VARIABLE not in os.environ
    if is_ours:
        os.environ[_SCALE_VARIABLE] = str(scale.factor)
    try:
        return make_application([])
    finally:
        if is_ours:
            del os.environ[_SCALE_VARIABLE]


def run(command: WindowCommand, folders: ProgramFolders, environ: Mapping[str, str], claim: Claim) -> int:
    """Show the windows until the last one closes; returns the exit code."""
    start_logging(folders.state, is_debug=command.is_debug)
    _log.info("the program starts%s", " in safe mode" if command.is_safe else "")
    fatal = FatalLog(folders.state)
    left = fatal.start()
    app = make_scaled_application(SettingsStore(folders.config))
    crashes = CrashHook(folders.state, app)
    crashes.install()
    theme = Theme(ThemeChoice.SYSTEM, app)
    program = Program(folders, environ, theme, crashes, is_safe=command.is_safe)
    theme.follow(program.pages.appearance)
    theme.apply(app)
    signals = QuitSignals(app)
    signals.quit_wanted.connect(program.quit)
    program.listen(claim)
    program.start(command)
    if left is not None:
        program.say_fatal_end(left)
    code = 0
    try:
        code = app.exec()
        return code
    finally:
        _log.info("ended with exit code %d", code)
        with suppress(TimeoutError):  # the folder of state may be on a disk that does not answer
            within(CLOSING_LIMIT_S, fatal.stop)
        stop_logging()
        signals.close()
        crashes.uninstall()
