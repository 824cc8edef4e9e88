"""A model reviews one's own changes: seen before it is sent, shown at their lines, fixed, dismissed for good."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.request_words import Phase
from copilot_desktop.conversation.findings.store import FindingsStore, place_of
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.theme.theme import ThemeChoice
from tests.support.changes import wait
from tests.support.desktop import open_desktop, open_program
from tests.support.findings import (
    ADDING,
    CHANGED,
    COUNT,
    FIX,
    KEY,
    finding,
    findings_of,
    listed,
    make_changes,
    open_page,
    pane_of,
    said_below_lines,
    wait_for_phase,
)
from tests.support.openai_server import OpenAIServer
from tests.support.shop import opened, review_of, serving_model

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving_model() as running:
        yield running


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def test_findings_by_keys(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> None:
    project = make_changes(tmp_path)
    server.answers(f"{COUNT}\n{ADDING}\n{FIX}\n")
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop)
        press(Qt.Key.Key_M)
        wait_for_phase(qtbot, desktop, Phase.PLANNED)
        strip = pane_of(view).strip
        assert "2 files to test-model: " in strip._words.text()
        assert ".env (it looks like environment variables" in strip._left_out.text()
        assert strip.secrets.text() == "1 secret masked. Choose…"
        assert "1 secret masked: API key." in strip.secrets.toolTip()
        assert not server.requests
        wait(qtbot, strip.send.hasFocus)
        press(Qt.Key.Key_Space)
        wait(qtbot, lambda: len(listed(view)) == 2 and findings_of(desktop).state.phase is Phase.RESTING)
        sent = str(server.requests[0].body["messages"])
        assert "4 +         result += item.price * item.count" in sent
        assert all(each["content"] in strip.text.toPlainText() for each in server.requests[0].body["messages"])
        assert "hidden-in-env" not in sent
        assert KEY not in sent
        assert listed(view)[0].startswith("Problem, cart.py:2: None plus a number")
        assert said_below_lines(view) == [
            ("    result = None", "Problem: None plus a number fails with the first item. T shows its fix."),
            ("        result += item.price * item.count", "Doubt, lines 3–4: An item may have no count."),
        ]
        press(Qt.Key.Key_F)
        assert view.diff.current_row() is not None
        wait(qtbot, view.diff.hasFocus)
        press(Qt.Key.Key_T)
        wait(qtbot, lambda: desktop.window.findChild(ReviewView) is not None)
        (hunk,) = review_of(desktop).state.pending()
        assert hunk.new_text == "    result = 0\n"
        review_of(desktop).accept([hunk.hunk_id])
        wait(qtbot, lambda: (project.root / "cart.py").read_text() == CHANGED.replace("None", "0"))
        desktop.window.commands.run("changes.review")
        wait(qtbot, lambda: "Fixed: its fix was accepted." in listed(view)[0])
        wait(qtbot, lambda: len(said_below_lines(view)) == 1)
        assert listed(view)[1].startswith("Doubt, cart.py:3–4:")
        assert pane_of(view)._head.text() == "FINDINGS · 1 doubt, 1 fixed"


def test_a_fixed_finding_is_open_again_when_its_fix_is_taken_back(
    qtbot: QtBot, tmp_path: Path, server: OpenAIServer
) -> None:
    project = make_changes(tmp_path)
    server.answers(f"{ADDING}\n{FIX}\n")
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop)
        findings_of(desktop).plan(view.bar.comparison)
        wait_for_phase(qtbot, desktop, Phase.PLANNED)
        findings_of(desktop).send()
        wait_for_phase(qtbot, desktop, Phase.RESTING)
        press(Qt.Key.Key_F)
        press(Qt.Key.Key_T)
        wait(qtbot, lambda: len(review_of(desktop).state.pending()) == 1)
        (hunk,) = review_of(desktop).state.pending()
        review_of(desktop).accept([hunk.hunk_id])
        wait(qtbot, lambda: findings_of(desktop).state.fixed != frozenset())
    # It is kept, and so is the way back.
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop)
        wait(qtbot, lambda: bool(listed(view)))
        assert "Fixed: its fix was accepted." in listed(view)[0]
        wait(qtbot, lambda: review_of(desktop).can_undo)
        review_of(desktop).undo()
        wait(qtbot, lambda: findings_of(desktop).state.fixed == frozenset())
        wait(qtbot, lambda: listed(view)[0].startswith("Problem, cart.py:2: None plus a number"))
        assert "Fixed" not in listed(view)[0]
        wait(qtbot, lambda: len(said_below_lines(view)) == 1)
        # T leads to the same proposal, which waits again.
        view.diff.setFocus()
        press(Qt.Key.Key_F)
        press(Qt.Key.Key_T)
        assert len(review_of(desktop).state.change_sets) == 1


def test_findings_that_arrive_outlive_a_program_that_is_killed(
    qtbot: QtBot, tmp_path: Path, server: OpenAIServer
) -> None:
    project = make_changes(tmp_path)
    server.holds([ADDING, f"\n{FIX}\n", COUNT[:20]], after=2)
    place = place_of(program_folders(os.environ).state, os.fsencode(project.root))
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop)
        findings_of(desktop).plan(view.bar.comparison)
        wait_for_phase(qtbot, desktop, Phase.PLANNED)
        findings_of(desktop).send()
        wait(qtbot, lambda: len(listed(view)) == 1)
        # What is on the disk while the answer still arrives is all that a killed program leaves.
        wait(qtbot, lambda: place.exists() and bool(FindingsStore(place).load().findings[0].fix))
        left = place.read_bytes()
        assert findings_of(desktop).state.phase is Phase.ASKING
    # A window that is closed meanwhile keeps it, too.
    (kept,) = FindingsStore(place).load().findings
    assert kept.reason == "None plus a number fails with the first item."
    server.release()
    place.write_bytes(left)
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop)
        wait(qtbot, lambda: len(listed(view)) == 1)
        assert listed(view)[0].startswith("Problem, cart.py:2: None plus a number")
        assert "The program ended while these arrived" in pane_of(view).said.text()


def test_dismissed_for_good(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> None:
    project = make_changes(tmp_path)
    server.answers(f"{ADDING}\n{COUNT}\n")
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop)
        findings = findings_of(desktop)
        for _ in range(2):
            view.bar.ask.click()
            wait_for_phase(qtbot, desktop, Phase.PLANNED)
            findings.send()
            wait_for_phase(qtbot, desktop, Phase.RESTING)
            if len(server.requests) == 1:
                pane_of(view).list.choose(findings.state.findings[0].finding_id)
                view.diff.setFocus()
                press(Qt.Key.Key_D)
                press(Qt.Key.Key_U)
                assert len(listed(view)) == 2
                press(Qt.Key.Key_D)
                assert [each.split(",")[0] for each in listed(view)] == ["Doubt"]
        assert [each.split(",")[0] for each in listed(view)] == ["Doubt"]
        assert "1 finding that was dismissed came again and is not shown." in pane_of(view).said.text()
        view.diff.setFocus()
        press(Qt.Key.Key_U)
        assert (len(listed(view)), pane_of(view).said.text()) == (2, "")
        press(Qt.Key.Key_D)
        assert "- cart.py: None plus a number fails" in server.requests[1].body["messages"][1]["content"]
        # What stands above the lines changes; they are found again.
        project.write("cart.py", f"# Prices\n\n{CHANGED}")
        wait(qtbot, lambda: listed(view)[0].startswith("Doubt, cart.py:5–6:"))
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop)
        wait(qtbot, lambda: bool(findings_of(desktop).state.findings))
        assert listed(view)[0].startswith("Doubt, cart.py:5–6:")
        assert len(findings_of(desktop).keeper.kept.dismissed) == 1


def test_answers_without_findings_and_faults(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> None:
    project = make_changes(tmp_path)
    server.answers("It looks fine to me.")
    server.answers("[]")
    server.fails(500, "The server had an error.")
    server.holds([ADDING, "\n", COUNT[:20]], after=2)
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop)
        findings, pane = findings_of(desktop), pane_of(view)

        def ask() -> None:
            findings.plan(view.bar.comparison)
            wait_for_phase(qtbot, desktop, Phase.PLANNED)
            findings.send()

        ask()
        wait_for_phase(qtbot, desktop, Phase.RESTING)
        assert "no finding in the form" in pane.said.text()
        assert pane.rest.toPlainText() == "It looks fine to me."
        ask()
        wait_for_phase(qtbot, desktop, Phase.RESTING)
        assert "nothing to say about these changes" in pane.said.text()
        ask()
        wait_for_phase(qtbot, desktop, Phase.RESTING)
        assert pane.said.property("role") == "error"
        ask()
        wait(qtbot, lambda: len(listed(view)) == 1)
        findings.stop()
        assert pane.said.text() == "Stopped."
        assert len(listed(view)) == 1
        findings.plan(view.bar.comparison)
        wait_for_phase(qtbot, desktop, Phase.PLANNED)
        pane.strip.cancel.click()
        assert findings.state.phase is Phase.RESTING
        assert len(listed(view)) == 1
        server.release()


def test_one_file_alone_leaves_the_findings_of_others(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> None:
    project = make_changes(tmp_path)
    noted = finding("No owner is named.", (3, 3), path="notes.md", severity="remark")
    server.answers(f"{ADDING}\n{noted}\n{finding('Elsewhere.', (1, 1), path='gone.py')}")
    server.answers("[]")
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop)
        findings, pane = findings_of(desktop), pane_of(view)
        press(Qt.Key.Key_M)
        wait_for_phase(qtbot, desktop, Phase.PLANNED)
        findings.send()
        wait_for_phase(qtbot, desktop, Phase.RESTING)
        assert [each.split(":")[0] for each in listed(view)] == [
            "Problem, cart.py",
            "Problem, gone.py",
            "Remark, notes.md",
        ]
        assert "Its place is not known. The answer names a file that was not sent." in listed(view)[1]
        QTest.keyClicks(opened(qtbot, desktop, "notes.md").code, "typed")
        desktop.window.commands.run("changes.review")
        view.go_to_file("notes.md")
        press(Qt.Key.Key_M, SHIFT)
        wait_for_phase(qtbot, desktop, Phase.PLANNED)
        assert "Unsaved text in the tab of notes.md is not sent" in pane.strip._left_out.text()
        assert pane.strip._words.text().startswith("1 file to test-model")
        findings.send()
        wait_for_phase(qtbot, desktop, Phase.RESTING)
        assert "cart.py" not in server.requests[1].body["messages"][1]["content"]
        assert [each.split(":")[0] for each in listed(view)] == ["Problem, cart.py"]
        # What is no longer in the comparison is not lost.
        project.git("add", "-A")
        wait(qtbot, lambda: "Nothing on disk differs" in view._note.text())
        assert pane.isVisible()
        assert "Its file is not in this comparison." in listed(view)[0]
        pane.list.setFocus()
        press(Qt.Key.Key_F)
        wait(qtbot, lambda: desktop.window.editors.view_of("cart.py") is not None)


def test_icons_follow_the_theme(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> None:
    project = make_changes(tmp_path)
    with open_program(qtbot, project.root, ThemeChoice.DARK) as program:
        (desktop,) = program.windows
        view = open_page(qtbot, desktop)
        pane_of(view).show()
        buttons = [button for button in view.findChildren(IconButton) if button.isVisible() and button.isEnabled()]
        assert len(buttons) > 3
        before = [button.icon().pixmap(16).toImage() for button in buttons]
        desktop._theme.choose(ThemeChoice.LIGHT)
        wait(qtbot, lambda: view.diff.tokens.name == "light")
        after = [button.icon().pixmap(16).toImage() for button in buttons]
        assert all(one != other for one, other in zip(before, after, strict=True))
