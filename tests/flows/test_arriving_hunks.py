"""Changes are seen in the text while their answer arrives, follow what is done there, and become the proposal."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.hunk_bar import HunkBar
from copilot_desktop.editor.view import EditorView
from copilot_desktop.edits import propose
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.prompt_box import PromptBox
from copilot_desktop.ui.status_bar import StatusField
from copilot_desktop.workspace.files import FileText, read_file
from copilot_desktop.workspace.paths import Workspace
from tests.support.arriving_answers import FORMATS, PAIR, asked, said, send
from tests.support.openai_server import OpenAIServer
from tests.support.refusals import cards
from tests.support.shop import SOURCE, make_shop, opened, panel_of, review_of
from tests.support.slow_answers import SteppedAnswer

LONG = "".join(f"value_{line} = {line}\n" for line in range(300))
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_shop(tmp_path, {"long.py": LONG})


def seen(view: EditorView) -> list[tuple[int, int, str, bool]]:
    """First line, line after the last, new text, and whether its answer goes on, of each hunk in a text."""
    return [
        (each.lines.start, each.lines.end, each.new_text, each.is_arriving or each.is_early)
        for each in view.diff_marks.hunks()
    ]


def begun(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, view: EditorView, then: SteppedAnswer | None = None
) -> tuple[ChatPanel, SteppedAnswer]:
    """An answer in the middle of its first pair, of which a line is there."""
    answer = SteppedAnswer(PAIR)
    server.replies(answer)
    if then is not None:
        server.replies(then)
    panel = asked(qtbot, desktop)
    answer.step(2)
    qtbot.waitUntil(lambda: seen(view) == [(1, 2, "    net = [item.net for item in items]\n", True)])
    return panel, answer


def is_unharmed(folder: Path) -> bool:
    return (folder / "basket.py").read_text(encoding="utf-8") == SOURCE and not (folder / "new.py").exists()


@pytest.mark.parametrize("pieces", FORMATS.values(), ids=FORMATS)
def test_hunks_grow_in_the_text_and_the_end_is_the_proposal(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path, pieces: tuple[str, ...]
) -> None:
    view = opened(qtbot, desktop)
    answer = SteppedAnswer(pieces)
    server.replies(answer)
    asked(qtbot, desktop)
    answer.step(2)
    qtbot.waitUntil(lambda: "net = [" in "".join(each[2] for each in seen(view)))
    assert all(each[3] for each in seen(view))
    assert [bar.accept_button.isHidden() for bar in view.findChildren(HunkBar)] == [True]
    assert review_of(desktop).state.hunks() == ()
    assert desktop.window.status.text_of(StatusField.TO_REVIEW) == ""
    answer.step(2)
    qtbot.waitUntil(lambda: "return sum(net)" in "".join(each[2] for each in seen(view)))
    grown = {each.hunk_id for each in view.diff_marks.hunks()}
    answer.finish()
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 2)
    assert [each[:3] for each in seen(view)] == [
        (1, 2, "    net = [item.net for item in items]\n    return sum(net)\n")
    ]
    assert not any(each[3] for each in seen(view))
    assert {each.hunk_id for each in view.diff_marks.hunks()} == grown
    made = propose("".join(pieces), {"basket.py": SOURCE})
    hunks = review_of(desktop).state.hunks("basket.py")
    assert [(each.start, each.end, each.new_text) for each in hunks] == [
        (each.start, each.end, each.new_text) for each in made.hunks if each.path == "basket.py"
    ]
    assert is_unharmed(folder)


def test_typing_moves_what_arrives_and_typing_in_it_is_a_conflict(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    view = opened(qtbot, desktop)
    panel, answer = begun(qtbot, desktop, server, view)
    view.select(0, 0)
    QTest.keyClicks(view.code, "# typed")
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    answer.step(1)
    whole = "    net = [item.net for item in items]\n    return sum(net)\n"
    qtbot.waitUntil(lambda: seen(view) == [(2, 3, whole, True)])
    view.show_lines(LineRange(2, 2))
    QTest.keyClick(view.code, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: [each.is_conflict for each in view.diff_marks.hunks()] == [True])
    view.commands.undo()
    qtbot.waitUntil(lambda: not any(each.is_conflict for each in view.diff_marks.hunks()))
    assert seen(view) == [(2, 3, whole, True)]
    answer.finish()
    qtbot.waitUntil(lambda: seen(view) == [(2, 3, whole, False)])
    assert view.text() == f"# typed\n{SOURCE}"
    assert said(panel) == []


def test_esc_takes_away_what_arrived(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path) -> None:
    view = opened(qtbot, desktop)
    panel, _answer = begun(qtbot, desktop, server, view)
    panel.composer.focus_prompt()
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    qtbot.waitUntil(lambda: (seen(view), said(panel)) == ([], []))
    assert server.wait_disconnect()
    assert panel.conversation.transcript.turns[-1].status == "Stopped. What had arrived is kept."
    assert review_of(desktop).state.hunks() == ()
    assert is_unharmed(folder)


def test_an_answer_that_breaks_off_takes_it_away_too(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    answer = SteppedAnswer(PAIR[:3], is_cut=True)
    server.replies(answer)
    panel = asked(qtbot, desktop)
    answer.step(3)
    qtbot.waitUntil(lambda: len(seen(view)) == 1 and said(panel) != [])
    answer.finish()
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    assert (seen(view), said(panel)) == ([], [])
    assert is_unharmed(folder)


def test_a_deleted_conversation_leaves_nothing(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    view = opened(qtbot, desktop)
    panel, _answer = begun(qtbot, desktop, server, view)
    QTest.keyClick(desktop.window, Qt.Key.Key_H, CTRL | ALT)
    found = panel.pages.list
    qtbot.waitUntil(lambda: found.list.model().rowCount() == 1)
    found.list.setFocus()
    QTest.keyClick(found.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: found.list.model().rowCount() == 0)
    qtbot.waitUntil(lambda: seen(view) == [])
    assert server.wait_disconnect()


def test_a_window_closes_while_hunks_arrive(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    begun(qtbot, desktop, server, view)
    desktop.window.close_now()
    assert server.wait_disconnect()
    assert is_unharmed(folder)


def test_two_answers_arrive_at_once_in_one_file(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    view = opened(qtbot, desktop)
    pieces = "basket.py\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n", ">>>>>>> REPLACE\n"
    second = SteppedAnswer(pieces)
    panel, first = begun(qtbot, desktop, server, view, second)
    QTest.keyClick(desktop.window, Qt.Key.Key_N, CTRL | ALT)
    qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 0)
    asked(qtbot, desktop)
    second.step(1)
    qtbot.waitUntil(lambda: [each[0] for each in seen(view)] == [1, 5])
    assert said(panel) == ["1 file +1 −1 Arriving …", "basket.py"]
    second.finish()
    qtbot.waitUntil(lambda: [each[3] for each in seen(view)] == [True, False])
    first.finish()
    qtbot.waitUntil(lambda: [each[3] for each in seen(view)] == [False, False])
    assert [each[0] for each in seen(view)] == [1, 5]


def test_one_comes_back_to_the_conversation_and_the_card_is_there(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    view = opened(qtbot, desktop)
    panel, answer = begun(qtbot, desktop, server, view)
    QTest.keyClick(desktop.window, Qt.Key.Key_N, CTRL | ALT)
    qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 0)
    answer.step(1)
    qtbot.waitUntil(lambda: "return sum(net)" in seen(view)[0][2])
    QTest.keyClick(desktop.window, Qt.Key.Key_H, CTRL | ALT)
    qtbot.waitUntil(lambda: panel.pages.list.list.model().rowCount() == 1)
    QTest.keyClick(panel.pages.list.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: said(panel) == ["1 file +2 −1 Arriving …", "basket.py"])
    answer.finish()
    qtbot.waitUntil(lambda: said(panel) == [] and len(panel.conversation.transcript.turns[-1].proposals) == 1)


def test_a_file_the_model_was_not_shown_is_read_once_and_opened_by_key(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def note(workspace: Workspace, path: str) -> FileText:
        read.append(path)
        return read_file(workspace, path)

    monkeypatch.setattr("copilot_desktop.bridge.folder.readable_files.read_file", note)
    answer = SteppedAnswer(
        (
            "long.py\n```\n<<<<<<< SEARCH\nvalue_250 = 250\n=======\nvalue_250 = 0\n",
            "more = 1\n",
            ">>>>>>> REPLACE\n```\n",
        )
    )
    server.replies(answer)
    panel = asked(qtbot, desktop)
    answer.step(1)
    qtbot.waitUntil(lambda: said(panel) == ["1 file +1 −1 Arriving …", "long.py"])
    panel.composer.focus_prompt()
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("long.py") is not None)
    view = desktop.window.editors.view_of("long.py")
    assert view is not None
    qtbot.waitUntil(lambda: seen(view) == [(250, 251, "value_250 = 0\n", True)])
    qtbot.waitUntil(lambda: view.selection().lines.start == 250)
    answer.step(1)
    qtbot.waitUntil(lambda: seen(view) == [(250, 251, "value_250 = 0\nmore = 1\n", True)])
    answer.finish()
    qtbot.waitUntil(lambda: seen(view) == [(250, 251, "value_250 = 0\nmore = 1\n", False)])
    assert [path for path in read if path == "long.py"] == ["long.py"]


def test_show_goes_to_the_hunk_that_grows(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    answer = SteppedAnswer(("long.py\n<<<<<<< SEARCH\nvalue_250 = 250\n=======\nvalue_250 = 0\n", ">>>>>>> REPLACE\n"))
    server.replies(answer)
    panel = asked(qtbot, desktop)
    answer.step(1)
    qtbot.waitUntil(lambda: said(panel) != [])
    show = panel.findChild(QPushButton, "arriving_show")
    assert show is not None
    QTest.mouseClick(show, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("long.py") is not None)
    view = desktop.window.editors.view_of("long.py")
    assert view is not None
    qtbot.waitUntil(lambda: view.selection().lines.start == 250 and len(seen(view)) == 1)


def test_caret_and_scroll_stay_when_the_proposal_takes_its_place(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    blocks = [
        f"long.py\n<<<<<<< SEARCH\nvalue_{at} = {at}\n=======\nvalue_{at} = 0\nmore_{at} = 1\n>>>>>>> REPLACE\n"
        for at in (5, 60, 120, 200)
    ]
    answer = SteppedAnswer(blocks)
    server.replies(answer)
    view = opened(qtbot, desktop, "long.py")
    asked(qtbot, desktop)
    answer.step(3)
    qtbot.waitUntil(lambda: len(seen(view)) == 3)
    view.show_lines(LineRange(120, 122))
    view.setFocus()
    code = view.code
    before = code.firstVisibleLine(), code.currentPos(), code.docLineFromVisible(code.firstVisibleLine())
    answer.finish()
    qtbot.waitUntil(lambda: [each[3] for each in seen(view)] == [False] * 4)
    assert before == (code.firstVisibleLine(), code.currentPos(), code.docLineFromVisible(code.firstVisibleLine()))


def test_a_key_that_comes_too_early_is_told(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    view = opened(qtbot, desktop)
    begun(qtbot, desktop, server, view)
    view.show_lines(LineRange(1, 1))
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    notices = desktop.window.notices
    qtbot.waitUntil(lambda: bool(notices.shown()))
    assert notices.shown()[0].message == "This change still arrives."
    assert view.text() == SOURCE


TWO = (
    "basket.py\n<<<<<<< SEARCH\n    return sum(items)\n=======\n    return 0\n>>>>>>> REPLACE\n",
    "<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n",
    ">>>>>>> REPLACE\n",
)


def two_begun(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, pieces: tuple[str, ...] = TWO
) -> tuple[EditorView, SteppedAnswer]:
    """An answer whose first block is whole."""
    view = opened(qtbot, desktop)
    answer = SteppedAnswer(pieces)
    server.replies(answer)
    asked(qtbot, desktop)
    answer.step(1)
    qtbot.waitUntil(lambda: seen(view) == [(1, 2, "    return 0\n", True)])
    view.show_lines(LineRange(1, 1))
    view.setFocus()
    return view, answer


def notes(view: EditorView) -> list[str]:
    return [each.decided or each.note for each in view.diff_marks.hunks()]


def test_a_whole_block_is_accepted_early_and_written_at_the_end(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view, answer = two_begun(qtbot, desktop, server)
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: notes(view) == ["Will be accepted"])
    answer.step(1)
    qtbot.waitUntil(lambda: notes(view) == ["Will be accepted", "Arriving …"])
    assert is_unharmed(folder)
    answer.finish()
    wanted = SOURCE.replace("sum(items)", "0")
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text(encoding="utf-8") == wanted)
    qtbot.waitUntil(lambda: seen(view) == [(5, 6, "    return 2\n", False)])
    assert view.text() == wanted


def test_what_was_accepted_early_holds_while_another_file_is_looked_at_on_the_disk(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    """A text that is not ASCII, for a file in no tab: whether its encoding holds that is asked on a worker."""
    other = "\nlong.py\n<<<<<<< SEARCH\nvalue_7 = 7\n=======\nvalue_7 = 'seven ½'\n>>>>>>> REPLACE\n"
    view, answer = two_begun(qtbot, desktop, server, (*TWO, other))
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: notes(view)[:1] == ["Will be accepted"])
    answer.finish()
    wanted = SOURCE.replace("sum(items)", "0")
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text(encoding="utf-8") == wanted)
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending("long.py")) == 1)
    assert (folder / "long.py").read_text(encoding="utf-8") == LONG


def test_a_whole_block_is_rejected_early_at_its_bar_and_taken_back(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view, answer = two_begun(qtbot, desktop, server)

    def reject() -> None:
        (bar,) = (bar for bar in view.findChildren(HunkBar) if bar.accessibleName().endswith("line 2"))
        bar.reject_button.setFocus()
        QTest.keyClick(bar.reject_button, Qt.Key.Key_Space)
        assert bar.reject_button.hasFocus()

    reject()
    qtbot.waitUntil(lambda: notes(view) == ["Will be rejected"])
    reject()
    qtbot.waitUntil(lambda: notes(view) == [""])
    reject()
    qtbot.waitUntil(lambda: notes(view) == ["Will be rejected"])
    answer.finish()
    qtbot.waitUntil(lambda: seen(view) == [(5, 6, "    return 2\n", False)])
    assert is_unharmed(folder)


def test_what_was_accepted_early_and_is_another_change_at_the_end_is_asked_about_again(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    again = "<<<<<<< SEARCH\n    return 0\n=======\n    return 10\n>>>>>>> REPLACE\n"
    view, answer = two_begun(qtbot, desktop, server, (TWO[0], again))
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: notes(view) == ["Will be accepted"])
    answer.step(1)
    qtbot.waitUntil(lambda: seen(view) == [(1, 2, "    return 10\n", True)])
    assert notes(view) == [""]
    answer.finish()
    qtbot.waitUntil(lambda: seen(view) == [(1, 2, "    return 10\n", False)])
    assert is_unharmed(folder)
    (notice,) = desktop.window.notices.shown()
    assert notice.message == "1 change is not as seen while the answer arrived, and not decided about."


def test_esc_keeps_what_was_accepted_early_and_leaves_other_whole_changes_to_be_decided(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    third = "<<<<<<< SEARCH\ndef other():\n=======\ndef another"
    view, answer = two_begun(qtbot, desktop, server, (*TWO, third))
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: notes(view)[0] == "Will be accepted")
    panel = panel_of(qtbot, desktop)
    answer.step(3)
    qtbot.waitUntil(lambda: "def another" in panel.conversation.transcript.turns[-1].answer.text)
    panel.composer.focus_prompt()
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    accepted = SOURCE.replace("    return sum(items)\n", "    return 0\n")
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text(encoding="utf-8") == accepted)
    qtbot.waitUntil(lambda: seen(view) == [(5, 6, "    return 2\n", False)])
    told = "The answer was stopped: 1 change is accepted as you decided, 1 change is in the review"
    assert desktop.window.status.text_of(StatusField.MESSAGE).startswith(told)
    assert len(panel.conversation.transcript.turns[-1].proposals) == 1
    assert server.wait_disconnect()


def test_esc_leaves_what_is_whole_to_be_decided_and_asks_nothing_more(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    refused = "<<<<<<< SEARCH\n    return nothing at all\n=======\n    return 3\n>>>>>>> REPLACE\nAnd"
    view, answer = two_begun(qtbot, desktop, server, (TWO[0], refused))
    panel = panel_of(qtbot, desktop)
    answer.step(1)
    qtbot.waitUntil(lambda: "And" in panel.conversation.transcript.turns[-1].answer.text)
    panel.composer.focus_prompt()
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns[-1].proposals) == 1)
    qtbot.waitUntil(lambda: seen(view) == [(1, 2, "    return 0\n", False)])
    assert is_unharmed(folder)
    assert len(cards(desktop)) == 1
    qtbot.wait(200)
    assert len(server.requests) == 1


def test_a_file_changed_by_another_program_takes_what_arrives_along(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    _panel, answer = begun(qtbot, desktop, server, view)
    (folder / "basket.py").write_text(f"# other\n{SOURCE}", encoding="utf-8")
    qtbot.waitUntil(lambda: [each[:2] for each in seen(view)] == [(2, 3)])
    answer.finish()
    qtbot.waitUntil(lambda: [(each[0], each[1], each[3]) for each in seen(view)] == [(2, 3, False)])
    assert (folder / "basket.py").read_text(encoding="utf-8") == f"# other\n{SOURCE}"


@pytest.mark.parametrize(
    "pieces",
    [
        (
            "basket.py\n```python\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n",
            "    # two\n>>>>>>> REPLACE\n```\n",
        ),
        ("```python\nreturn 2\n", "# two\n```\n"),
    ],
    ids=["pair", "block"],
)
def test_an_edit_in_place_arrives_in_its_place(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, pieces: tuple[str, ...]
) -> None:
    panel_of(qtbot, desktop)
    answer = SteppedAnswer(pieces)
    server.replies(answer)
    view = opened(qtbot, desktop)
    view.show_lines(LineRange(5, 5))
    QTest.keyClick(view.code, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(view.code, Qt.Key.Key_I, CTRL)
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is not None)
    box = view.findChild(PromptBox)
    assert box is not None
    QTest.keyClicks(box.field, "two")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    answer.step(1)
    qtbot.waitUntil(lambda: seen(view) == [(5, 6, "    return 2\n", True)])
    assert view.findChild(PromptBox) is not None
    answer.finish()
    qtbot.waitUntil(lambda: seen(view) == [(5, 6, "    return 2\n    # two\n", False)])
    qtbot.waitUntil(box.versions.isVisible)


def test_prose_is_not_looked_at(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    answer = SteppedAnswer(("Do it so:\n\n```python\n", "return 2\n```\n\n- and so\n- on.\n"))
    server.replies(answer)
    panel = panel_of(qtbot, desktop)
    send(panel, "how?")
    answer.step(2)
    qtbot.waitUntil(lambda: "on." in panel.conversation.transcript.turns[-1].answer.text)
    turns = [each for each in desktop.window.children() if type(each).__name__ == "ArrivingProposals"]
    # Told after the text: a busy machine shows that first.
    qtbot.waitUntil(lambda: len(turns[0]._turns) == 1)  # type: ignore[attr-defined]
    (running,) = turns[0]._turns.values()  # type: ignore[attr-defined]
    assert running._answer is None
    answer.finish()
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    qtbot.waitUntil(lambda: turns[0]._turns == {})  # type: ignore[attr-defined]
