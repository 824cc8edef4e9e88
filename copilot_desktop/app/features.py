"""What is put into a window once the core is there (FEATURES); parts of it stand in `…_features.py`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from copilot_desktop.app.findings_features import compose_findings
from copilot_desktop.app.review_features import compose_history, compose_review
from copilot_desktop.app.search_features import compose_navigation, compose_search
from copilot_desktop.app.window_parts import WindowParts

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from copilot_desktop.bridge.about import AboutController
    from copilot_desktop.bridge.context.folder_symbols import FolderSymbols
    from copilot_desktop.bridge.folder.folder_files import FolderFiles


def compose_chat(parts: WindowParts) -> object:
    """Put the chat and the settings into the window."""
    from copilot_desktop.ui.chat_in_window import ChatInWindow, ChatParts

    return ChatInWindow(
        ChatParts(
            parts.window,
            parts.thread,
            parts.theme,
            parts.workspace,
            parts.documents,
            parts.core,
            parts.preferences,
            parts.make_starter,
        )
    )


def compose_quick_open(parts: WindowParts) -> object:
    """Let files and symbols be found by their letters."""
    from copilot_desktop.bridge.files.quick_open import QuickOpenController
    from copilot_desktop.ui.quick_open import QuickOpen

    def make_symbols() -> FolderSymbols:
        from copilot_desktop.app.index_in_window import index_of
        from copilot_desktop.bridge.context.folder_symbols import FolderSymbols

        return FolderSymbols(index_of(parts.window), parts.documents)

    controller = QuickOpenController(parts.thread, parts.workspace, parts.documents, make_symbols, parts.window)
    controller.make_files = lambda: files_of(parts)
    made = QuickOpen(parts.window, controller, parts.documents)
    parts.window.commands.add(made.actions())
    return made


def files_of(parts: WindowParts) -> FolderFiles:
    """The files of a window's folder, which whatever finds them by letters shares; made with the first question."""
    from copilot_desktop.bridge.folder.folder_files import FolderFiles

    return parts.window.findChild(FolderFiles) or FolderFiles(parts.thread, parts.workspace, parts.window)


def compose_explorer(parts: WindowParts) -> object:
    """Let files be created, renamed, moved, copied and deleted in the explorer."""
    from copilot_desktop.assembly import keep_limits
    from copilot_desktop.bridge.files.operations import FileOperations
    from copilot_desktop.ui.explorer.panel import ExplorerPanel
    from copilot_desktop.ui.explorer_in_window import ExplorerInWindow
    from copilot_desktop.ui.front_file_in_explorer import FrontFileInExplorer
    from copilot_desktop.ui.theme.icons import icon

    # Its commands belong to the window, also where that came back with another side view.
    panel = parts.window.side_view("explorer")
    assert isinstance(panel, ExplorerPanel)  # noqa: S101 - made in `joining`
    operations = FileOperations(parts.thread, parts.workspace, parts.documents, parts.core.folders.state, parts.window)
    operations.size_limit = lambda: keep_limits(parts.core.settings).size_bytes

    def make_icon(name: str, is_active: bool) -> QIcon:
        return icon(name, parts.theme.tokens.text if is_active else parts.theme.tokens.muted)

    made = ExplorerInWindow(parts.window, panel, operations, parts.workspace, make_icon)
    FrontFileInExplorer(parts.window, panel, parts.workspace, parts.preferences)
    made.follow_settings(parts.preferences)
    return made


def compose_help(parts: WindowParts) -> object:
    """Put what the program says of itself into the Help menu."""
    from copilot_desktop.ui.window_actions import help_actions

    @cache
    def make() -> AboutController:
        from copilot_desktop.bridge.about import AboutController

        return AboutController(parts.thread, parts.core.folders, parts.window)

    parts.window.commands.add(help_actions(parts.window, make, parts.core.folders.state))
    return make


def compose_settings(parts: WindowParts) -> object:
    """Say what is wrong with files of the settings."""
    from copilot_desktop.ui.outside_answers import OutsideAnswers
    from copilot_desktop.ui.settings_notices import SettingsNotices

    answers = parts.window.findChild(OutsideAnswers)
    if answers is not None:
        answers.preferences = parts.preferences
    return SettingsNotices(parts.window, parts.preferences)


def compose_trust(parts: WindowParts) -> object:
    """Ask whether the opened folder is trusted."""
    from copilot_desktop.bridge.folder.trust import TrustController
    from copilot_desktop.ui.trust_in_window import TrustInWindow

    trust = TrustController(parts.thread, parts.workspace, parts.core.folders.state, parts.window)
    parts.window.activated.connect(trust.look)
    return TrustInWindow(parts.window, trust, parts.theme, parts.preferences)


def compose_changes(parts: WindowParts) -> object:
    """Show what git says has changed, and let it be staged, discarded and committed."""
    from copilot_desktop.assembly import keep_limits
    from copilot_desktop.bridge.folder.trust import TrustController
    from copilot_desktop.bridge.git.committing import Committing
    from copilot_desktop.bridge.git.controller import GitController
    from copilot_desktop.bridge.git.margins import GitMargins
    from copilot_desktop.bridge.git.outside_changes import OutsideGitChanges
    from copilot_desktop.bridge.git.writing import GitWriting
    from copilot_desktop.ui.changes_in_window import ChangesInWindow, GitParts
    from copilot_desktop.ui.explorer_marks import ExplorerMarks
    from copilot_desktop.ui.history_in_window import HistoryInWindow
    from copilot_desktop.ui.margin_changes import MarginChanges

    window, core = parts.window, parts.core
    git = GitController(parts.thread, parts.workspace, window)
    trust = window.findChild(TrustController)
    if trust is not None:
        git.runs_programs = trust.runs_programs
    writing = GitWriting(git, parts.documents, core.folders.state, window)
    writing.size_limit = lambda: keep_limits(core.settings).size_bytes
    made = ChangesInWindow(window, parts.documents, GitParts(git, writing, Committing(git, window)), parts.theme)
    made.preferences = parts.preferences
    window.leaving.connect(OutsideGitChanges(git, window).stop)
    ExplorerMarks(window, git, parts.theme)
    MarginChanges(window, GitMargins(git, parts.documents, window), parts.theme)
    history = window.findChild(HistoryInWindow)
    if history is not None:
        made.take_back_by(lambda entry_id: history.history.take_back(entry_id))
    return made


FEATURES: tuple[Callable[[WindowParts], object], ...] = (
    compose_trust,
    compose_chat,
    compose_review,
    compose_quick_open,
    compose_navigation,
    compose_explorer,
    compose_search,
    compose_help,
    compose_settings,
    compose_history,
    compose_changes,
    compose_findings,
)
"""Called in this order once the core is there."""
