"""A file that no model may see is allowed by the user alone: file by file, in words, shown, listed and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.changes.review_page import ChangesReview
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.notices import Banner
from copilot_desktop.ui.pane_splitter import PaneSplitter
from copilot_desktop.ui.picker import Picker
from copilot_desktop.ui.request_strip import RequestStrip
from copilot_desktop.workspace.git.values import ComparisonKind
from tests.support.changes import changes_of, open_changes, wait
from tests.support.desktop import open_desktop
from tests.support.git_repository import GitFolder
from tests.support.in_place import prompt_of, send
from tests.support.openai_server import OpenAIServer, ServerCall
from tests.support.refusals import ask, block, cards, press, said, shown_buttons
from tests.support.shop import make_shop, opened, panel_of

PLANTED, LOGGED = "planted-words-that-stay-here", "logged-words-that-stay-here"
KEY = "sk-abcdefghijklmnop1234567890"
HERE, FOLDER = "Allow in this conversation", "Allow in this folder"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    hidden = {".env": f"FIRST={PLANTED}\nSECOND={KEY}\n", "debug.log": f"FIRST={LOGGED}\nSECOND={KEY}\n"}
    return make_shop(tmp_path, {**hidden, ".gitignore": "*.log\n"})


def banner(qtbot: QtBot, desktop: DesktopWindow, words: str) -> Banner:
    def found() -> list[Banner]:
        return [
            each for each in desktop.window.findChildren(Banner) if words in each.notice.message and each.isVisible()
        ]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def choose(banner: Banner, title: str) -> None:
    (found,) = (each for each in banner.findChildren(QPushButton) if each.text() == title)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def allow(qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, where: str) -> None:
    """By the offer above the prompt."""
    qtbot.waitUntil(panel.composer.offer.isVisible)
    QTest.mouseClick(panel.composer.offer, Qt.MouseButton.LeftButton)
    choose(banner(qtbot, desktop, "Let models see"), where)


def sent(server: OpenAIServer) -> str:
    return json.dumps(server.requests[-1].body)


def labels(panel: ChatPanel) -> list[str]:
    return [view.text().split("  ")[:2][-1] for view in panel.composer.chips.views]


@pytest.mark.parametrize(
    ("name", "reason"), [(".env", "looks like environment variables"), ("debug.log", "is ignored by git")]
)
def test_a_file_is_allowed_in_a_conversation_and_only_there(
    qtbot: QtBot, folder: Path, server: OpenAIServer, name: str, reason: str
) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file(name)
        qtbot.waitUntil(panel.composer.offer.isVisible)
        assert f"{name} {reason} and is never given to a model." in panel.composer.notice.toPlainText()
        QTest.mouseClick(panel.composer.offer, Qt.MouseButton.LeftButton)
        question = banner(qtbot, desktop, "Let models see")
        assert f"Let models see {name}? It {reason}." in question.notice.message
        assert any(button.hasFocus() for button in question.findChildren(QPushButton))
        choose(question, HERE)
        qtbot.waitUntil(lambda: labels(panel) == ["lifted"])
        assert panel.composer.notice.isHidden()
        ask(qtbot, desktop, "what is in it")
        qtbot.waitUntil(lambda: len(server.requests) == 1)
        assert (PLANTED if name == ".env" else LOGGED) in sent(server)
        # Secrets stay masked.
        assert KEY not in sent(server)
        desktop.window.commands.run("chat.new")
        panel.add_file(name)
        qtbot.waitUntil(panel.composer.offer.isVisible)
        assert panel.composer.chips.views == ()


def test_a_long_name_in_a_narrow_chat_leaves_the_window_its_size(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    path = f"{'configuration/' * 14}environments/production/.env"
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_text("A=1\n")
    with open_desktop(qtbot, folder) as desktop:
        panel, window = panel_of(qtbot, desktop), desktop.window
        window.resize(1280, 800)
        chat, splitter = window.findChild(ChatInWindow), window.findChild(PaneSplitter)
        assert chat is not None
        assert splitter is not None
        chat.preferences.save(AppearancePage(interface_font_size_pt=18))
        qtbot.waitUntil(lambda: window.font().pointSize() == 18)
        splitter.set_widths((240, 760, 280))
        panel.add_file(path)
        qtbot.waitUntil(panel.composer.offer.isVisible)
        notice, send = panel.composer.notice, panel.composer.send
        qtbot.waitUntil(notice.verticalScrollBar().isVisible)
        qtbot.wait(100)
        assert window.height() == 800
        assert send.visibleRegion().boundingRect().size() == send.size()
        # The button below it says what can be done.
        assert "Only the user" not in notice.toPlainText()


def test_a_file_is_allowed_in_the_folder_remembered_listed_and_taken_back(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file("debug.log")
        allow(qtbot, desktop, panel, FOLDER)
        qtbot.waitUntil(lambda: labels(panel) == ["lifted"])
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file("debug.log")
        qtbot.waitUntil(lambda: labels(panel) == ["lifted"])
        desktop.window.commands.run("chat.allowed_files")
        (picker,) = desktop.window.findChildren(Picker, "allowed_files")
        qtbot.waitUntil(lambda: picker.list.model().rowCount() == 1)
        assert picker.list.model().index(0, 0).data() == "debug.log"
        assert picker.list.viewport().rect().contains(picker.list.visualRect(picker.list.model().index(0, 0)))
        QTest.keyClick(picker.field, Qt.Key.Key_Return)
        banner(qtbot, desktop, "No model sees debug.log any more.")
        # A chip that was there goes no longer: what is sent is asked for when it is sent.
        ask(qtbot, desktop, "what is in it")
        qtbot.waitUntil(lambda: "never given to a model" in panel.composer.notice.toPlainText())
        assert server.requests == []


def test_what_is_asked_in_place_or_by_the_model_offers_it_too(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        view = opened(qtbot, desktop, ".env")
        view.show_lines(LineRange(0, 0))
        box = prompt_of(qtbot, view)
        send(box, "change it")
        choose(banner(qtbot, desktop, "is never given to a model"), "Allow this file…")
        choose(banner(qtbot, desktop, "Let models see .env?"), HERE)
        banner(qtbot, desktop, "Models may see .env in this conversation now.")
        send(box, "")
        qtbot.waitUntil(lambda: len(server.requests) == 1)
        assert PLANTED in sent(server)
        desktop.window.commands.run("chat.model_reads")
        for _ in range(2):
            server.answers("I look.", calls=(ServerCall.of("read_file", "c1", path="debug.log"),))
            server.answers("Done.")
        ask(qtbot, desktop, "look")
        banner(qtbot, desktop, "debug.log is ignored by git")
        qtbot.waitUntil(lambda: len(server.requests) == 3)
        assert LOGGED not in sent(server)
        choose(banner(qtbot, desktop, "debug.log is ignored by git"), "Allow this file…")
        choose(banner(qtbot, desktop, "Let models see debug.log?"), HERE)
        banner(qtbot, desktop, "Models may see debug.log")
        panel.composer.focus_prompt()
        ask(qtbot, desktop, "again")
        qtbot.waitUntil(lambda: len(server.requests) == 5)
        assert LOGGED in sent(server)


def test_the_file_in_front_is_allowed_from_the_palette(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        opened(qtbot, desktop, ".env")
        desktop.window.commands.run("chat.allow_file")
        choose(banner(qtbot, desktop, "Let models see .env?"), FOLDER)
        banner(qtbot, desktop, "Models may see .env in this folder now.")
        desktop.window.commands.run("chat.add_open_file")
        qtbot.waitUntil(lambda: labels(panel) == ["lifted"])
        desktop.window.commands.run("chat.allow_file")
        banner(qtbot, desktop, "Models may see .env already.")


@pytest.mark.usefixtures("by_hand")
def test_a_repair_of_a_hidden_file_offers_it(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    server.answers(block(".env", "FIRST=planted-words-that-stay-away\nSECOND=sk-abcdefghijklmnop", "FIRST=2"))
    with open_desktop(qtbot, folder) as desktop:
        panel_of(qtbot, desktop)
        ask(qtbot, desktop, "change it")
        qtbot.waitUntil(lambda: len(cards(desktop)) == 1)
        (card,) = cards(desktop)
        press(card, "refused_retry")
        question = banner(qtbot, desktop, ".env looks like environment variables")
        assert "never given to a model" in said(card)
        choose(question, "Allow this file…")
        choose(banner(qtbot, desktop, "Let models see .env?"), HERE)
        banner(qtbot, desktop, "Models may see .env in this conversation now.")
        press(card, "refused_retry")
        # Its key is masked, and seen before it goes.
        qtbot.waitUntil(lambda: card.findChild(RequestStrip) is not None)
        strip = card.findChild(RequestStrip)
        assert strip is not None
        qtbot.waitUntil(strip.send.isVisible)
        assert PLANTED in strip.text.toPlainText()
        QTest.keyClick(strip.send, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: len(server.requests) == 2)
        assert PLANTED in sent(server)
        assert KEY not in sent(server)


@pytest.mark.parametrize("is_alone", [False, True], ids=["beside_others", "alone"])
@pytest.mark.parametrize("what", ["findings", "draft"])
def test_findings_and_drafts_offer_it(
    qtbot: QtBot, tmp_path: Path, server: OpenAIServer, what: str, is_alone: bool
) -> None:
    """They are in no conversation, so that the folder alone can allow it; what would be sent is found out anew."""
    git = GitFolder(tmp_path / "project")
    git.commit("First", a_py="one = 1\n")
    git.write(".env", f"FIRST={PLANTED}\nSECOND={KEY}\n")
    if not is_alone:
        git.write("a.py", "one = 2\n")
    git.git("add", "-f", "-A")
    with open_desktop(qtbot, git.root) as desktop:
        panel_of(qtbot, desktop)
        strip = asked_about(qtbot, desktop, what)
        wait(qtbot, strip.allow.isVisible)
        assert strip.send.isVisible() is not is_alone
        QTest.keyClick(strip.allow, Qt.Key.Key_Space)
        question = banner(qtbot, desktop, "Let models see .env? It looks like environment variables.")
        assert HERE not in shown_buttons(question)
        choose(question, FOLDER)
        wait(qtbot, lambda: strip.send.isVisible() and PLANTED in strip.text.toPlainText())
        assert strip.allow.isHidden()
        assert ("2 files" if not is_alone else "1 file") in strip.words
        QTest.mouseClick(strip.send, Qt.MouseButton.LeftButton)
        wait(qtbot, lambda: len(server.requests) == 1)
        assert PLANTED in sent(server)
        assert KEY not in sent(server)


def asked_about(qtbot: QtBot, desktop: DesktopWindow, what: str) -> RequestStrip:
    if what == "draft":
        panel = open_changes(qtbot, desktop)
        assert desktop.window.commands.run("changes.draft_message")
        strip = panel.findChild(RequestStrip)
    else:
        changes_of(qtbot, desktop)
        desktop.window.commands.run("changes.review")
        page = desktop.window.findChild(ChangesReview)
        assert page is not None
        page.bar.choose(ComparisonKind.INDEX)
        page.bar.ask.click()
        strip = page.findChild(RequestStrip)
    assert strip is not None
    return strip
