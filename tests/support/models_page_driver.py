"""Drives Settings → Models of the real window in a process of its own, against the Secret Service of its environment.

`python -m tests.support.models_page_driver STEP BASE_URL` prints what the page said as one line of JSON.
Steps: `keep` a key, `rename` its profile and make a call with it, `delete` the key, `run_only` where there is no
keyring, use it while the keyring is `locked`, or `close` while it waits for the user.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.preferences.models_form import ModelsForm
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from tests.support.desktop import open_desktop

KEY = "sk-test-not-a-real-key-7788"
PROFILE = "Mine"
RENAMED = "Ours"
_LEFT = Qt.MouseButton.LeftButton


class _Waiting:
    """The one part of pytest-qt's bot that a window needs; there is no pytest here."""

    def waitUntil(self, is_so: Callable[[], bool], *, timeout: int = 20_000) -> None:  # noqa: N802 - pytest-qt's name
        end = time.monotonic() + timeout / 1000
        while not is_so():
            assert time.monotonic() < end, "nothing happened in time"
            # Not QTest.qWait: it holds the interpreter's lock, and an import on the asyncio thread takes a minute.
            loop = QEventLoop()
            QTimer.singleShot(10, loop.quit)
            loop.exec()


def form_of(waiting: _Waiting, desktop: DesktopWindow) -> ModelsForm:
    """Settings → Models, opened by its key."""
    waiting.waitUntil(lambda: desktop.window.findChild(ChatPanel) is not None)
    QTest.keyClick(desktop.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    waiting.waitUntil(lambda: desktop.window.findChild(PreferencesPage) is not None)
    form = desktop.window.findChild(ModelsForm)
    assert form is not None
    waiting.waitUntil(lambda: form.list.count() > 0)
    return form


def fill_in(form: ModelsForm, base_url: str) -> None:
    """Begin a model by hand, its key to be in the system's keyring."""
    QTest.mouseClick(form.add, _LEFT)
    form.fields.name.clear()
    QTest.keyClicks(form.fields.name, PROFILE)
    form.fields.base_url.setEditText(base_url)
    form.fields.model.setEditText("test-model")
    # By hand: a server on this machine is kept without a key otherwise.
    QTest.keyClick(form.key.source_box, Qt.Key.Key_End)
    QTest.keyClick(form.key.source_box, Qt.Key.Key_Home)


def add_profile(waiting: _Waiting, form: ModelsForm, base_url: str) -> None:
    """Add a model by hand, its key in the system's keyring."""
    fill_in(form, base_url)
    QTest.mouseClick(form.save, _LEFT)
    waiting.waitUntil(lambda: form.status.text() == "Saved.")


def keep(waiting: _Waiting, form: ModelsForm, base_url: str) -> dict[str, Any]:
    """Type a key, save it, and make a real call with it."""
    add_profile(waiting, form, base_url)
    waiting.waitUntil(lambda: form.key.status.text() == "")
    QTest.keyClicks(form.key.key, KEY)
    QTest.mouseClick(form.key.save, _LEFT)
    waiting.waitUntil(lambda: form.key.delete.isVisible())
    said = {"status": form.key.status.text(), "field": form.key.key.text(), "hint": form.key.key.placeholderText()}
    QTest.mouseClick(form.test, _LEFT)
    waiting.waitUntil(lambda: form.test.isEnabled())
    return said | {"test": form.status.text()}


def delete(waiting: _Waiting, form: ModelsForm, _base_url: str) -> dict[str, Any]:
    """Find the key of the last run, and delete it."""
    names = [form.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(form.list.count())]
    form.list.setCurrentRow(names.index(PROFILE))
    waiting.waitUntil(lambda: form.key.delete.isVisible())
    found = form.key.status.text()
    QTest.mouseClick(form.key.delete, _LEFT)
    sure = form.findChild(QPushButton, "key_delete_yes")
    assert sure is not None
    QTest.mouseClick(sure, _LEFT)
    waiting.waitUntil(lambda: not form.key.delete.isVisible())
    return {"found": found, "status": form.key.status.text(), "hint": form.key.key.placeholderText()}


def rename(waiting: _Waiting, form: ModelsForm, _base_url: str) -> dict[str, Any]:
    """Give the profile of the last run another name, and make a real call with it."""
    form.list.setCurrentRow(form.profiles.names().index(PROFILE))
    waiting.waitUntil(lambda: not form.key.status.text().startswith("Waiting"))
    form.fields.name.clear()
    QTest.keyClicks(form.fields.name, RENAMED)
    QTest.mouseClick(form.save, _LEFT)
    waiting.waitUntil(lambda: not form.status.text().startswith("Saving"))
    said = {"saved": form.status.text(), "listed": form.profiles.names(), "typed": form.fields.name.text()}
    QTest.mouseClick(form.test, _LEFT)
    waiting.waitUntil(lambda: form.test.isEnabled())
    return said | {"test": form.status.text()}


def run_only(waiting: _Waiting, form: ModelsForm, base_url: str) -> dict[str, Any]:
    """Save a key where no keyring is: the page offers this run only; take that."""
    add_profile(waiting, form, base_url)
    QTest.keyClicks(form.key.key, KEY)
    QTest.mouseClick(form.key.save, _LEFT)
    waiting.waitUntil(lambda: form.key.run_only.isVisible())
    refused = form.key.status.text()
    QTest.mouseClick(form.key.run_only, _LEFT)
    waiting.waitUntil(lambda: form.key.delete.isVisible())
    said = {"refused": refused, "source": form.key.source.value, "status": form.key.status.text()}
    QTest.mouseClick(form.test, _LEFT)
    waiting.waitUntil(lambda: form.test.isEnabled())
    return said | {"test": form.status.text(), "field": form.key.key.text()}


def close(waiting: _Waiting, form: ModelsForm, _base_url: str) -> dict[str, Any]:
    """Close the window while the locked keyring asks for its password in a window of its own."""
    names = [form.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(form.list.count())]
    form.list.setCurrentRow(names.index(PROFILE))
    waiting.waitUntil(lambda: "keyring" in {thread.name for thread in threading.enumerate()})
    started = time.monotonic()
    form.window().close()
    return {
        "closing_s": time.monotonic() - started,
        "is_waiting": "keyring" in {thread.name for thread in threading.enumerate()},
        "ended_at": time.time(),
    }


def half(waiting: _Waiting, form: ModelsForm, base_url: str) -> dict[str, Any]:
    """Keep the key of a new profile, and quit before the profile is saved."""
    fill_in(form, base_url)
    QTest.keyClicks(form.key.key, KEY)
    QTest.mouseClick(form.key.save, _LEFT)
    waiting.waitUntil(lambda: form.key.delete.isVisible())
    return {"status": form.key.status.text()}


def discard(waiting: _Waiting, form: ModelsForm, _base_url: str) -> dict[str, Any]:
    """Find the profile that was left half done with its key, choose no key for it, and discard it."""
    waiting.waitUntil(lambda: form.key.delete.isVisible())
    said = {"name": form.fields.name.text(), "found": form.key.status.text()}
    QTest.keyClick(form.key.source_box, Qt.Key.Key_End)
    QTest.mouseClick(form.delete, _LEFT)
    waiting.waitUntil(lambda: form.list.count() == 1)
    return said


def locked(waiting: _Waiting, form: ModelsForm, _base_url: str) -> dict[str, Any]:
    """Try the profile of the last run out while the keyring cannot be asked, and save it."""
    form.list.setCurrentRow(form.profiles.names().index(PROFILE))
    waiting.waitUntil(lambda: form.key.run_only.isVisible())
    QTest.mouseClick(form.test, _LEFT)
    waiting.waitUntil(lambda: form.test.isEnabled())
    said = {"test": form.status.text()}
    QTest.mouseClick(form.save, _LEFT)
    waiting.waitUntil(lambda: form.status.text() == "Saved.")
    return said | {"source": form.key.source.value}


_STEPS = {
    "half": half,
    "discard": discard,
    "keep": keep,
    "rename": rename,
    "delete": delete,
    "run_only": run_only,
    "close": close,
    "locked": locked,
}


def main() -> int:
    """Run one step."""
    step, base_url = sys.argv[1:]
    app = QApplication([])
    waiting = _Waiting()
    with open_desktop(cast("QtBot", waiting), Path(os.environ["HOME"])) as desktop:
        said = _STEPS[step](waiting, form_of(waiting, desktop), base_url)
    # As the program ends: windows are deleted and pixmaps let go of while the application still stands.
    QTimer.singleShot(0, app.quit)
    app.exec()
    print(json.dumps(said), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
