"""On every way to ask, each secret is told of and chosen about before anything is sent, by the same list.

Of the planted ones the token is to be sent this time, the password stays masked, and the word that is only random,
which would be sent, is masked; what the server gets is that, and what the way shows of it before.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.chosen_secrets import Way
from copilot_desktop.edits.comments import CommentSide
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.compaction_in_chat import CompactionBar
from copilot_desktop.ui.chat.refused_block_card import RefusedBlockCard
from copilot_desktop.ui.request_strip import RequestStrip
from copilot_desktop.ui.secrets_button import SecretsButton
from copilot_desktop.ui.secrets_popup import SecretsPopup
from tests.flows.test_comments import pair, sender_of
from tests.support.changes import open_changes, wait
from tests.support.desktop import open_desktop
from tests.support.findings import open_page, pane_of
from tests.support.git_repository import GitFolder
from tests.support.in_place import prompt_of
from tests.support.openai_server import OpenAIServer
from tests.support.refusals import ask, block, cards, press, said
from tests.support.shop import opened, panel_of, review_of, shown_review

TOKEN, PASSWORD, WORD = "ghp_" + "a1B2" * 9, "hunter2x", "q8Zr4TnVw2XkPb7LsD3mHf6c"
CODE = f"TOKEN = '{TOKEN}'\nURL = 'postgres://app:{PASSWORD}@db/prod'\nSALT = '{WORD}'\n"
FOUND = "2 secrets masked, 1 may be a secret. Choose…"
CHOSEN = "2 secrets masked, 1 secret sent as it is. Choose…"
NONE = Qt.KeyboardModifier.NoModifier
Ready = tuple[SecretsButton, QWidget]
"""Where it is chosen, and what sends: a button by Space, a field by Enter."""
Prepare = Callable[[QtBot, DesktopWindow, OpenAIServer, GitFolder], Ready]


@pytest.fixture
def project(tmp_path: Path) -> GitFolder:
    git = GitFolder(tmp_path / "shop")
    git.write("keys.py", CODE)
    git.write("basket.py", "def total(items):\n    return sum(items)\n")
    git.commit("First")
    return git


def in_strip(parent: QWidget, name: str) -> Ready:
    strip = parent.findChild(RequestStrip, f"{name}.request")
    assert strip is not None
    return strip.secrets, strip.send


def popup_of(button: SecretsButton) -> SecretsPopup:
    (popup,) = (each for each in button.findChildren(SecretsPopup) if each.isVisible())
    return popup


def choose(qtbot: QtBot, button: SecretsButton) -> None:
    """By keyboard alone."""
    qtbot.waitUntil(lambda: button.isVisible() and button.text() == FOUND, timeout=15_000)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    choices = {each.accessibleName().split(" ")[0]: each for each in popup_of(button).choices}
    assert set(choices) == {"GitHub", "Password", "A"}
    QTest.keyClick(choices["GitHub"], Qt.Key.Key_Down)
    assert choices["GitHub"].currentText().startswith("Sent as it is")
    QTest.keyClick(choices["A"], Qt.Key.Key_Home)
    assert choices["A"].currentText() == "Masked"
    QTest.keyClick(choices["A"], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: button.isVisible() and button.text() == CHOSEN)


def shown_in(button: SecretsButton) -> str:
    strip = button.parentWidget()
    while strip is not None and not isinstance(strip, RequestStrip):
        strip = strip.parentWidget()
    assert strip is not None
    return strip.text.toPlainText()


def chat(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, _project: GitFolder) -> Ready:
    panel = panel_of(qtbot, desktop)
    panel.add_file("keys.py")
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
    QTest.keyClicks(panel.composer.prompt, "look")
    return panel.composer.secrets, panel.composer.prompt


def in_place(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, _project: GitFolder) -> Ready:
    panel_of(qtbot, desktop)
    view = opened(qtbot, desktop, "keys.py")
    QTest.keyClick(view.code, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    box = prompt_of(qtbot, view)
    QTest.keyClicks(box.field, "use the environment")
    return box.secrets, box.field


def comments(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> Ready:
    """A change that was made without the file in sight: its lines go along with the comment alone."""
    server.forget()
    server.answers(pair("SALT = ''", "", "keys.py").replace("SALT = ''", CODE.splitlines()[2]))
    panel = panel_of(qtbot, desktop)
    opened(qtbot, desktop, "keys.py")
    QTest.keyClicks(panel.composer.prompt, "change it")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 1)
    (hunk,) = review_of(desktop).state.pending()
    view = shown_review(qtbot, desktop)
    remarks = review_of(desktop).remarks
    remarks.save(remarks.begin(hunk.hunk_id, CommentSide.OLD, LineRange(0, 1)), CODE)
    assert sender_of(desktop) is not None
    return in_strip(view, "review.comments")


def message(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> Ready:
    project.write("more.py", CODE)
    project.git("add", "-A")
    panel_of(qtbot, desktop)
    box = open_changes(qtbot, desktop).box
    assert desktop.window.commands.run("changes.draft_message")
    return in_strip(box, "changes.draft")


def findings(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> Ready:
    project.write("more.py", CODE)
    view = open_page(qtbot, desktop)
    QTest.keyClick(QApplication.focusWidget() or view, Qt.Key.Key_M)
    return in_strip(pane_of(view), "findings")


def repair(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> Ready:
    """What is asked for once more takes the lines around its place along, which no chip has shown."""
    server.forget()
    server.answers(block("keys.py", f"def keys():\n    pass\n{CODE}".rstrip("\n"), "def keys():\n    return 1"))
    (card,) = refused(qtbot, desktop)
    press(card, "refused_retry")
    qtbot.waitUntil(lambda: card.findChild(RequestStrip) is not None)
    return in_strip(card, "refused")


def refused(qtbot: QtBot, desktop: DesktopWindow) -> list[RefusedBlockCard]:
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(cards(desktop)) == 1)
    return cards(desktop)


def summary(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> Ready:
    panel = panel_of(qtbot, desktop)
    server.forget()
    server.answers(f"It is this:\n{CODE}")
    for prompt in ("one", "two"):
        QTest.keyClicks(panel.composer.prompt, prompt)
        count = len(server.requests)
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda count=count: len(server.requests) > count and not desktop.window.isHidden())  # type: ignore[misc]
        qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    desktop.window.commands.run("chat.compact")
    qtbot.waitUntil(lambda: panel.findChild(CompactionBar) is not None)
    bar = panel.findChild(CompactionBar)
    assert bar is not None
    return in_strip(bar, "compaction")


WAYS: dict[Way, Prepare] = {
    Way.CHAT: chat,
    Way.IN_PLACE: in_place,
    Way.COMMENTS: comments,
    Way.MESSAGE: message,
    Way.FINDINGS: findings,
    Way.SUMMARY: summary,
    Way.REPAIR: repair,
}


@pytest.mark.usefixtures("by_hand")
@pytest.mark.parametrize("way", Way)
def test_each_secret_is_chosen_about(qtbot: QtBot, project: GitFolder, server: OpenAIServer, way: Way) -> None:
    server.answers("Fine.")
    with open_desktop(qtbot, project.root) as desktop:
        button, sends = WAYS[way](qtbot, desktop, server, project)
        server.requests.clear()
        choose(qtbot, button)
        is_button = isinstance(sends, QPushButton)
        wait(qtbot, lambda: sends.isVisible() and sends.isEnabled())
        shown = shown_in(button) if is_button else ""
        assert server.requests == []
        sends.setFocus()
        QTest.keyClick(sends, Qt.Key.Key_Space if is_button else Qt.Key.Key_Return)
        wait(qtbot, lambda: len(server.requests) == 1)
        (request,) = server.requests
        told = json.dumps(request.body, ensure_ascii=False)
        assert TOKEN in told
        assert PASSWORD not in told
        assert WORD not in told
        if is_button:
            assert all(each["content"] in shown for each in request.body["messages"])


@pytest.mark.parametrize(("secret", "goes"), [(TOKEN, True), (WORD, False)], ids=["named", "maybe"])
def test_a_repair_that_asks_by_itself_sends_no_word_that_was_not_shown(
    qtbot: QtBot, project: GitFolder, server: OpenAIServer, secret: str, goes: bool
) -> None:
    """Masked secrets go out masked, as with Retry; a word that may be a secret waits for the user."""
    project.write("more.py", f"def keys():\n    pass\nVALUE = '{secret}'\n")
    server.answers(block("more.py", "def other(a):\n    return\nVALUE = 'x'", "pass"))
    with open_desktop(qtbot, project.root) as desktop:
        (card,) = refused(qtbot, desktop)
        wait(qtbot, lambda: len(server.requests) == 2 if goes else "Retry shows it" in said(card))
        assert len(server.requests) == 1 + goes
        sent = "".join(json.dumps(request.body) for request in server.requests)
        assert secret not in sent
        assert ("HIDDEN_SECRET_" in sent) is goes


@pytest.mark.usefixtures("by_hand")
def test_a_repair_that_waited_while_its_file_changed_is_shown_anew(
    qtbot: QtBot, project: GitFolder, server: OpenAIServer
) -> None:
    """What goes out is what was read; Esc sends nothing."""
    project.write("keys.py", f"def keys(one):\n    value = one\n    return value\n{CODE}")
    with open_desktop(qtbot, project.root) as desktop:
        server.answers(
            block("keys.py", "def keys(two, one):\n    values = two\n    return values", "def keys():\n    return 1")
        )
        (card,) = refused(qtbot, desktop)
        press(card, "refused_retry")
        wait(qtbot, lambda: card.findChild(RequestStrip) is not None)
        strip = card.findChild(RequestStrip)
        assert strip is not None
        wait(qtbot, lambda: strip.send.isVisible() and "return value\n" in strip.text.toPlainText())
        (project.root / "keys.py").write_text(f"def keys(one):\n    value = one\n    return other\n{CODE}")
        QTest.mouseClick(strip.send, Qt.MouseButton.LeftButton)
        wait(qtbot, lambda: strip.send.isVisible() and "return other\n" in strip.text.toPlainText())
        assert len(server.requests) == 1
        QTest.keyClick(strip.send, Qt.Key.Key_Escape)
        wait(qtbot, strip.isHidden)
        assert len(server.requests) == 1
        press(card, "refused_retry")
        wait(qtbot, strip.send.isVisible)
        shown = strip.text.toPlainText()
        QTest.mouseClick(strip.send, Qt.MouseButton.LeftButton)
        wait(qtbot, lambda: len(server.requests) == 2)
        assert all(each["content"] in shown for each in server.requests[1].body["messages"])
