"""Joins what compacts the conversations of a window with its models, settings and requests, once it is wanted."""

from __future__ import annotations

from copilot_desktop.assembly import Core
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.compaction import CompactionController
from copilot_desktop.bridge.chat.sent_requests import SentRequests
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.settings.chat_page import ChatPage
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.compaction_in_chat import CompactionInChat
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class CompactionParts:
    """What compaction needs of a window."""

    window: MainWindow
    panel: ChatPanel
    thread: AsyncThread
    core: Core
    turns: TurnController
    models: ModelsController
    preferences: PreferencesController
    requests: SentRequests


def make_compaction(parts: CompactionParts) -> CompactionController:
    """What summarises older turns by the model that is chosen; it stops with its window."""
    made = CompactionController(parts.thread, parts.core, parts.turns, lambda: parts.models.current, parts.panel)
    made.asked.connect(lambda _finished: parts.requests.ask_today())
    parts.window.closing.connect(made.stop)
    parts.panel.compacting.made.connect(lambda shown: _join(parts, shown))
    return made


def _join(parts: CompactionParts, shown: CompactionInChat) -> None:
    shown.request_chosen.connect(parts.requests.ask)
    parts.preferences.page_changed.connect(shown.follow)
    parts.preferences.load(ChatPage)
