"""The log of a session: what was done and what failed, in the order it happened, without a word of content or a key."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.diagnostics.logs import LOG_NAME, start_logging, stop_logging
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.cards import ErrorCard
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.paths import Workspace
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import BASKET, make_shop, opened, panel_of

ROOT = Path(__file__).resolve().parents[2]
KEY = "sk-test-0123456789abcdef"
PROMPT = "wondrous prompt"
ANSWER = "marvellous answer"


@pytest.fixture
def log() -> Iterator[Path]:
    """The file of a log that says everything."""
    levels = {name: logging.getLogger(name).level for name in ("", "copilot_desktop")}
    state = program_folders(os.environ).state
    start_logging(state, is_debug=True)
    yield state / LOG_NAME
    stop_logging()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_a_session_can_be_followed_in_the_log(qtbot: QtBot, tmp_path: Path, log: Path) -> None:
    with OpenAIServer(key=KEY) as server:
        server.server_error(500)
        server.answers(ANSWER)
        profile = ProfileSetting("Test", base_url=server.base_url, model="test-model", key_source="run")
        SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))
        with open_desktop(qtbot, make_shop(tmp_path)) as desktop:
            assert desktop.core is not None
            desktop.core.keys.run_keys.set("Test", KEY)
            view = opened(qtbot, desktop)
            QTest.keyClicks(view.code, "x")
            QTest.keyClick(view.code, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
            qtbot.waitUntil(lambda: "wrote basket.py" in log.read_text())
            panel = panel_of(qtbot, desktop)
            QTest.keyClicks(panel.composer.prompt, PROMPT)
            QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: desktop.window.findChild(ErrorCard) is not None)
            QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: "finished after" in log.read_text())
    text = log.read_text()
    steps = (
        "DEBUG copilot_desktop.app.program: a window on ",
        "INFO copilot_desktop.app.program: copilot-desktop ",
        "DEBUG copilot_desktop.workspace.files: read basket.py: ",
        "DEBUG copilot_desktop.workspace.files: wrote basket.py: ",
        "DEBUG copilot_desktop.assembly: key for “Test” from run: found",
        f"to {server.base_url}/chat/completions: test-model of “Test” (chat)",
        "failed: ServerError: The model's server failed (HTTP 500).",
        "finished after ",
    )
    places = [text.find(step) for step in steps]
    assert -1 not in places, dict(zip(steps, places, strict=True))
    assert places == sorted(places)
    assert re.search(r"request \w+ finished after [\d.]+ s, first token after [\d.]+ s, 11 tokens in, 7 out", text)
    for secret in (KEY, PROMPT, ANSWER, "def total"):
        assert secret not in text


def test_what_fails_is_in_the_log_without_being_asked_for(qtbot: QtBot, tmp_path: Path, log: Path) -> None:
    logging.getLogger("copilot_desktop").setLevel(logging.INFO)
    folder = make_shop(tmp_path)
    (folder / "picture.bin").write_bytes(bytes(range(256)))
    with open_desktop(qtbot, folder) as desktop:
        view = opened(qtbot, desktop)
        (folder / BASKET).chmod(0o444)
        QTest.keyClicks(view.code, "x")
        QTest.keyClick(view.code, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: "not saved: WriteError: basket.py is marked read-only" in log.read_text())
        desktop.documents.open("picture.bin")
        qtbot.waitUntil(lambda: "not opened: UndecodableError: picture.bin" in log.read_text())
        Applier(Workspace(folder), log.parent).apply([FileWrite("new.py", None, b"x\n")], "add new.py")
        qtbot.waitUntil(lambda: "written: new.py" in log.read_text())
    assert "DEBUG" not in log.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_start_with_debug_says_what_runs_where(tmp_path: Path, private_home: Path) -> None:
    log = private_home / "copilot-desktop" / "state" / LOG_NAME
    started = subprocess.Popen(
        [sys.executable, "-m", "copilot_desktop", "--debug", str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    end = time.monotonic() + 60
    while not (log.exists() and "watching: " in log.read_text()):
        assert time.monotonic() < end, "nothing was logged"
        time.sleep(0.05)
    started.send_signal(signal.SIGTERM)
    said = started.communicate(timeout=60)[1]
    for line in (log.read_text(), said):
        assert "INFO copilot_desktop.app.program: the program starts" in line
        assert ", Python 3." in line
        assert "INFO copilot_desktop.app.program: ended with exit code 0" in line
