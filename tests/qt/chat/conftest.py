"""A chat panel over the real core, a real server and plain buffers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.assembly import Core, build_core
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.budgets import BudgetController
from copilot_desktop.bridge.chat.chips import ChipsController
from copilot_desktop.bridge.chat.compaction import CompactionController
from copilot_desktop.bridge.chat.conversations import ConversationsController
from copilot_desktop.bridge.chat.draft_keeper import DraftKeeper
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.conversation.draft_store import DraftStore
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatControllers, ChatPanel
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from copilot_desktop.workspace.paths import Workspace
from tests.support.openai_server import OpenAIServer
from tests.support.plain_buffers import PlainBuffers
from tests.support.threads import running_thread

SOURCE = "def total(items):\n    return sum(items)\n\n\ndef other():\n    return 1\n"


@dataclass
class Chat:
    """What the tests of the chat work with."""

    panel: ChatPanel
    turns: TurnController
    chips: ChipsController
    models: ModelsController
    buffers: PlainBuffers
    server: OpenAIServer
    folder: Path
    core: Core
    conversations: ConversationsController
    errors: list[BaseException] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def theme(qtbot: QtBot) -> Theme:
    return Theme(ThemeChoice.DARK)


@pytest.fixture
def core(server: OpenAIServer, private_home: Path) -> Core:
    core = build_core(program_folders(os.environ), {})
    profile = ProfileSetting("Test", base_url=server.base_url, model="test-model", key_source="none")
    core.settings.save(ModelsPage((profile,), "Test"))
    return core


@pytest.fixture
def thread(qtbot: QtBot, core: Core) -> Iterator[AsyncThread]:
    with running_thread(core) as thread:
        yield thread


@pytest.fixture
def chat(
    qtbot: QtBot, thread: AsyncThread, core: Core, server: OpenAIServer, theme: Theme, tmp_path: Path
) -> Iterator[Chat]:
    (tmp_path / "basket.py").write_text(SOURCE, encoding="utf-8")
    workspace = Workspace(tmp_path)
    files = WorkspaceFiles(lambda: workspace)
    buffers = PlainBuffers()
    turns = TurnController(thread, core.runner, core.conversations, thread)
    chips = ChipsController(buffers, files, thread, core.tokens.count, thread)
    models = ModelsController(thread, core, thread)
    budgets = BudgetController(thread, core.runner.plan, thread)
    conversations = ConversationsController(thread, core.conversations, thread)
    drafts = DraftKeeper(thread, DraftStore(core.conversations), core.drafts_in_hand, thread)

    def make_compaction() -> CompactionController:
        return CompactionController(thread, core, turns, lambda: models.current, thread)

    controllers = ChatControllers(turns, chips, models, budgets, buffers, conversations, drafts, make_compaction)
    panel = ChatPanel(controllers, theme)
    qtbot.addWidget(panel)
    panel.resize(400, 800)
    panel.show()
    with qtbot.waitSignal(models.changed):
        models.load()
    # A new conversation at once, then the one that was kept.
    with qtbot.waitSignals([turns.conversation_opened, turns.conversation_opened]):
        turns.open_workspace(str(workspace.root), files.read_named)
        conversations.open_workspace(str(workspace.root))
    yield Chat(panel, turns, chips, models, buffers, server, workspace.root, core, conversations)
    panel.drafts.stop()
    panel.stop()


def selected(chat: Chat, text: str = SOURCE) -> None:
    """Open basket.py with its first function selected."""
    chat.buffers.put("basket.py", text, LineRange(0, 2))
