"""What git ignores by files outside of the folder: the user's own rules, changed while the window is open."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.explorer.panel import ExplorerPanel
from tests.support.desktop import open_desktop


def test_the_users_own_rules_are_followed_when_they_change(
    qtbot: QtBot, tmp_path: Path, private_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copilot_desktop.bridge.folder.presence.INTERVAL_MS", 200)
    root = tmp_path / "shop"
    subprocess.run(["git", "init", "-q", root], check=True)
    (root / "a.log").write_text("x")
    (root / "b.txt").write_text("x")
    own = private_home / ".config" / "git"
    own.mkdir(parents=True)
    with open_desktop(qtbot, root) as desktop:
        panel = desktop.window.findChild(ExplorerPanel)
        assert panel is not None
        qtbot.waitUntil(lambda: panel.model.index_of("a.log").isValid())
        (own / "ignore").write_text("*.log\n")
        qtbot.waitUntil(lambda: not panel.model.index_of("a.log").isValid())
        (private_home / ".gitconfig").write_text('[includeIf "gitdir:**/shop/.git"]\n\tpath = mine\n')
        (private_home / "mine").write_text("[core]\n\texcludesFile = ~/rules\n")
        (private_home / "rules").write_text("b.txt\n")
        qtbot.waitUntil(lambda: panel.model.index_of("a.log").isValid() and not panel.model.index_of("b.txt").isValid())
