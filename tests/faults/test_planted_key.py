"""A key is used, refused, repeated by the server, and caught up in crashes; afterwards it is nowhere on disk.

Looked for in every file below the program's home and the project, in the environments and arguments of its children,
and in what it printed; with the log at its most talkative.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import Program
from copilot_desktop.conversation.events import TurnFinished
from copilot_desktop.conversation.exporting import markdown_of, write_markdown
from copilot_desktop.conversation.turns import StoredTurn
from copilot_desktop.diagnostics.logs import start_logging, stop_logging
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import HeaderSetting, ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat_in_window import ChatInWindow
from tests.conftest import child_processes
from tests.support.desktop import open_program
from tests.support.openai_server import OpenAIServer
from tests.support.shop import make_shop, panel_of

# Of no provider's form: only knowing it can take it out.
KEY = "planted.0123.QwErTy.not-a-real-key"
pytestmark = pytest.mark.logs_warnings


@pytest.fixture(autouse=True)
def talkative_log(private_home: Path) -> Iterator[None]:
    """The log as with --debug."""
    levels = {name: logging.getLogger(name).level for name in ("", "copilot_desktop")}
    start_logging(program_folders(os.environ).state, is_debug=True)
    yield
    stop_logging()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def server(private_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with OpenAIServer(key=KEY) as running:
        profile = ProfileSetting(
            "Test",
            base_url=running.base_url,
            model="test-model",
            key_source="environment",
            headers=(HeaderSetting("x-own-key", "{key}"), HeaderSetting("Authorization", "Bearer {key}")),
        )
        SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))
        yield running


def test_no_byte_of_a_key_is_left_behind(
    qtbot: QtBot, tmp_path: Path, private_home: Path, server: OpenAIServer, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = make_shop(tmp_path)
    with open_program(qtbot, folder, may_crash=True) as program:
        desktop = program.windows[0]
        panel = panel_of(qtbot, desktop)
        faults: tuple[Callable[[], None], ...] = (
            lambda: server.answers("It sums."),
            lambda: server.fails(401, f"Incorrect API key provided: {KEY}", code="invalid_api_key"),
            lambda: server.fails(500, f"internal error while checking Bearer {KEY}"),
            lambda: server.fails(400, f"unknown header value {KEY}"),
            lambda: server.error_in_stream(f"upstream refused {KEY}"),
            lambda: server.malformed(f"data: {{{KEY}\n\n"),
            lambda: server.cut(["It ", "sums"]),
        )
        for number, fault in enumerate(faults, 1):
            fault()
            ask(qtbot, desktop, panel, f"question {number}")
            assert len(kept_turns(program, folder)) == number
        assert any(request.authorization == f"Bearer {KEY}" for request in server.requests)
        crash(qtbot, desktop)
        children = look_at_the_built_in_model(qtbot, program)
        export(program, folder, tmp_path / "exported.md")
        desktop.window.commands.run("file.save_all")
    assert KEY.encode() not in children
    stop_logging()
    looked_at = [path for root in (private_home, folder, tmp_path) for path in root.rglob("*") if path.is_file()]
    assert len(looked_at) > 5
    assert [str(path) for path in looked_at if KEY.encode() in path.read_bytes()] == []
    printed = capfd.readouterr()
    assert KEY not in printed.out + printed.err


def ask(qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, prompt: str) -> None:
    """Ask in the chat and wait for the end of the answer, whatever it is."""
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    panel.composer.prompt.clear()
    QTest.keyClicks(panel.composer.prompt, prompt)
    ended: list[object] = []
    chat.turns.turn_event.connect(lambda event: ended.append(event) if isinstance(event, TurnFinished) else None)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(ended) and not chat.turns.is_running)


def kept_turns(program: Program, folder: Path) -> tuple[StoredTurn, ...]:
    """The turns of the only conversation."""
    assert program.core is not None
    store = program.core.conversations
    (conversation,) = store.conversations(str(folder))
    return store.turns(conversation.conversation_id)


def crash(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """An error that nobody catches and that has the key in its message and its cause."""

    def fail() -> None:
        try:
            raise KeyError(f"Bearer {KEY}")
        except KeyError as error:
            raise ValueError(f"api_key={KEY} was refused") from error

    desktop.async_thread.run_in_worker(fail)
    qtbot.waitUntil(lambda: any(notice.key == "crash" for notice in desktop.window.notices.shown()))


def look_at_the_built_in_model(qtbot: QtBot, program: Program) -> bytes:
    """Environments and arguments of the children, once the built-in model runs."""
    assert program.core is not None
    core = program.core
    ended: list[object] = []
    built_in = core.profiles()[-1]
    program.windows[0].async_thread.submit(core.client.warm(built_in), ended.append, ended.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=60_000)
    seen = b""
    for pid in child_processes():
        seen += Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
    assert b"--worker" in seen
    return seen


def export(program: Program, folder: Path, target: Path) -> None:
    """The conversation as Markdown."""
    assert program.core is not None
    store = program.core.conversations
    (conversation,) = store.conversations(str(folder))
    write_markdown(target, markdown_of(conversation, kept_turns(program, folder)))
