"""`@` in the prompt, in the real window: what is open, what git knows and earlier conversations become chips."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.context import conversation_chip
from copilot_desktop.context.items import ItemKind
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.chips import Chip
from copilot_desktop.ui.chat.mention_list import MentionList
from copilot_desktop.workspace.git import commits, comparing
from tests.support.desktop import is_closed, open_desktop
from tests.support.git_repository import GitFolder
from tests.support.openai_server import OpenAIServer
from tests.support.shop import opened, panel_of

TOKEN = "ghp_" + "Ab3dE5gH7jK9mN1pQ3sT5vW7xZ9bC2fL4nR6"


@pytest.fixture
def git(folder: Path) -> GitFolder:
    git = GitFolder(folder)
    git.git("init", "-q", "-b", "main")
    git.git("config", "user.name", "A U Thor")
    git.git("config", "user.email", "author@example.com")
    git.write("money.py", "def round_price(price):\n    return round(price, 2)\n")
    git.commit("Round prices to cents")
    git.write("gone.py", "OLD = 1\n")
    git.commit("Add what goes again")
    return git


@pytest.fixture
def desktop(qtbot: QtBot, git: GitFolder, server: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, git.root) as shown:
        panel_of(qtbot, shown).composer.focus_prompt()
        qtbot.waitUntil(shown.window.isActiveWindow)
        yield shown


def type_in(panel: ChatPanel, text: str) -> None:
    QTest.keyClicks(panel.composer.prompt, text)


def press(panel: ChatPanel, key: Qt.Key) -> None:
    QTest.keyClick(panel.composer.prompt, key)


def offered(desktop: DesktopWindow) -> list[str]:
    lists = [each for each in desktop.window.findChildren(MentionList) if each.isVisible()]
    return [row.title for each in lists for row in each.rows()]


def choose(qtbot: QtBot, desktop: DesktopWindow, title: str) -> None:
    panel = panel_of(qtbot, desktop)
    qtbot.waitUntil(lambda: title in offered(desktop))
    for _ in range(offered(desktop).index(title)):
        press(panel, Qt.Key.Key_Down)
    press(panel, Qt.Key.Key_Return)


def chips(panel: ChatPanel) -> list[Chip]:
    return [view.chip for view in panel.composer.chips.views]


def the_chip(qtbot: QtBot, panel: ChatPanel) -> Chip:
    qtbot.waitUntil(lambda: len(chips(panel)) == 1 and chips(panel)[0].tokens is not None)
    return chips(panel)[0]


def test_without_letters_all_that_can_be_named_is_offered_what_is_at_hand_first(
    qtbot: QtBot, desktop: DesktopWindow
) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "@")
    kinds = ["git diff", "commit", "conversation", "image", "repository map"]
    qtbot.waitUntil(lambda: offered(desktop)[3:] == kinds and "money.py" in offered(desktop)[:3])
    (shown,) = desktop.window.findChildren(MentionList)
    current = shown.row()
    assert current is not None
    assert current.title == offered(desktop)[0], "not the row that was the first to be there"


def test_all_open_files_are_added_at_once_and_rank_first(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    opened(qtbot, desktop, "gone.py")
    opened(qtbot, desktop, "money.py")
    panel.composer.focus_prompt()
    type_in(panel, "@")
    qtbot.waitUntil(lambda: offered(desktop)[:3] == ["money.py", "open files", "gone.py"])
    type_in(panel, "open")
    qtbot.waitUntil(lambda: offered(desktop)[:1] == ["open files"])
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [chip.label for chip in chips(panel)] == ["gone.py", "money.py"])
    assert panel.composer.prompt.toPlainText() == "open files "


def test_the_diff_tells_what_differs_from_the_last_commit_but_nothing_hidden(
    qtbot: QtBot, desktop: DesktopWindow, git: GitFolder, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    git.write("money.py", f'TOKEN = "{TOKEN}"\n\n\ndef round_price(price):\n    return round(price, 3)\n')
    git.git("add", "money.py")
    git.write("new.py", "NEW = 1\n")
    git.write(".env", "PASSWORD=planted\n")
    (git.root / "gone.py").unlink()
    type_in(panel, "review @dif")
    choose(qtbot, desktop, "git diff")
    chip = the_chip(qtbot, panel)
    assert panel.composer.prompt.toPlainText() == "review git diff "
    assert "-    return round(price, 2)\n+    return round(price, 3)\n" in chip.text
    assert "+NEW = 1\n" in chip.text
    assert "deleted file mode 100644\n--- a/gone.py\n+++ /dev/null\n" in chip.text
    assert "planted" not in chip.text
    assert ".env" not in chip.text
    assert chip.note.startswith("3 files, +5 −2. Left out: .env (it looks like")
    assert chip.text.endswith("(Of 1 file nothing or not all is shown.)\n")
    type_in(panel, "please")
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(server.requests))
    sent = server.requests[-1].prompt
    assert "git diff, as a unified diff for information:" in sent
    assert "+    return round(price, 3)\n" in sent
    assert TOKEN not in sent


def test_staged_changes_alone_are_a_diff_too(qtbot: QtBot, desktop: DesktopWindow, git: GitFolder) -> None:
    panel = panel_of(qtbot, desktop)
    git.write("money.py", "STAGED = 1\n")
    git.git("add", "money.py")
    git.write("money.py", "STAGED = 1\nLATER = 2\n")
    type_in(panel, "@stag")
    choose(qtbot, desktop, "staged changes")
    chip = the_chip(qtbot, panel)
    assert "+STAGED = 1\n" in chip.text
    assert "LATER" not in chip.text


def test_enter_waits_for_the_rows_of_what_is_typed(
    qtbot: QtBot, desktop: DesktopWindow, git: GitFolder, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    git.write("money.py", "NEW = 1\n")
    type_in(panel, "@diff")
    press(panel, Qt.Key.Key_Return)
    assert panel.composer.prompt.toPlainText() in ("@diff", "git diff ")
    the_chip(qtbot, panel)
    assert panel.composer.prompt.toPlainText() == "git diff "
    assert server.requests == []


def test_enter_waits_for_commits_that_are_still_looked_for(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "@commit")
    press(panel, Qt.Key.Key_Return)
    assert the_chip(qtbot, panel).note.startswith("Add what goes again")
    assert server.requests == []


def test_without_changes_a_sentence_says_so(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "@diff")
    choose(qtbot, desktop, "git diff")
    qtbot.waitUntil(lambda: "Nothing differs from the last commit." in panel.composer.notice.toPlainText())
    assert chips(panel) == []


def test_a_diff_that_names_what_was_hidden_since_is_not_sent(
    qtbot: QtBot, desktop: DesktopWindow, git: GitFolder, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    git.write("money.py", "SECRET_PLAN = 1\n")
    type_in(panel, "@diff")
    choose(qtbot, desktop, "git diff")
    the_chip(qtbot, panel)
    git.write(".copilotignore", "money.py\n")
    type_in(panel, "please")
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "left out by .copilotignore" in panel.composer.notice.toPlainText())
    assert server.requests == []


def test_a_long_diff_is_cut_and_says_so(qtbot: QtBot, desktop: DesktopWindow, git: GitFolder) -> None:
    panel = panel_of(qtbot, desktop)
    git.write("big.txt", "a line of a long text\n" * 8_000)
    git.write("zlast.txt", "the last one\n")
    type_in(panel, "@diff")
    choose(qtbot, desktop, "git diff")
    chip = the_chip(qtbot, panel)
    assert len(chip.text) < 125_000
    assert "more lines of this file are left out)" in chip.text
    assert "of these nothing or not all is in it: big.txt, zlast.txt." in chip.note


def test_a_commit_is_found_by_its_message_or_id(qtbot: QtBot, desktop: DesktopWindow, git: GitFolder) -> None:
    panel = panel_of(qtbot, desktop)
    first = git.git("rev-parse", "HEAD~1").decode().strip()
    type_in(panel, "@comm")
    choose(qtbot, desktop, "commit")
    qtbot.waitUntil(lambda: offered(desktop) == ["Add what goes again", "Round prices to cents"])
    assert panel.composer.prompt.toPlainText() == "@commit:"
    type_in(panel, "round")
    qtbot.waitUntil(lambda: offered(desktop) == ["Round prices to cents"])
    press(panel, Qt.Key.Key_Return)
    chip = the_chip(qtbot, panel)
    assert panel.composer.prompt.toPlainText() == f"commit {first[:8]} "
    assert chip.label == f"commit {first[:8]}"
    assert chip.text.startswith(f"commit {first}\n\nRound prices to cents\n\ndiff --git")
    assert "+def round_price(price):\n" in chip.text
    assert "Round prices to cents\n" in chip.note
    type_in(panel, f"@{first[:6]}")
    qtbot.waitUntil(lambda: "Round prices to cents" in offered(desktop))


def test_an_earlier_conversation_is_found_by_its_title(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    server.answers("Use Decimal for money.")
    type_in(panel, "how to store money")
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not panel.composer.prompt.toPlainText() and len(server.requests) == 1)
    qtbot.waitUntil(lambda: not panel._turns.is_running)
    panel._turns.new_conversation()
    type_in(panel, "go on from @conversation")
    qtbot.waitUntil(lambda: "how to store money" in offered(desktop))
    press(panel, Qt.Key.Key_Return)
    chip = the_chip(qtbot, panel)
    assert chip.label == "“how to store money”"
    assert "## You\n\nhow to store money\n\n## test-model\n\nUse Decimal for money.\n" in chip.text
    assert panel._chips.items[0].kind is ItemKind.CONVERSATION
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == 2)
    assert "An earlier conversation with the user" in server.requests[-1].prompt
    assert "Use Decimal for money." in server.requests[-1].prompt


class Gate:
    """Holds a function of the program on its worker until it is opened; then it does what it always does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
        self._opened, self.entered = threading.Event(), threading.Event()
        real = getattr(module, name)

        def held(*arguments: Any, **named: Any) -> Any:
            self.entered.set()
            assert self._opened.wait(20)
            return real(*arguments, **named)

        monkeypatch.setattr(module, name, held)

    def open(self) -> None:
        self._opened.set()


def sent_at_once_waits(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, gate: Gate, label: str) -> str:
    """Enter in the moment in which the chip is there and its text is not; the prompt that comes then."""
    panel = panel_of(qtbot, desktop)
    # In the very moment of the choice, with no turn of the event loop between.
    assert [chip.label for chip in chips(panel)] == [label]
    assert chips(panel)[0].tokens is None
    assert chips(panel)[0].size == "counting …"
    before = len(server.requests)
    press(panel, Qt.Key.Key_Return)
    assert panel.composer.prompt.toPlainText() == ""
    assert chips(panel) == []
    assert gate.entered.wait(10)
    qtbot.waitUntil(lambda: panel.composer.notice.toPlainText() == f"The prompt is sent once {label} has been read.")
    type_in(panel, "the next one")
    assert len(server.requests) == before
    gate.open()
    qtbot.waitUntil(lambda: len(server.requests) == before + 1)
    qtbot.wait(200)
    assert panel.composer.prompt.toPlainText() == "the next one"
    assert chips(panel) == [], "the chip goes with the prompt that names it"
    assert panel.composer.notice.toPlainText() == ""
    return server.requests[-1].prompt


def test_a_commit_goes_with_the_prompt_that_is_sent_before_it_was_read(
    qtbot: QtBot, desktop: DesktopWindow, git: GitFolder, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = git.git("rev-parse", "HEAD~1").decode().strip()
    gate = Gate(monkeypatch, commits, "read_commit")
    type_in(panel_of(qtbot, desktop), "explain @commit:round")
    choose(qtbot, desktop, "Round prices to cents")
    sent = sent_at_once_waits(qtbot, desktop, server, gate, f"commit {first[:8]}")
    assert f"explain commit {first[:8]}" in sent
    assert f"commit {first}\n\nRound prices to cents\n" in sent
    assert "+def round_price(price):\n" in sent


@pytest.mark.parametrize(
    ("letters", "title", "is_staged"), [("@diff", "git diff", False), ("@staged", "staged changes", True)]
)
def test_a_diff_goes_with_the_prompt_that_is_sent_before_it_was_made(
    qtbot: QtBot,
    desktop: DesktopWindow,
    git: GitFolder,
    server: OpenAIServer,
    monkeypatch: pytest.MonkeyPatch,
    letters: str,
    title: str,
    is_staged: bool,
) -> None:
    git.write("money.py", "NEW_PRICE = 1\n")
    if is_staged:
        git.git("add", "money.py")
    gate = Gate(monkeypatch, comparing, "changes_of")
    type_in(panel_of(qtbot, desktop), f"review {letters}")
    choose(qtbot, desktop, title)
    sent = sent_at_once_waits(qtbot, desktop, server, gate, title)
    assert f"review {title}" in sent
    assert "+NEW_PRICE = 1\n" in sent


def test_a_conversation_goes_with_the_prompt_that_is_sent_before_it_was_read(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(qtbot, desktop)
    server.answers("Use Decimal for money.")
    type_in(panel, "how to store money")
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == 1 and not panel._turns.is_running)
    panel._turns.new_conversation()
    gate = Gate(monkeypatch, conversation_chip, "conversation_item")
    type_in(panel, "go on from @conversation:money")
    choose(qtbot, desktop, "how to store money")
    sent = sent_at_once_waits(qtbot, desktop, server, gate, "“how to store money”")
    assert "An earlier conversation with the user" in sent
    assert "Use Decimal for money." in sent


def test_what_fails_while_the_prompt_waits_leaves_the_prompt_and_says_so(
    qtbot: QtBot, desktop: DesktopWindow, git: GitFolder, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(qtbot, desktop)
    gate = Gate(monkeypatch, comparing, "changes_of")
    type_in(panel, "review @diff")
    choose(qtbot, desktop, "git diff")
    press(panel, Qt.Key.Key_Return)
    assert panel.composer.prompt.toPlainText() == ""
    gate.open()
    qtbot.waitUntil(lambda: "Nothing differs from the last commit." in panel.composer.notice.toPlainText())
    assert panel.composer.prompt.toPlainText().startswith("review git diff")
    assert chips(panel) == []
    assert server.requests == []
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == 1)
    assert "review git diff" in server.requests[-1].prompt


def test_the_wait_can_be_ended_and_the_prompt_is_back(
    qtbot: QtBot, desktop: DesktopWindow, git: GitFolder, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(qtbot, desktop)
    git.write("money.py", "NEW = 1\n")
    gate = Gate(monkeypatch, comparing, "changes_of")
    type_in(panel, "review @diff")
    choose(qtbot, desktop, "git diff")
    press(panel, Qt.Key.Key_Return)
    offer = panel.composer.offer
    qtbot.waitUntil(lambda: offer.isVisible() and offer.text() == "Do not wait")
    QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
    assert panel.composer.prompt.toPlainText().startswith("review git diff")
    assert panel.composer.notice.toPlainText() == "Nothing was sent, and git diff is not added. Name it again."
    gate.open()
    qtbot.wait(300)
    assert chips(panel) == []
    assert server.requests == []
    type_in(panel, "@diff")
    choose(qtbot, desktop, "git diff")
    assert "+NEW = 1\n" in the_chip(qtbot, panel).text


def test_escape_takes_away_what_is_still_being_made(
    qtbot: QtBot, desktop: DesktopWindow, git: GitFolder, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(qtbot, desktop)
    git.write("money.py", "NEW = 1\n")
    gate = Gate(monkeypatch, comparing, "changes_of")
    type_in(panel, "review @diff")
    choose(qtbot, desktop, "git diff")
    press(panel, Qt.Key.Key_Escape)
    assert chips(panel) == []
    gate.open()
    qtbot.wait(300)
    assert chips(panel) == []
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == 1)
    assert "NEW = 1" not in server.requests[-1].prompt


def test_a_draft_that_is_put_aside_meanwhile_has_its_diff_when_it_comes_back(
    qtbot: QtBot, desktop: DesktopWindow, git: GitFolder, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(qtbot, desktop)
    type_in(panel, "first")
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == 1 and not panel._turns.is_running)
    first = panel._turns.conversation
    assert first is not None
    git.write("money.py", "NEW = 1\n")
    gate = Gate(monkeypatch, comparing, "changes_of")
    type_in(panel, "review @diff")
    choose(qtbot, desktop, "git diff")
    panel._turns.new_conversation()
    qtbot.waitUntil(lambda: panel.composer.prompt.toPlainText() == "")
    assert chips(panel) == []
    gate.open()
    qtbot.wait(300)
    assert chips(panel) == []
    panel._turns.open_conversation(first)
    qtbot.waitUntil(lambda: panel.composer.prompt.toPlainText() == "review git diff ")
    assert "+NEW = 1\n" in the_chip(qtbot, panel).text


def test_a_diff_that_was_not_ready_when_the_program_ended_is_told_and_not_sent_empty(
    qtbot: QtBot, git: GitFolder, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    git.write("money.py", "NEW = 1\n")
    gate = Gate(monkeypatch, comparing, "changes_of")
    with open_desktop(qtbot, git.root) as first:
        panel = panel_of(qtbot, first)
        panel.composer.focus_prompt()
        qtbot.waitUntil(first.window.isActiveWindow)
        type_in(panel, "review @diff")
        choose(qtbot, first, "git diff")
        assert [chip.tokens for chip in chips(panel)] == [None]
        qtbot.wait(1_500)
        QTest.keyClick(first.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: is_closed(first))
        gate.open()
    with open_desktop(qtbot, git.root) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: panel.composer.prompt.toPlainText() == "review git diff ")
        said = "git diff was not ready when the prompt was put aside. Name it again."
        qtbot.waitUntil(lambda: panel.composer.notice.toPlainText() == said)
        assert chips(panel) == []
