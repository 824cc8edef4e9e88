"""What a process of the program holds when its window stands there and nothing was asked yet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from copilot_desktop.ui import chat_in_window, code_colours
from copilot_desktop.ui.chat import markdown_blocks
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from tests.support.desktop import open_desktop

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 240
"""A start takes two seconds, and many times that beside other work."""
pytestmark = pytest.mark.timeout(LIMIT_S + 60)
MOST_MODULES = 587
"""Of our own; each takes some 30 KiB and half a millisecond. Raise it for what a window needs before it is used."""

_LOOK = """
import gc, json, linecache, os, signal, sys, threading, time

elsewhere = []

class Finder:
    def find_spec(self, name, path, target=None):
        if threading.current_thread() is not threading.main_thread():
            elsewhere.append(name)

sys.meta_path.insert(0, Finder())

def look():
    while "copilot_desktop.ui.margin_changes" not in sys.modules:  # imported by the last feature of a window
        time.sleep(0.1)
    time.sleep(1)
    ours = [name for name in linecache.cache if f"{os.sep}copilot_desktop{os.sep}" in name]
    loaded = sorted(name for name, module in sys.modules.items() if "_late" not in getattr(module, "__dict__", {}))
    gc.unfreeze()
    types = [each for each in gc.get_objects() if isinstance(each, type)]
    classes = [each.__qualname__ for each in types if each.__module__.startswith("PySide6")]
    print(json.dumps({"sources": ours, "modules": loaded, "elsewhere": elsewhere, "qt": classes}), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=look, daemon=True).start()
from copilot_desktop.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Told by the program itself, with a folder and a file open."""
    home = tmp_path_factory.mktemp("idle")
    shop = home / "shop"
    shop.mkdir()
    (shop / "app.py").write_text("x = 1\n" * 50)
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, str(shop), str(shop / "app.py")],
        env=os.environ | {"PYTHONPATH": str(ROOT), "COPILOT_DESKTOP_HOME": str(home / "home"), "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_importing_reads_no_sources(idle: dict[str, Any]) -> None:
    """PySide's own import keeps the source of every module that is imported."""
    assert idle["sources"] == []


def test_what_only_requests_need_is_not_loaded(idle: dict[str, Any]) -> None:
    """Some 40 MiB: the SDK, what draws answers, counts tokens and reads keys, and what describes installed parts."""
    unneeded = {
        "openai", "httpx2", "pydantic", "regex", "tiktoken", "markdown_it", "pygments", "keyring", "rapidfuzz",
        "pygit2", "http.client", "urllib.request", "email.message", "importlib.metadata", "importlib.resources",
        "inspect", "ssl", "_ssl", "_hashlib", "asyncio.sslproto",
        "copilot_desktop.edits.proposing", "copilot_desktop.syntax", "copilot_desktop.ui.preferences.preferences_page",
    }  # fmt: skip
    assert unneeded & set(idle["modules"]) == set()


def test_qt_is_asked_for_nothing_that_makes_all_classes_of_a_kind(idle: dict[str, Any]) -> None:
    """A QWidget or QObject that Python does not know has PySide make each class it could be of: 1 and 2 MiB. QStyle's
    560 names are 0.4."""
    assert "QWidget" in idle["qt"]
    assert {"QWizard", "QProcess", "QStyle", "QStyle.StandardPixmap"} & set(idle["qt"]) == set()


def test_what_is_shown_later_is_not_loaded_before(idle: dict[str, Any]) -> None:
    later = {
        "chat.turn_view", "chat.answer_view", "review.review_view", "diff.diff_list", "inline_prompt", "picker",
        "command_palette", "pick_list", "tab_switcher",
    }  # fmt: skip
    assert {f"copilot_desktop.ui.{name}" for name in later} & set(idle["modules"]) == set()
    ours = [name for name in idle["modules"] if name.split(".")[0] == "copilot_desktop"]
    assert len(ours) <= MOST_MODULES, f"{len(ours)} modules of our own"


def test_what_draws_answers_is_loaded_with_the_composer_or_a_kept_conversation(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warmed: list[str] = []
    monkeypatch.setattr(markdown_blocks, "warm", lambda: warmed.append("markdown"))
    monkeypatch.setattr(code_colours, "warm", lambda: warmed.append("colours"))
    with open_desktop(qtbot, tmp_path) as desktop:
        panel = desktop.window.findChild(ChatPanel)
        assert panel is not None
        assert warmed == []
        panel.composer.prompt.setFocus(Qt.FocusReason.MouseFocusReason)
        qtbot.waitUntil(lambda: warmed == ["markdown", "colours"])
        assert desktop.core is not None
        desktop.core.conversations.new_conversation(str(tmp_path), "Kept")
    del warmed[:]
    with open_desktop(qtbot, tmp_path):
        qtbot.waitUntil(lambda: warmed == ["markdown", "colours"])


def test_what_shows_a_turn_is_there_before_the_prompt_is_sent(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported: list[bool] = []
    on_gui_thread = threading.main_thread()
    note = lambda: imported.append(threading.current_thread() is on_gui_thread)  # noqa: E731
    monkeypatch.setattr(chat_in_window, "import_turn_view", note)
    with open_desktop(qtbot, tmp_path) as desktop:
        panel = desktop.window.findChild(ChatPanel)
        assert panel is not None
        assert imported == []
        panel.composer.prompt.setFocus(Qt.FocusReason.MouseFocusReason)
        qtbot.waitUntil(lambda: imported == [True])


def test_no_worker_imports_what_names_classes_of_qt(idle: dict[str, Any]) -> None:
    """PySide makes a class when it is first named: two threads that do so at once end the process, now and then."""
    assert "copilot_desktop.conversation.store" in idle["elsewhere"]  # the core is built on a worker
    shell = ("copilot_desktop.app", "copilot_desktop.bridge", "copilot_desktop.editor", "copilot_desktop.ui", "PySide6")
    assert [name for name in idle["elsewhere"] if name.startswith(shell)] == []
