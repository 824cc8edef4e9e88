"""Automatic context in the real window: what the prompt is about is found, shown before it is sent, kept or removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.chips import ChipView
from tests.support.desktop import is_closed, open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import opened, panel_of

CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
PROMPT = "how is a voucher redeemed"


@pytest.fixture
def files(folder: Path) -> Path:
    for path, text in {
        # Long: of a small file the two would be one.
        "vouchers.py": "def redeem_voucher(code):\n    return code\n\n\ndef void_voucher(code):\n    return None\n\n\n"
        + "pass\n" * 80,
        "mail.py": "def send_mail(address):\n    return address\n",
        ".env": "VOUCHER_SECRET=redeemed-planted\n",
        "hidden.py": "def redeem_voucher_hidden():\n    return 'planted-too'\n",
        ".copilotignore": "hidden.py\n",
    }.items():
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def desktop(qtbot: QtBot, files: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, files) as shown:
        panel_of(qtbot, shown).composer.focus_prompt()
        qtbot.waitUntil(shown.window.isActiveWindow)
        yield shown


def write(panel: ChatPanel, text: str) -> None:
    QTest.keyClicks(panel.composer.prompt, text)


def chips(panel: ChatPanel) -> list[str]:
    return [view.chip.label for view in panel.composer.chips.views]


def chip(panel: ChatPanel, label: str) -> ChipView:
    return next(view for view in panel.composer.chips.views if view.chip.label == label)


def switch_on(desktop: DesktopWindow, panel: ChatPanel) -> None:
    QTest.keyClick(desktop.window, Qt.Key.Key_M, CTRL_ALT)
    assert panel.composer.automatic.isChecked()


def test_it_is_off_until_it_is_switched_on_and_remembered_for_the_folder(
    qtbot: QtBot, files: Path, server: OpenAIServer
) -> None:
    with open_desktop(qtbot, files) as first:
        panel = panel_of(qtbot, first)
        panel.composer.focus_prompt()
        assert not panel.composer.automatic.isChecked()
        write(panel, PROMPT)
        qtbot.wait(800)
        assert chips(panel) == []
        QTest.mouseClick(panel.composer.automatic, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
        panel.composer.prompt.selectAll()
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda: chips(panel) == [])
        QTest.keyClick(first.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: is_closed(first))
    with open_desktop(qtbot, files) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(panel.composer.automatic.isChecked)
        panel.composer.focus_prompt()
        write(panel, PROMPT)
        qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
        QTest.keyClick(second.window, Qt.Key.Key_M, CTRL_ALT)
        assert not panel.composer.automatic.isChecked()
        qtbot.waitUntil(lambda: chips(panel) == [])


def test_what_is_shown_is_what_is_sent(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel = panel_of(qtbot, desktop)
    switch_on(desktop, panel)
    write(panel, PROMPT)
    qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
    found = chip(panel, "vouchers.py:1–2")
    assert found.chip.is_found
    assert found.chip.note == "Found by automatic context: matches in redeem_voucher."
    assert "P keeps it" in found.accessibleName()
    qtbot.waitUntil(lambda: all(view.chip.tokens is not None for view in panel.composer.chips.views))
    shown = [view.chip.text for view in panel.composer.chips.views]
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(server.requests))
    sent = server.requests[-1].prompt
    assert all(text in sent for text in shown)
    assert "planted" not in sent
    qtbot.waitUntil(lambda: chips(panel) == [])


def test_what_is_removed_stays_away_and_what_is_kept_stays(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    switch_on(desktop, panel)
    write(panel, f"{PROMPT} void_voucher")
    qtbot.waitUntil(lambda: {"vouchers.py:1–2", "vouchers.py:5–6"} <= set(chips(panel)))
    gone, kept = chip(panel, "vouchers.py:1–2"), chip(panel, "vouchers.py:5–6")
    gone.setFocus()
    QTest.keyClick(gone, Qt.Key.Key_Delete)
    kept.setFocus()
    QTest.keyClick(kept, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: not chip(panel, "vouchers.py:5–6").chip.is_found)
    panel.composer.focus_prompt()
    write(panel, " and what of send_mail")
    qtbot.waitUntil(lambda: "mail.py:1–2" in chips(panel))
    assert "vouchers.py:1–2" not in chips(panel)
    panel.composer.prompt.selectAll()
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: chips(panel) == ["vouchers.py:5–6"])


def test_delete_on_a_chip_goes_on_to_the_one_beside_it(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    switch_on(desktop, panel)
    write(panel, PROMPT)
    qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
    for path in ("mail.py", "basket.py", ".copilotignore"):
        panel.add_file(path)
    # What is found stands behind what was chosen, though its chip was made before.
    write(panel, " here")
    qtbot.waitUntil(lambda: chips(panel)[:3] == ["mail.py", "basket.py", ".copilotignore"])
    qtbot.waitUntil(lambda: all(view.chip.tokens is not None for view in panel.composer.chips.views))
    qtbot.wait(1_000)
    shown = chips(panel)
    assert "vouchers.py:1–2" in shown[3:]
    for at, label in enumerate(shown[:-1]):
        chip(panel, label).setFocus()
        QTest.keyClick(chip(panel, label), Qt.Key.Key_Tab)
        assert chip(panel, shown[at + 1]).hasFocus(), (shown, label, QApplication.focusWidget(), chips(panel))
    for at, neighbour in ((2, 2), (1, 1), (-1, -1), (-1, -1)):
        here = chips(panel)[at]
        chip(panel, here).setFocus()
        QTest.keyClick(chip(panel, here), Qt.Key.Key_Delete)
        left = chips(panel)
        assert here not in left
        assert chip(panel, left[neighbour]).hasFocus(), (here, left)


def test_the_menu_of_a_chip_keeps_it(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    switch_on(desktop, panel)
    write(panel, PROMPT)
    qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
    view = chip(panel, "vouchers.py:1–2")
    place = view.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, event)
    menu = desktop.window.findChild(QMenu, "menu.chip")
    assert menu is not None
    action = next(each for each in menu.actions() if each.text() == "Keep it (P)")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    qtbot.waitUntil(lambda: not chip(panel, "vouchers.py:1–2").chip.is_found)


def test_what_the_user_has_added_is_not_found_again(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    panel.add_file("vouchers.py")
    qtbot.waitUntil(lambda: chips(panel) == ["vouchers.py"])
    switch_on(desktop, panel)
    write(panel, f"{PROMPT} by send_mail")
    qtbot.waitUntil(lambda: "mail.py:1–2" in chips(panel))
    assert [label for label in chips(panel) if label.startswith("vouchers")] == ["vouchers.py"]


def test_unsaved_text_of_a_tab_is_what_is_found(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    view = opened(qtbot, desktop, "vouchers.py")
    view.go_to(0, 0)
    QTest.keyClicks(view.code, "# new")
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    panel.composer.focus_prompt()
    switch_on(desktop, panel)
    write(panel, PROMPT)
    qtbot.waitUntil(lambda: any(label.startswith("vouchers.py:") for label in chips(panel)))
    texts = [each.chip.text for each in panel.composer.chips.views]
    assert any(text.startswith("def redeem_voucher") for text in texts)


def test_what_was_found_for_the_prompt_before_is_marked_and_does_not_go(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    switch_on(desktop, panel)
    write(panel, f"{PROMPT} void_voucher")
    qtbot.waitUntil(lambda: {"vouchers.py:1–2", "vouchers.py:5–6"} <= set(chips(panel)))
    qtbot.waitUntil(lambda: panel.composer.looking.text() == "")
    kept = chip(panel, "vouchers.py:5–6")
    kept.setFocus()
    QTest.keyClick(kept, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: not chip(panel, "vouchers.py:5–6").chip.is_found)
    panel.composer.focus_prompt()
    panel.composer.prompt.selectAll()
    QApplication.clipboard().setText("what does send_mail do")
    panel.composer.prompt.paste()
    # At once, without an event between.
    old = chip(panel, "vouchers.py:1–2")
    assert old.property("doubtful") is True
    assert "was found for an earlier prompt and does not go with this one" in old.accessibleName()
    assert not chip(panel, "vouchers.py:5–6").property("doubtful")
    assert panel.composer.looking.text() == "Looking for context…"
    seen: set[str] = set()
    panel.composer.chips.shown.connect(
        lambda: seen.update(view.chip.text for view in panel.composer.chips.views if not view.chip.is_doubtful)
    )
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    assert panel.composer.looking.text() == "Looking, then sending…"
    # What is typed meanwhile is of the next prompt.
    QTest.keyClicks(panel.composer.prompt, "and then")
    qtbot.waitUntil(lambda: bool(server.requests))
    sent = server.requests[-1].prompt
    assert "def redeem_voucher" not in sent
    assert "def void_voucher" in sent
    assert ("def send_mail" in sent) == any("def send_mail" in text for text in seen)
    assert panel.composer.prompt.toPlainText() == "and then"
    is_without = "Sent without automatic context" in panel.composer.notice.toPlainText()
    assert is_without != ("def send_mail" in sent)


def test_enter_waits_for_a_moment_only_and_says_what_did_not_go(
    qtbot: QtBot, files: Path, server: OpenAIServer
) -> None:
    with open_desktop(qtbot, files) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.composer.focus_prompt()
        switch_on(desktop, panel)
        # There is no index yet: it is made for this prompt.
        panel.composer.prompt.insertPlainText(PROMPT)
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        assert server.requests == []
        qtbot.waitUntil(lambda: bool(server.requests))
        if "def redeem_voucher" in server.requests[-1].prompt:
            assert panel.composer.notice.toPlainText() == ""
        else:
            said = "Sent without automatic context: it was still being looked for."
            assert panel.composer.notice.toPlainText() == said


def test_escape_holds_back_a_prompt_that_waits(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel = panel_of(qtbot, desktop)
    switch_on(desktop, panel)
    write(panel, PROMPT)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
    qtbot.wait(700)
    assert server.requests == []
    assert panel.composer.prompt.toPlainText() == PROMPT


def test_without_a_folder_a_sentence_says_so(qtbot: QtBot, server: OpenAIServer) -> None:
    with open_desktop(qtbot, None) as shown:
        panel = panel_of(qtbot, shown)
        QTest.mouseClick(panel.composer.automatic, Qt.MouseButton.LeftButton)
        assert "No folder is open" in panel.composer.notice.toPlainText()
        assert not panel.composer.automatic.isChecked()


def test_what_was_found_for_a_draft_is_not_chosen_after_a_restart(
    qtbot: QtBot, files: Path, server: OpenAIServer
) -> None:
    with open_desktop(qtbot, files) as first:
        panel = panel_of(qtbot, first)
        panel.composer.focus_prompt()
        switch_on(first, panel)
        write(panel, PROMPT)
        qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
        QTest.keyClick(first.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: is_closed(first))
    with open_desktop(qtbot, files) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: panel.composer.prompt.toPlainText() == PROMPT)
        qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
        assert chip(panel, "vouchers.py:1–2").chip.is_found


def test_a_chip_says_what_it_calls_and_what_is_called_comes_along(
    qtbot: QtBot, files: Path, server: OpenAIServer
) -> None:
    (files / "till.py").write_text(
        "from ledger import book_amount\n\n\ndef close_till(drawer):\n    return book_amount(drawer)\n",
        encoding="utf-8",
    )
    (files / "ledger.py").write_text(
        "LINES = []\n\n\ndef book_amount(each):\n    LINES.append(each)\n", encoding="utf-8"
    )
    with open_desktop(qtbot, files) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.composer.focus_prompt()
        switch_on(desktop, panel)
        write(panel, "closing the till")
        qtbot.waitUntil(lambda: {"till.py:4–5", "ledger.py:4–5"} <= set(chips(panel)))
        caller, called = chip(panel, "till.py:4–5"), chip(panel, "ledger.py:4–5")
        note = "Found by automatic context: matches in close_till, calls book_amount of ledger.py."
        assert caller.chip.note == note
        assert note in caller.toolTip()
        assert note in caller.accessibleName()
        # No word of the prompt is in it.
        assert called.chip.note == "Found by automatic context: is called by close_till in till.py."
        assert called.chip.text == "def book_amount(each):\n    LINES.append(each)\n"
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(server.requests))
        assert "def book_amount(each):" in server.requests[-1].prompt


@pytest.mark.parametrize(
    "question",
    [
        'redeem_voucher "NEAR( OR -x* ^ text_fts:',
        "redeem_voucher \ud800 \udfff end",
        "redeem_voucher " + " ".join(f"w{number}" for number in range(100_000)),
    ],
    ids=["operators", "surrogates", "long"],
)
def test_prompts_that_look_like_something_else_are_words(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, question: str
) -> None:
    panel = panel_of(qtbot, desktop)
    switch_on(desktop, panel)
    panel.composer.prompt.insertPlainText(question)
    qtbot.waitUntil(lambda: "vouchers.py:1–2" in chips(panel))
    if len(question) < 1_000:
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(server.requests))
        assert "redeem_voucher" in server.requests[-1].prompt


def test_pieces_that_only_cost_tokens_do_not_come(qtbot: QtBot, files: Path, server: OpenAIServer) -> None:
    reports = {
        f"report_{number}.py": f"def report_{number}(sheet):\n    return [rows for rows in sheet[{number}]]\n"
        for number in range(1, 5)
    }
    for path, text in {
        "tax.py": '"""Taxes."""\n\nRATE = 0.19\n\n\ndef tax_of(price):\n    return price * RATE\n\n\n# tax_of later\n',
        "test_tax.py": "from tax import tax_of\n\n\ndef check():\n    assert tax_of(1) == 0.19\n",
        "stock.py": "class Stock:\n    def stock_rows(self):\n        return self.rows\n",
        ".cursor/rules/release.mdc": "---\ndescription: releases\n---\nExplain tax_of and stock rows in the notes.\n",
        "CLAUDE.md": "Explain tax_of and stock rows as well.\n",
        ".copilot/notes.md": "tax_of, stock rows\n",
        **reports,
    }.items():
        (files / path).parent.mkdir(parents=True, exist_ok=True)
        (files / path).write_text(text, encoding="utf-8")
    with open_desktop(qtbot, files) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.composer.focus_prompt()
        switch_on(desktop, panel)
        write(panel, "explain tax_of")
        # One chip of the small file, from its first piece that says something to its last; and no import alone.
        qtbot.waitUntil(lambda: found(panel) == ["tax.py:1–7", "test_tax.py:4–5"])
        assert "matches in tax_of" in chip(panel, "tax.py:1–7").chip.note
        panel.composer.prompt.selectAll()
        write(panel, "explain stock rows")
        qtbot.waitUntil(lambda: "stock.py:1–3" in found(panel))
        qtbot.wait(700)
        assert found(panel) == ["stock.py:1–3"]
        # What is taken away stays away, whatever else of the file the next words find.
        panel.composer.prompt.selectAll()
        write(panel, "what of tax_of")
        qtbot.waitUntil(lambda: any(label.startswith("tax.py") for label in found(panel)))
        gone = next(label for label in found(panel) if label.startswith("tax.py"))
        chip(panel, gone).setFocus()
        QTest.keyClick(chip(panel, gone), Qt.Key.Key_Delete)
        panel.composer.focus_prompt()
        write(panel, " and RATE")
        qtbot.wait(1_500)
        assert not any(label.startswith("tax.py") for label in found(panel))


def found(panel: ChatPanel) -> list[str]:
    """What was found for the prompt, and not for the one before."""
    return [view.chip.label for view in panel.composer.chips.views if view.chip.is_found]
