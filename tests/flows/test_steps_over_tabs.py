"""Steps that change files and tabs with unsaved text: a crash ends in all or none for both together."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.edits import propose
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.history_in_window import HistoryInWindow
from copilot_desktop.workspace import applying, step_recovery
from copilot_desktop.workspace.checkpoints.journal import Step
from copilot_desktop.workspace.hot_exit.records import read_unsaved
from tests.support.desktop import is_closed, open_desktop
from tests.support.history_page import applier_of, write_step
from tests.support.openai_server import OpenAIServer
from tests.support.shop import BASKET, SOURCE, WANTED, make_shop, opened, review_of

LIMIT_MS = 20_000
OTHERS = {"b.txt": "one\ntwo\nthree\n", "c.txt": "old\n"}
TYPED = "# typed\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop with three files."""
    return make_shop(tmp_path, OTHERS)


def type_into(qtbot: QtBot, desktop: DesktopWindow, path: str) -> None:
    """Add a first line to a file, and leave it unsaved."""
    opened(qtbot, desktop, path)
    buffer = desktop.documents.find(path)
    assert buffer is not None
    buffer.edit_lines([LineEdit(LineRange(0, 0), TYPED)])
    qtbot.waitUntil(lambda: desktop.documents.is_dirty(path))


def propose_all(qtbot: QtBot, desktop: DesktopWindow, texts: dict[str, str]) -> None:
    """Put a change to each of the three files under review."""
    qtbot.waitUntil(lambda: desktop.window.findChild(ChatInWindow) is not None, timeout=LIMIT_MS)
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    qtbot.waitUntil(lambda: review_of(desktop).keeper.is_loaded, timeout=LIMIT_MS)
    answer = [
        {"path": BASKET, "old_string": "sum(items)", "new_string": "sum(item.net for item in items)"},
        {"path": "b.txt", "old_string": "three\n", "new_string": "3\n"},
        {"path": "c.txt", "old_string": "old\n", "new_string": "new\n"},
    ]
    chat.proposed.emit(ProposalMade("turn", propose(answer, texts), texts, "title", "model"))
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 3, timeout=LIMIT_MS)


def accept_all(desktop: DesktopWindow) -> None:
    review = review_of(desktop)
    review.accept([hunk.hunk_id for hunk in review.state.pending()])


def texts_in(desktop: DesktopWindow, folder: Path) -> tuple[str | None, str | None, str]:
    """What the two tabs say, and the third file."""
    text_of = desktop.documents.text_of
    return text_of(BASKET), text_of("b.txt"), (folder / "c.txt").read_text()


def copies() -> dict[str | None, str]:
    """The texts of all hot-exit copies by path."""
    found = (read_unsaved(place.read_bytes()) for place in program_folders(os.environ).state.rglob("*.unsaved"))
    return {each.header.path: each.text.decode() for each in found}


def notices(desktop: DesktopWindow) -> list[str]:
    return [notice.message for notice in desktop.window.notices.shown()]


def test_a_crash_amid_an_accept_ends_in_all_of_it(
    qtbot: QtBot, server: OpenAIServer, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, crashed = program_folders(os.environ).state, tmp_path / "crashed"
    move, moved = step_recovery.move_staged, list[str]()

    def move_and_look(step: Step, target: Path) -> None:
        move(step, target)
        moved.append(step.told)
        if len(moved) == 2:
            # What a kill here would leave.
            shutil.copytree(state, crashed / "state")
            shutil.copytree(folder, crashed / "shop")

    with open_desktop(qtbot, folder) as first:
        for path in (BASKET, "b.txt"):
            type_into(qtbot, first, path)
        before = texts_in(first, folder)
        propose_all(qtbot, first, {BASKET: TYPED + SOURCE, "b.txt": TYPED + OTHERS["b.txt"], "c.txt": OTHERS["c.txt"]})
        qtbot.waitUntil(lambda: copies().get("b.txt", "").startswith(TYPED), timeout=LIMIT_MS)
        monkeypatch.setattr(applying, "move_staged", move_and_look)
        accept_all(first)
        wanted = TYPED + WANTED, f"{TYPED}one\ntwo\n3\n", "new\n"
        qtbot.waitUntil(lambda: texts_in(first, folder) == wanted, timeout=LIMIT_MS)
        assert moved == ["c.txt", *(f"the copy of the unsaved text of {path}" for path in (BASKET, "b.txt"))]
        monkeypatch.setattr(applying, "move_staged", move)
        # What is typed afterwards is kept as before.
        buffer = first.documents.find("b.txt")
        assert buffer is not None
        buffer.edit_lines([LineEdit(LineRange(0, 0), "more\n")])
        qtbot.waitUntil(lambda: copies()["b.txt"] == f"more\n{wanted[1]}", timeout=LIMIT_MS)
        # The history has the one file alone, and says so when it takes that back.
        page = first.window.findChild(HistoryInWindow)
        assert page is not None
        page.history.take_back(applier_of(folder).history.entries(limit=1)[0].entry_id)
        left = "What the step changed in unsaved tabs stays there: b.txt and 1 more file."
        said = f"Undone: Accept 1 change (1 file). {left}"
        qtbot.waitUntil(lambda: said in notices(first), timeout=LIMIT_MS)
        first.window.close()
        qtbot.waitUntil(lambda: is_closed(first), timeout=LIMIT_MS)
    for found, place in ((crashed / "state", state), (crashed / "shop", folder)):
        shutil.rmtree(place)
        shutil.copytree(found, place)
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: "2 unsaved files were brought back." in notices(second), timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: review_of(second).keeper.is_loaded, timeout=LIMIT_MS)
        assert texts_in(second, folder) == wanted
        (said,) = [each for each in notices(second) if "The program ended" in each]
        assert said == (
            "The program ended while it wrote a file and the unsaved texts of 2 tabs "
            "(Accept 1 change; 2 more in unsaved tabs: b.txt and 1 more file). The step has been finished."
        )
        assert review_of(second).state.pending() == ()
        review_of(second).undo()
        qtbot.waitUntil(lambda: texts_in(second, folder) == before, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: copies() == {BASKET: before[0], "b.txt": before[1]}, timeout=LIMIT_MS)


def test_a_refused_copy_refuses_the_step_and_the_tabs_stay_protected(
    qtbot: QtBot, server: OpenAIServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_desktop(qtbot, folder) as desktop:
        for path in (BASKET, "b.txt"):
            type_into(qtbot, desktop, path)
        before = texts_in(desktop, folder)
        propose_all(
            qtbot, desktop, {BASKET: TYPED + SOURCE, "b.txt": TYPED + OTHERS["b.txt"], "c.txt": OTHERS["c.txt"]}
        )

        move = step_recovery.move_staged

        def refuse(step: Step, target: Path) -> None:
            if step.copy and step.path == "b.txt":
                raise OSError(28, os.strerror(28))
            move(step, target)

        monkeypatch.setattr(applying, "move_staged", refuse)
        accept_all(desktop)
        full = "The disk is full: the copy of the unsaved text of b.txt could not be written, nothing was changed."
        qtbot.waitUntil(lambda: full in notices(desktop), timeout=LIMIT_MS)
        assert texts_in(desktop, folder) == before
        assert len(review_of(desktop).state.pending()) == 3
        qtbot.waitUntil(lambda: copies() == {BASKET: before[0], "b.txt": before[1]}, timeout=LIMIT_MS)


def test_taking_a_step_back_from_the_history_writes_the_copies_with_it(
    qtbot: QtBot, server: OpenAIServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry_id = write_step(folder, {BASKET: WANTED, "c.txt": "new\n"})
    move, moved = step_recovery.move_staged, dict[str, dict[str | None, str]]()

    def move_and_look(step: Step, target: Path) -> None:
        move(step, target)
        moved[step.told] = copies()

    with open_desktop(qtbot, folder) as desktop:
        type_into(qtbot, desktop, BASKET)
        qtbot.waitUntil(lambda: desktop.window.findChild(HistoryInWindow) is not None, timeout=LIMIT_MS)
        page = desktop.window.findChild(HistoryInWindow)
        assert page is not None
        monkeypatch.setattr(applying, "move_staged", move_and_look)
        page.history.take_back(entry_id)
        text_of = desktop.documents.text_of
        qtbot.waitUntil(lambda: text_of(BASKET) == TYPED + SOURCE, timeout=LIMIT_MS)
        assert (folder / "c.txt").read_text() == "old\n"
        assert (folder / BASKET).read_text() == WANTED
        assert list(moved) == ["c.txt", f"the copy of the unsaved text of {BASKET}"]
        assert moved[f"the copy of the unsaved text of {BASKET}"] == {BASKET: TYPED + SOURCE}
