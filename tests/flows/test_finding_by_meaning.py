"""Finding by meaning in the real window: off until it is agreed to with its price, then by a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.settings.session import MeaningChoice, Session
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.meaning_dialog import MeaningDialog
from tests.support.clipping import wait_unclipped
from tests.support.desktop import is_closed, open_desktop
from tests.support.embedding_answers import PATH, Embeds, texts_of
from tests.support.openai_server import OpenAIServer
from tests.support.planted_secrets import every_kind
from tests.support.shop import panel_of

CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
PROMPT = "purchase this please"
SAME = {"purchase": "redeem"}


def planted() -> tuple[str, str]:
    """A line with a secret, and the secret."""
    return next((line, secret) for _name, line, secret in every_kind(3) if "\n" not in line)


@pytest.fixture
def files(folder: Path) -> Path:
    line, _secret = planted()
    for path, text in {
        "vouchers.py": "def redeem(code):\n    return code.redeem()\n",
        "mail.py": "def send_mail(address):\n    return address.mail()\n",
        "settings.py": f"def connect():\n    {line}\n    return None\n",
        ".env": "VOUCHER_SECRET=redeemed-planted\n",
        "hidden.py": "def redeem_hidden():\n    return 'planted-too'\n",
        ".copilotignore": "hidden.py\n",
    }.items():
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def embeddings(server: OpenAIServer) -> OpenAIServer:
    server.paths.add(PATH)
    server.replies(Embeds(SAME))
    return server


@pytest.fixture
def desktop(qtbot: QtBot, files: Path, embeddings: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, files) as shown:
        panel_of(qtbot, shown).composer.focus_prompt()
        qtbot.waitUntil(shown.window.isActiveWindow)
        yield shown


def sent(server: OpenAIServer) -> list[str]:
    return [text for request in server.requests if request.path == PATH for text in texts_of(request.body)]


def chips(panel: ChatPanel) -> list[str]:
    return [view.chip.label for view in panel.composer.chips.views]


def ask(qtbot: QtBot, desktop: DesktopWindow) -> MeaningDialog:
    desktop.window.commands.run("chat.find_by_meaning")
    dialog = desktop.window.findChild(MeaningDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def agree(qtbot: QtBot, dialog: MeaningDialog, model: str = "embed-1") -> None:
    dialog.model.setEditText(model)
    qtbot.waitUntil(dialog.agree.isEnabled)
    QTest.mouseClick(dialog.agree, Qt.MouseButton.LeftButton)


def leave(qtbot: QtBot, desktop: DesktopWindow, dialog: MeaningDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    desktop.window.activateWindow()  # as the system does
    qtbot.waitUntil(desktop.window.isActiveWindow)


def is_done(dialog: MeaningDialog) -> bool:
    return dialog.status.text().startswith("On:") and not dialog.delete.isHidden()


def test_nothing_is_sent_before_it_is_agreed_to(qtbot: QtBot, desktop: DesktopWindow, embeddings: OpenAIServer) -> None:
    panel = panel_of(qtbot, desktop)
    QTest.keyClick(desktop.window, Qt.Key.Key_M, CTRL_ALT)
    QTest.keyClicks(panel.composer.prompt, "how to redeem a voucher")
    qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
    dialog = ask(qtbot, desktop)
    dialog.model.setEditText("embed-1")
    qtbot.waitUntil(dialog.agree.isEnabled)
    assert "5 pieces of 5 files would be sent" in dialog.figures.text()
    assert "at a price that is not known" in dialog.figures.text()
    QTest.keyClicks(dialog.price, "0.5")
    assert "$0." in dialog.figures.text() or "under $" in dialog.figures.text()
    assert dialog.example.toPlainText().startswith("basket.py total\ndef total")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.wait(700)
    assert sent(embeddings) == []


def test_random_words_are_masked_that_nobody_can_look_through(
    qtbot: QtBot, desktop: DesktopWindow, files: Path, embeddings: OpenAIServer
) -> None:
    word = "q8Zr4TnVw2XkPb7LsD3mHf6c"
    (files / "salt.py").write_text(f"def salted(text):\n    return text + '{word}'\n", encoding="utf-8")
    panel = panel_of(qtbot, desktop)
    QTest.keyClick(desktop.window, Qt.Key.Key_M, CTRL_ALT)
    QTest.keyClicks(panel.composer.prompt, "how is it salted")
    qtbot.waitUntil(lambda: "salt.py:1–2" in chips(panel))
    dialog = ask(qtbot, desktop)
    agree(qtbot, dialog)
    qtbot.waitUntil(lambda: is_done(dialog))
    (told,) = (text for text in sent(embeddings) if text.startswith("salt.py"))
    assert word not in told
    assert "HIDDEN_SECRET_" in told


def test_all_of_it_is_read_in_large_letters(qtbot: QtBot, desktop: DesktopWindow) -> None:
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    dialogs = [ask(qtbot, desktop)]
    line = QApplication.focusWidget()
    assert line is not None
    assert line.accessibleName() == "Model for embeddings"
    for size_pt in (18, 13):
        chat.preferences.save(AppearancePage(interface_font_size_pt=size_pt))
        qtbot.waitUntil(lambda size_pt=size_pt: desktop.window.font().pointSize() == size_pt)  # type: ignore[misc]
        leave(qtbot, desktop, dialogs[-1])
        dialogs.append(ask(qtbot, desktop))
        dialogs[-1].model.setEditText("embed-1")
        qtbot.waitUntil(dialogs[-1].agree.isEnabled)
        wait_unclipped(qtbot, dialogs[-1])
    agree(qtbot, dialogs[-1])
    qtbot.waitUntil(lambda: is_done(dialogs[-1]))
    chat.preferences.save(AppearancePage(interface_font_size_pt=18))
    qtbot.waitUntil(lambda: desktop.window.font().pointSize() == 18)
    wait_unclipped(qtbot, dialogs[-1])
    assert not dialogs[-1].example.isVisible()  # nothing is left to be sent
    assert dialogs[-1].close_button.visibleRegion().boundingRect().size() == dialogs[-1].close_button.size()


def test_what_means_the_same_is_found_and_its_cost_kept(
    qtbot: QtBot, files: Path, desktop: DesktopWindow, embeddings: OpenAIServer
) -> None:
    dialog = ask(qtbot, desktop)
    agreed = list[MeaningChoice]()
    dialog.agreed.connect(agreed.append)
    agree(qtbot, dialog)
    qtbot.waitUntil(lambda: is_done(dialog))
    (tokens,) = (choice.tokens_left for choice in agreed)
    told = "\n".join(sent(embeddings))
    assert "def redeem(code)" in told
    assert "planted" not in told
    assert planted()[1] not in told
    qtbot.waitUntil(lambda: "Nothing is left to be sent" in dialog.figures.text())
    leave(qtbot, desktop, dialog)
    panel = panel_of(qtbot, desktop)
    panel.composer.focus_prompt()
    QTest.keyClick(desktop.window, Qt.Key.Key_M, CTRL_ALT)
    QTest.keyClicks(panel.composer.prompt, PROMPT)
    qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
    view = next(view for view in panel.composer.chips.views if view.chip.label == "vouchers.py:1–2")
    assert "similar in meaning" in view.toolTip()
    assert sent(embeddings)[-1] == PROMPT
    core = desktop.core
    assert core is not None
    qtbot.waitUntil(lambda: agreed_to(desktop).group != "")
    records = core.ledger.records_of(agreed_to(desktop).group)
    assert [record.body for record in records] == [request.raw for request in embeddings.requests]
    assert {record.purpose for record in records} == {"embedding"}
    spent = sum(record.usage.input_tokens or 0 for record in records)
    qtbot.waitUntil(lambda: agreed_to(desktop).tokens_left == tokens - spent)


def agreed_to(desktop: DesktopWindow) -> MeaningChoice:
    """As it is kept for the folder, once it is."""
    assert desktop.core is not None
    states = desktop.core.session.load(Session).workspaces.values()
    return next((state.meaning for state in states), MeaningChoice())


def test_a_changed_file_is_sent_again_and_a_paused_one_is_not(
    qtbot: QtBot, files: Path, desktop: DesktopWindow, embeddings: OpenAIServer
) -> None:
    dialog = ask(qtbot, desktop)
    agree(qtbot, dialog)
    qtbot.waitUntil(lambda: is_done(dialog))
    before = len(sent(embeddings))
    (files / "mail.py").write_text("def send_letter(address):\n    return address.letter()\n", encoding="utf-8")
    qtbot.waitUntil(lambda: any("send_letter" in text for text in sent(embeddings)), timeout=20_000)
    assert len(sent(embeddings)) == before + 1


def test_a_failure_is_told_once_and_tried_again_by_the_user(
    qtbot: QtBot, desktop: DesktopWindow, embeddings: OpenAIServer
) -> None:
    embeddings.forget()
    embeddings.wrong_key()
    dialog = ask(qtbot, desktop)
    agree(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog.status.is_bad)
    count = len(embeddings.requests)
    qtbot.wait(500)
    assert len(embeddings.requests) == count
    assert dialog.pause.text() == "Go on"
    embeddings.forget()
    embeddings.replies(Embeds(SAME))
    QTest.mouseClick(dialog.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: is_done(dialog))


def test_words_alone_find_where_the_vector_of_the_prompt_is_late(
    qtbot: QtBot, desktop: DesktopWindow, embeddings: OpenAIServer
) -> None:
    dialog = ask(qtbot, desktop)
    agree(qtbot, dialog)
    qtbot.waitUntil(lambda: is_done(dialog))
    embeddings.forget()
    embeddings.replies(lambda exchange: exchange.wait(None))
    panel = panel_of(qtbot, desktop)
    QTest.mouseClick(panel.composer.automatic, Qt.MouseButton.LeftButton)
    QTest.keyClicks(panel.composer.prompt, "how to redeem a voucher")
    qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
    assert panel.composer.looking.text() == "Looking for context…"
    qtbot.waitUntil(lambda: "within 2 seconds" in dialog.status.text())
    assert "vouchers.py:1–2" in chips(panel)
    qtbot.waitUntil(lambda: panel.composer.looking.text() == "")


def test_no_more_is_sent_than_was_agreed_to(
    qtbot: QtBot, files: Path, desktop: DesktopWindow, embeddings: OpenAIServer
) -> None:
    dialog = ask(qtbot, desktop)
    agree(qtbot, dialog)
    qtbot.waitUntil(lambda: is_done(dialog))
    count = len(embeddings.requests)
    lines = "".join(
        f"def f{at}():\n    return {' + '.join(f'a{at}_{n}' for n in range(400))}\n\n\n" for at in range(60)
    )
    (files / "large.py").write_text(lines, encoding="utf-8")
    qtbot.waitUntil(lambda: "used up" in dialog.status.text())
    assert len(embeddings.requests) == count
    qtbot.waitUntil(dialog.agree.isEnabled)
    QTest.mouseClick(dialog.agree, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: is_done(dialog))
    assert any("a59_0" in text for text in sent(embeddings))


def test_it_is_remembered_switched_off_and_deleted(qtbot: QtBot, files: Path, embeddings: OpenAIServer) -> None:
    with open_desktop(qtbot, files) as first:
        panel_of(qtbot, first).composer.focus_prompt()
        dialog = ask(qtbot, first)
        agree(qtbot, dialog)
        qtbot.waitUntil(lambda: is_done(dialog))
        leave(qtbot, first, dialog)
        QTest.keyClick(first.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: is_closed(first))
    count = len(embeddings.requests)
    with open_desktop(qtbot, files) as second:
        panel = panel_of(qtbot, second)
        panel.composer.focus_prompt()
        dialog = ask(qtbot, second)
        qtbot.waitUntil(lambda: is_done(dialog))
        assert dialog.model.currentText() == "embed-1"
        assert len(embeddings.requests) == count
        QTest.mouseClick(dialog.sent, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: second.window.findChild(QDialog, "request_dialog") is not None)
        QTest.mouseClick(dialog.delete, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(dialog.delete.isHidden)
        assert dialog.off.isHidden()
        leave(qtbot, second, dialog)
        QTest.keyClick(second.window, Qt.Key.Key_M, CTRL_ALT)
        QTest.keyClicks(panel.composer.prompt, PROMPT)
        qtbot.wait(800)
        assert len(embeddings.requests) == count
