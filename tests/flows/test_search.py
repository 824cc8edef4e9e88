"""Project search by keys and mouse: what is found, gone to, replaced by way of the review, and kept true."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.search.panel import SearchPanel
from copilot_desktop.ui.search.result_rows import Row
from copilot_desktop.workspace.search import command, running
from tests.support.desktop import open_desktop
from tests.support.shop import review_of

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
FILES = {
    "src/basket.py": "def total(items):\n    return sum(items)\n\n\nprint(total([1, 2]))\n",
    "src/orders.py": "from basket import total\n\nTotal = total([])\n",
    "docs/basket.md": "# Basket\n\nThe total of all.\n",
    "out/made.py": "total = 1\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, newline="")
    (folder / ".gitignore").write_text("out/\n*.log\n")
    return folder


@pytest.fixture
def desktop(qtbot: QtBot, root: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, root) as shown:
        yield shown


def panel_of(desktop: DesktopWindow) -> SearchPanel:
    panel = desktop.window.findChild(SearchPanel)
    assert panel is not None
    return panel


def open_search(qtbot: QtBot, desktop: DesktopWindow, *, has_replace: bool = False) -> SearchPanel:
    key = Qt.Key.Key_H if has_replace else Qt.Key.Key_F
    QTest.keyClick(desktop.window, key, CTRL | SHIFT)
    panel = panel_of(desktop)
    qtbot.waitUntil(panel.fields.pattern.hasFocus)
    return panel


def search(qtbot: QtBot, panel: SearchPanel, text: str) -> None:
    panel.fields.pattern.selectAll()
    with qtbot.waitSignal(panel.settled):
        QTest.keyClicks(panel.fields.pattern, text)


def shown(panel: SearchPanel) -> dict[str, list[int]]:
    """Lines of each file, from 1."""
    files = panel.list.results.all_files()
    return {each.path: [match.line + 1 for match in each.matches] for each in files}


def count(panel: SearchPanel) -> str:
    label = panel.findChild(QLabel, "search.count")
    assert label is not None
    return label.text()


def press(panel: SearchPanel, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or panel, key, modifiers)


def selected(desktop: DesktopWindow) -> str:
    view = desktop.window.editors.current_view()
    return view.selected_text() if view is not None else ""


def open_file(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    return view


def test_results_come_while_typing_and_are_counted(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "total")
    assert shown(panel) == {"docs/basket.md": [3], "src/basket.py": [1, 5], "src/orders.py": [1, 3, 3]}
    assert count(panel) == "6 results in 3 files"
    with qtbot.waitSignal(panel.settled):
        press(panel, Qt.Key.Key_C, ALT)
    assert shown(panel)["src/orders.py"] == [1, 3]
    with qtbot.waitSignal(panel.settled):
        QTest.keyClicks(panel.fields.pattern, "x")
    assert count(panel) == "No results"
    with qtbot.waitSignal(panel.settled):
        QTest.keyClick(panel.fields.pattern, Qt.Key.Key_Backspace)
    panel.fields.pattern.clear()
    qtbot.waitUntil(lambda: count(panel) == "")


def test_the_selection_is_looked_for(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = open_file(qtbot, desktop, "src/basket.py")
    view.select(4, 9)
    panel = open_search(qtbot, desktop)
    assert panel.fields.pattern.text() == "total"
    qtbot.waitUntil(lambda: count(panel) == "6 results in 3 files")


def test_through_the_results_by_keyboard(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "total")
    press(panel, Qt.Key.Key_Down)
    assert panel.list.hasFocus()
    assert panel.list.current() == Row("docs/basket.md", 0)
    press(panel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: selected(desktop) == "total")
    assert panel.list.hasFocus()
    for path, line in (("src/basket.py", 1), ("src/basket.py", 5), ("src/orders.py", 1)):
        press(panel, Qt.Key.Key_F4)
        qtbot.waitUntil(lambda path=path, line=line: where(desktop) == (path, line))  # type: ignore[misc]
    press(panel, Qt.Key.Key_F4, SHIFT)
    qtbot.waitUntil(lambda: where(desktop) == ("src/basket.py", 5))
    assert len(desktop.window.editors.open_paths()) == 1, "they share the tab that is looked at"
    press(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not panel.list.hasFocus() and selected(desktop) == "total")


def where(desktop: DesktopWindow) -> tuple[str, int]:
    document, buffer = desktop.documents.current_document(), desktop.documents.current()
    if document is None or buffer is None or document.path is None or buffer.selected_text() != "total":
        return "", 0
    return document.path, buffer.selection().lines.start + 1


def test_by_mouse(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "total")
    listed = panel.list

    def click(row: Row, right: int | None = None) -> None:
        area = listed.visualRect(listed.found.index(listed.found.place_of(row)))
        place = QPoint(area.right() - right if right is not None else area.left() + 40, area.center().y())
        QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=place)

    click(Row("src/basket.py", 1))
    qtbot.waitUntil(lambda: where(desktop) == ("src/basket.py", 5))
    click(Row("src/basket.py"))
    assert Row("src/basket.py", 0) not in listed.found.rows
    click(Row("src/basket.py"))
    click(Row("src/orders.py", 0), right=8)
    assert shown(panel)["src/orders.py"] == [3, 3]
    assert count(panel) == "5 results in 3 files"
    click(Row("src/orders.py"), right=8)
    assert "src/orders.py" not in shown(panel)


def test_dismissing_and_folding_by_keyboard(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "total")
    press(panel, Qt.Key.Key_Down)
    press(panel, Qt.Key.Key_Left)
    assert panel.list.current() == Row("docs/basket.md")
    press(panel, Qt.Key.Key_Left)
    assert Row("docs/basket.md", 0) not in panel.list.found.rows
    press(panel, Qt.Key.Key_Delete)
    assert list(shown(panel)) == ["src/basket.py", "src/orders.py"]
    assert panel.list.current() == Row("src/basket.py")
    press(panel, Qt.Key.Key_Up)
    assert panel.fields.pattern.hasFocus()


def test_what_is_typed_in_tabs_is_searched_and_results_follow(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = open_file(qtbot, desktop, "docs/basket.md")
    buffer = desktop.documents.find("docs/basket.md")
    assert buffer is not None
    buffer.set_text("# total total\n")
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "total")
    assert shown(panel)["docs/basket.md"] == [1, 1]
    view.commands.undo()
    qtbot.waitUntil(lambda: shown(panel)["docs/basket.md"] == [3])
    assert count(panel) == "6 results in 3 files"


def test_results_follow_what_others_write(qtbot: QtBot, desktop: DesktopWindow, root: Path) -> None:
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "total")
    (root / "src/new.py").write_text("total\n")
    qtbot.waitUntil(lambda: shown(panel).get("src/new.py") == [1])
    (root / "src/basket.py").write_text("nothing\n")
    qtbot.waitUntil(lambda: "src/basket.py" not in shown(panel))
    (root / "out/more.py").write_text("total\n")
    (root / "src/new.py").unlink()
    qtbot.waitUntil(lambda: list(shown(panel)) == ["docs/basket.md", "src/orders.py"])


def test_globs_ignore_rules_and_what_is_wrong(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "total")
    press(panel, Qt.Key.Key_J, CTRL | SHIFT)
    panel.fields.include.setFocus()
    with qtbot.waitSignal(panel.settled):
        QTest.keyClicks(panel.fields.include, "*.py")
    assert list(shown(panel)) == ["src/basket.py", "src/orders.py"]
    with qtbot.waitSignal(panel.settled):
        press(panel, Qt.Key.Key_I, ALT)
    assert list(shown(panel)) == ["out/made.py", "src/basket.py", "src/orders.py"]
    with qtbot.waitSignal(panel.settled):
        QTest.keyClicks(panel.fields.include, ",[a")
    assert panel.fields.problem.isVisible()
    assert "[a" in panel.fields.problem.text()
    assert panel.fields.include.property("invalid")
    panel.fields.include.clear()
    panel.fields.pattern.setFocus()
    panel.toggle("regex")
    search(qtbot, panel, "to(tal")
    assert "unclosed group" in panel.fields.problem.text()
    search(qtbot, panel, "t.t..$")
    assert not panel.fields.problem.isVisible()


def test_nothing_found_offers_ignored_files(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "total = 1")
    offer = panel.findChild(QPushButton, "search.all_files")
    assert offer is not None
    with qtbot.waitSignal(panel.settled):
        QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
    assert shown(panel) == {"out/made.py": [1]}


def test_replacing_waits_in_the_review_and_can_be_undone(qtbot: QtBot, desktop: DesktopWindow, root: Path) -> None:
    panel = open_search(qtbot, desktop, has_replace=True)
    panel.toggle("regex")
    search(qtbot, panel, r"total\((.*?)\)")
    QTest.keyClicks(panel.fields.replace, "sum_of($1, 0)")
    match = panel.list.results.files["src/basket.py"].matches[0]
    assert panel.list.painting.replaced is not None
    assert panel.list.painting.replaced(match) == "sum_of(items, 0)"
    press(panel, Qt.Key.Key_Return, CTRL | ALT)
    review = review_of(desktop)
    qtbot.waitUntil(lambda: bool(review.state.pending()))
    assert {path: (root / path).read_text() for path in FILES} == FILES, "nothing is written yet"
    (change_set,) = review.state.change_sets
    assert [change.path for change in change_set.files] == ["src/basket.py", "src/orders.py"]
    assert [len(change.hunks) for change in change_set.files] == [2, 1]
    review.decide_all(change_set.change_set_id, Decision.ACCEPTED)
    expected = "def sum_of(items, 0):\n    return sum(items)\n\n\nprint(sum_of([1, 2], 0))\n"
    qtbot.waitUntil(lambda: (root / "src/basket.py").read_text() == expected)
    qtbot.waitUntil(lambda: not panel.results.has_results())
    qtbot.waitUntil(lambda: not review.is_busy)
    review.undo()
    qtbot.waitUntil(lambda: {path: (root / path).read_text() for path in FILES} == FILES)
    qtbot.waitUntil(lambda: list(shown(panel)) == ["src/basket.py", "src/orders.py"])


def test_only_the_chosen_results_are_replaced(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = open_search(qtbot, desktop, has_replace=True)
    search(qtbot, panel, "total")
    QTest.keyClicks(panel.fields.replace, "sum_of")
    panel.list.setFocus()
    panel.list.setCurrentIndex(panel.list.found.index(panel.list.found.place_of(Row("src/orders.py", 1))))
    press(panel, Qt.Key.Key_1, CTRL | SHIFT)
    review = review_of(desktop)
    qtbot.waitUntil(lambda: bool(review.state.pending()))
    (change,) = review.state.change_sets[0].files
    assert [hunk.new_text for hunk in change.hunks] == ["sum_of = total([])\n"]


def test_a_wrong_replacement_is_said(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = open_search(qtbot, desktop, has_replace=True)
    panel.toggle("regex")
    search(qtbot, panel, "(t)otal")
    QTest.keyClicks(panel.fields.replace, "$2")
    assert "no group 2" in panel.fields.problem.text()
    panel.replacements.replace_all()
    assert not review_of(desktop).state.pending()
    QTest.keyClick(panel.fields.replace, Qt.Key.Key_Backspace)
    QTest.keyClicks(panel.fields.replace, "1")
    assert not panel.fields.problem.text()


def test_what_a_screen_reader_says(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "total")
    found = QAccessible.queryAccessibleInterface(panel.list)
    said = [found.child(at).text(QAccessible.Text.Name) for at in range(3)]
    assert said == [
        "basket.md in docs, 1 result, expanded",
        "Line 3: The total of all.",
        "basket.py in src, 2 results, expanded",
    ]
    named = (*panel.fields.toggles.values(), panel.fields.more, panel.fields.ignored, panel.fields.pattern, panel.list)
    assert all(widget.accessibleName() for widget in named)


def test_without_a_folder_it_says_so(qtbot: QtBot) -> None:
    with open_desktop(qtbot, None) as desktop:
        panel = open_search(qtbot, desktop)
        search(qtbot, panel, "total")
        assert "No folder is open" in panel.fields.problem.text()


@pytest.fixture
def slow_ripgrep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that finds something, says that a file cannot be read, and goes on until the returned file is there."""
    fake, goes_on = tmp_path / "rg", tmp_path / "go-on"
    path = '{"path":{"text":"./src/basket.py"}'
    lines = (
        f'{{"type":"begin","data":{path}}}}}',
        f'{{"type":"match","data":{path},"lines":{{"text":"def total\\\\n"}},"line_number":1,"absolute_offset":0,'
        '"submatches":[{"match":{"text":"total"},"start":4,"end":9}]}}',
        f'{{"type":"end","data":{path},"binary_offset":null}}}}',
    )
    fake.write_text(
        "#!/bin/sh\n"
        + "".join(f"printf '%s\\n' '{line}'\n" for line in lines)
        + f"while [ ! -e {goes_on} ]; do sleep 0.05; done\n"
        + "echo 'rg: ./secret: Permission denied (os error 13)' >&2\n"
        + 'echo \'{"type":"summary"}\'\n'
    )
    fake.chmod(0o755)
    monkeypatch.setattr(running, "ripgrep_program", lambda: str(fake))
    return goes_on


@pytest.mark.skipif(sys.platform == "win32", reason="a script takes the place of ripgrep")
def test_a_search_can_be_stopped(qtbot: QtBot, desktop: DesktopWindow, slow_ripgrep: Path) -> None:
    panel = open_search(qtbot, desktop)
    QTest.keyClicks(panel.fields.pattern, "total")
    qtbot.waitUntil(lambda: count(panel) == "Searching… 1 result in 1 file")
    stop = panel.findChild(QToolButton, "search.tool.stop")
    assert stop is not None
    assert stop.isVisible()
    press(panel, Qt.Key.Key_Escape)
    assert count(panel) == "Stopped: 1 result in 1 file"
    assert not stop.isVisible()
    assert not slow_ripgrep.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a script takes the place of ripgrep")
def test_what_could_not_be_read_is_listed(qtbot: QtBot, desktop: DesktopWindow, slow_ripgrep: Path) -> None:
    panel = open_search(qtbot, desktop)
    slow_ripgrep.touch()
    search(qtbot, panel, "total")
    unread = panel.findChild(QPushButton, "search.unread")
    listed = panel.findChild(QLabel, "search.unread_list")
    assert unread is not None
    assert listed is not None
    assert unread.text() == "1 could not be read"
    assert not listed.isVisible()
    QTest.mouseClick(unread, Qt.MouseButton.LeftButton)
    assert listed.isVisible()
    assert listed.text() == "secret: Permission denied"


def test_at_the_limit_it_says_that_there_are_more(
    qtbot: QtBot, desktop: DesktopWindow, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MATCH_LIMIT", 30)
    (root / "many.txt").write_text("needle\n" * 100)
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "needle")
    assert count(panel) == "30+ results in 1 file"


def test_after_very_many_changes_it_offers_to_search_again(qtbot: QtBot, desktop: DesktopWindow, root: Path) -> None:
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "total")
    again = panel.findChild(QPushButton, "search.again")
    assert again is not None
    (root / "many").mkdir()
    for number in range(400):
        (root / f"many/{number}.log").write_text("total\n")
    (root / "many/a.txt").write_text("total\n")
    qtbot.waitUntil(lambda: "many/a.txt" in shown(panel))
    assert not again.isVisible(), "what is ignored does not count"
    for number in range(400):
        (root / f"many/{number}.txt").write_text("total\n")
    qtbot.waitUntil(again.isVisible)
    with qtbot.waitSignal(panel.settled):
        QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    assert count(panel) == "407 results in 404 files"
    assert not again.isVisible()


def test_without_ripgrep_it_says_so(qtbot: QtBot, desktop: DesktopWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_NAME", "no-such-ripgrep")
    panel = open_search(qtbot, desktop)
    search(qtbot, panel, "total")
    assert "ripgrep, which does it, is missing" in panel.fields.problem.text()


def test_results_in_files_of_odd_names_and_encodings_are_gone_to_and_replaced(
    qtbot: QtBot, desktop: DesktopWindow, root: Path
) -> None:
    (root / "latin.txt").write_bytes("für éé needle\r\nx\r\n".encode("latin-1"))
    panel = open_search(qtbot, desktop, has_replace=True)
    search(qtbot, panel, "needle")
    QTest.keyClicks(panel.fields.replace, "pin")
    panel.list.step(1)
    qtbot.waitUntil(lambda: selected(desktop) == "needle")
    panel.replacements.replace_all()
    review = review_of(desktop)
    qtbot.waitUntil(lambda: bool(review.state.pending()))
    review.decide_all(review.state.change_sets[0].change_set_id, Decision.ACCEPTED)
    expected = "für éé pin\r\nx\r\n".encode("latin-1")
    qtbot.waitUntil(lambda: (root / "latin.txt").read_bytes() == expected)


def test_what_is_asked_for_twice_waits_once(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = open_search(qtbot, desktop, has_replace=True)
    search(qtbot, panel, "total")
    QTest.keyClicks(panel.fields.replace, "sum_of")
    review = review_of(desktop)
    for _each in range(2):
        with qtbot.waitSignal(review.shown):
            panel.replacements.replace_all()
    assert len(review.state.change_sets) == 1


def test_in_the_search_the_keys_keep_what_is_looked_for(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = open_file(qtbot, desktop, "src/orders.py")
    view.select(0, 4)
    panel = open_search(qtbot, desktop)
    assert panel.fields.pattern.text() == "from"
    search(qtbot, panel, "total")
    open_search(qtbot, desktop)
    assert panel.fields.pattern.text() == "total"


def test_a_folder_of_the_explorer_alone_is_searched(qtbot: QtBot, desktop: DesktopWindow) -> None:
    explorer = desktop.window.findChild(ExplorerPanel)
    assert explorer is not None
    qtbot.waitUntil(lambda: explorer.model.index_of("src").isValid())
    desktop.window.show_side_view("explorer")
    explorer.select("src")
    explorer.tree.setFocus()
    QTest.keyClick(explorer.tree, Qt.Key.Key_F, SHIFT | ALT)
    panel = panel_of(desktop)
    qtbot.waitUntil(panel.fields.pattern.hasFocus)
    assert panel.fields.include.text() == "./src"
    search(qtbot, panel, "total")
    assert list(shown(panel)) == ["src/basket.py", "src/orders.py"]


def test_replace_from_the_field_goes_on_to_what_matches_become(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = open_search(qtbot, desktop)
    desktop.window.commands.run("search.replace")
    assert panel.fields.pattern.hasFocus(), "nothing is looked for yet"
    QTest.keyClicks(panel.fields.pattern, "total")
    desktop.window.commands.run("search.replace")
    assert panel.fields.replace.hasFocus()
    assert panel.fields.pattern.text() == "total"
