"""What is put into a window once it is painted and the core is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents import DocumentsController
from copilot_desktop.bridge.workspace import WorkspaceController
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    # Imports the model side, 60 ms: on a worker, after the first paint.
    from copilot_desktop.assembly import Core
    from copilot_desktop.bridge.preferences import PreferencesController


@dataclass(frozen=True, slots=True)
class WindowParts:
    """What a feature is composed of; made after the first paint, when the core is there."""

    window: MainWindow
    thread: AsyncThread
    theme: Theme
    workspace: WorkspaceController
    documents: DocumentsController
    core: Core
    preferences: PreferencesController


def import_features() -> None:
    """Import what the features need, 200 ms: on a worker, so that the painted window answers meanwhile."""
    from copilot_desktop.ui import about, chat_in_window, explorer_in_window, inline_prompt, review_in_window  # noqa: F401


def compose_chat(parts: WindowParts) -> object:
    """Put the chat and the settings into the window."""
    # Imports the model side: after the first paint only.
    from copilot_desktop.ui.chat_in_window import ChatInWindow, ChatParts

    return ChatInWindow(
        ChatParts(
            parts.window, parts.thread, parts.theme, parts.workspace, parts.documents, parts.core, parts.preferences
        )
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

        def has_text() -> bool:
            view = parts.window.editors.current_view()
            return view is not None and not view.code.is_large

        action = Action(
            "chat.edit_in_place", "Edit the selection in place", prompt.open_here, ("Ctrl+I",), "Chat", when=has_text
        )
        parts.window.commands.add((action,))
    return ReviewInWindow(parts.window, review, parts.documents, parts.theme)


def compose_quick_open(parts: WindowParts) -> object:
    """Let files and symbols be found by their letters."""
    from copilot_desktop.bridge.quick_open import QuickOpenController
    from copilot_desktop.ui.quick_open import QuickOpen

    controller = QuickOpenController(parts.thread, parts.workspace, parts.documents, parts.window)
    made = QuickOpen(parts.window, controller, parts.documents)
    parts.window.commands.add(made.actions())
    return made


def compose_explorer(parts: WindowParts) -> object:
    """Let files be created, renamed, moved, copied and deleted in the explorer."""
    from copilot_desktop.bridge.file_operations import FileOperations
    from copilot_desktop.ui.explorer.panel import ExplorerPanel
    from copilot_desktop.ui.explorer_in_window import ExplorerInWindow
    from copilot_desktop.ui.theme.icons import icon

    panel = parts.window.findChild(ExplorerPanel)
    if panel is None:
        return None
    operations = FileOperations(parts.thread, parts.workspace, parts.documents, parts.core.folders.state, parts.window)

    def make_icon(name: str, is_active: bool) -> QIcon:
        return icon(name, parts.theme.tokens.text if is_active else parts.theme.tokens.muted)

    made = ExplorerInWindow(parts.window, panel, operations, parts.workspace, make_icon)
    made.follow_settings(parts.preferences)
    return made


def compose_help(parts: WindowParts) -> object:
    """Put what the program says of itself into the Help menu."""
    from copilot_desktop.bridge.about import AboutController
    from copilot_desktop.ui.about import help_actions

    about = AboutController(parts.thread, parts.core.folders, parts.window)
    parts.window.commands.add(help_actions(parts.window, about))
    return about


def compose_settings(parts: WindowParts) -> object:
    """Say what is wrong with files of the settings."""
    from copilot_desktop.ui.settings_notices import SettingsNotices

    return SettingsNotices(parts.window, parts.preferences)


FEATURES: tuple[Callable[[WindowParts], object], ...] = (
    compose_chat,
    compose_review,
    compose_quick_open,
    compose_explorer,
    compose_help,
    compose_settings,
)
"""Called in this order once the core is there."""
