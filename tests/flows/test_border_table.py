"""What no model may see reaches none, by whatever way a text goes to a model: each feature, each kind of hidden file.

The bytes that the server has received are searched for words that stand in hidden files alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.context.index import IndexController
from copilot_desktop.bridge.findings.controller import FindingsController
from copilot_desktop.bridge.request_words import Phase
from copilot_desktop.edits.comments import CommentSide
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.mention_list import MentionList
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.notices import Banner
from copilot_desktop.workspace.git.values import Comparison, ComparisonKind
from tests.flows.test_comments import noticed, sender_of
from tests.support.changes import changes_of
from tests.support.desktop import open_desktop
from tests.support.git_repository import GitFolder
from tests.support.in_place import prompt_of, send
from tests.support.openai_server import OpenAIServer, ServerCall
from tests.support.refusals import ask, block
from tests.support.shop import BASKET, SOURCE, opened, panel_of, review_of

PLANTED = "planted_words_that_stay_here"
TEXT = f"def neighbour_word(voucher):\n    return '{PLANTED}'\n"
SEEN = "def seen_word(voucher):\n    return 'seen by all'\n"
IGNORED = "*.sql\nprivate/\nmixed/hidden.py\nCLAUDE.md\n"
HIDDEN = (
    *(".env", "dump.sql", "DUMP2.SQL", "ignored.log", "built/made.py", "private/plan.py", "mixed/hidden.py"),
    *("link.py", "hard.py", "below/plan.py", "logs.py"),
)
ODD = ("mixed/../dump.sql", "./dump.sql", "mixed//hidden.py", "DUMP.sql", ".ENV", ".git/config", "private/../.env")
Way = Callable[[QtBot, DesktopWindow, OpenAIServer, GitFolder], None]


@pytest.fixture
def project(tmp_path: Path) -> GitFolder:
    """Hidden files of each kind, those that git does not ignore also committed and changed since."""
    git = GitFolder(tmp_path / "shop")
    for path in (*HIDDEN[:7], "CLAUDE.md"):
        git.write(path, TEXT)
    git.write("mixed/seen.py", SEEN)
    git.write(BASKET, SOURCE)
    git.write(".gitignore", "*.log\nbuilt/\n")
    git.write(".copilotignore", IGNORED)
    git.root.joinpath("link.py").symlink_to("dump.sql")
    git.root.joinpath("below").symlink_to("private")
    git.root.joinpath("logs.py").symlink_to("ignored.log")
    os.link(git.root / "dump.sql", git.root / "hard.py")
    git.commit("All")
    for path in ("dump.sql", "private/plan.py", "mixed/hidden.py"):
        with git.root.joinpath(path).open("a", encoding="utf-8") as file:
            file.write(f"# {PLANTED}, changed\n")
    git.write(BASKET, SOURCE.replace("return 1", "return 2"))
    git.write("fresh.sql", TEXT)
    return git


@pytest.fixture
def shown(qtbot: QtBot, project: GitFolder, server: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, project.root) as desktop:
        panel_of(qtbot, desktop).composer.focus_prompt()
        qtbot.waitUntil(desktop.window.isActiveWindow)
        yield desktop


def all_sent(server: OpenAIServer) -> str:
    return json.dumps([request.body for request in server.requests], ensure_ascii=False)


def asked(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, prompt: str = "go on") -> None:
    """Send what the composer holds, and wait until it is there."""
    count = len(server.requests)
    panel = panel_of(qtbot, desktop)
    panel.composer.focus_prompt()
    ask(qtbot, desktop, prompt)
    qtbot.waitUntil(lambda: len(server.requests) > count and panel.composer.send.text() == "Send", timeout=15_000)


def labels(panel: ChatPanel) -> list[str]:
    return [view.chip.label for view in panel.composer.chips.views]


def refused(panel: ChatPanel) -> bool:
    said = panel.composer.notice.toPlainText()
    return (
        "never given to a model" in said
        or "points upwards" in said
        or "differs in upper" in said
        or "git's own" in said
    )


def offered(desktop: DesktopWindow) -> list[str]:
    return [row.title for each in desktop.window.findChildren(MentionList) for row in each.rows()]


def wait_for_index(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """And for the rows that it gives."""
    qtbot.waitUntil(lambda: desktop.window.findChild(IndexController) is not None)
    index = desktop.window.findChild(IndexController)
    assert index is not None
    qtbot.waitUntil(lambda: index.state.is_complete, timeout=20_000)
    QTest.qWait(100)


def chips(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, _project: GitFolder) -> None:
    """Drop, explorer and mention add files by this."""
    panel = panel_of(qtbot, desktop)
    for path in (*HIDDEN, *ODD):
        panel.composer.show_notice("")
        panel.add_file(path)
        qtbot.waitUntil(lambda: not panel.composer.notice.isHidden())
        assert refused(panel) or "does not exist" in panel.composer.notice.toPlainText(), path
        # The notice may be about a rule file that is hidden as well: the file is still being checked then.
        qtbot.waitUntil(lambda: panel.composer.chips.views == ())
    asked(qtbot, desktop, server)


def selections(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, _project: GitFolder) -> None:
    """Ctrl+L and Ctrl+Alt+L in the tab of a hidden file."""
    panel = panel_of(qtbot, desktop)
    for path in HIDDEN:
        view = opened(qtbot, desktop, path)
        for lines, keys in ((1, "chat.add_selection"), (0, "chat.add_selection"), (0, "chat.add_open_file")):
            panel.composer.show_notice("")
            view.show_lines(LineRange(0, lines))
            view.setFocus()
            desktop.window.commands.run(keys)
            qtbot.waitUntil(lambda: refused(panel) and panel.composer.chips.views == ())
    asked(qtbot, desktop, server)


def mentions(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, _project: GitFolder) -> None:
    """`@` offers no hidden file, and a folder adds those that may be seen."""
    panel = panel_of(qtbot, desktop)
    for letters in ("plan", "dump", "hidden", "ignored", "made", "neighbour_word", ".env", "fresh", "hard", "logs"):
        panel.composer.prompt.clear()
        QTest.keyClicks(panel.composer.prompt, f"@{letters}")
        wait_for_index(qtbot, desktop)
        titles = set(offered(desktop))
        assert not titles & {path.rpartition("/")[2] for path in (*HIDDEN, "fresh.sql")}, letters
        assert "neighbour_word" not in titles
    panel.composer.prompt.clear()
    QTest.keyClicks(panel.composer.prompt, "@mixed")
    qtbot.waitUntil(lambda: "mixed/" in offered(desktop))
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: labels(panel) == ["seen.py"])
    asked(qtbot, desktop, server)
    assert "seen by all" in all_sent(server)


def found_ones(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, _project: GitFolder) -> None:
    """Automatic context, and the repository map."""
    panel = panel_of(qtbot, desktop)
    desktop.window.commands.run("chat.automatic_context")
    QTest.keyClicks(panel.composer.prompt, "the word of a voucher and its neighbour_word @map")
    qtbot.waitUntil(lambda: any(view.chip.is_found for view in panel.composer.chips.views), timeout=20_000)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "repository map" in labels(panel), timeout=20_000)
    texts = "".join(view.chip.text for view in panel.composer.chips.views)
    assert "seen_word" in texts
    assert "neighbour_word" not in texts
    panel.composer.prompt.setPlainText("")
    asked(qtbot, desktop, server)
    assert "seen_word" in all_sent(server)


def tools(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, _project: GitFolder) -> None:
    """The model lists, reads, searches, and looks names up; also what stands unsaved in a tab."""
    view = opened(qtbot, desktop, "dump.sql")
    view.insert_at_caret(f"# {PLANTED} unsaved neighbour\n")
    desktop.window.commands.run("chat.model_reads")
    paths = (*HIDDEN, *ODD)
    for at in range(0, len(paths), 6):
        reads = (ServerCall.of("read_file", f"r{n}", path=path) for n, path in enumerate(paths[at : at + 6]))
        server.answers("I look.", calls=tuple(reads))
    others = (
        ServerCall.of("list_files", "l1"),
        ServerCall.of("list_files", "l2", folder="private"),
        ServerCall.of("list_files", "l3", glob="*.sql"),
        ServerCall.of("list_files", "l4", folder="below"),
        ServerCall.of("search_text", "s1", query="neighbour"),
        ServerCall.of("search_text", "s2", query="return 'pl", glob="*.sql"),
        ServerCall("find_symbols", '{"name": "neighbour_word"}', "f1"),
    )
    server.answers("I look.", calls=others)
    server.answers("Done.")
    count = len(range(0, len(paths), 6)) + 2
    ask(qtbot, desktop, "look around")
    qtbot.waitUntil(lambda: len(server.requests) == count, timeout=30_000)
    told = [each["content"] for each in server.requests[-1].body["messages"] if each["role"] == "tool"]
    assert len(told) == len(paths) + len(others)
    for path, said in zip(paths, told, strict=False):
        assert said.startswith(("Not allowed", "Not carried out")) or "does not exist" in said, (path, said)
    names = "\n".join(told[len(paths) :])
    assert "seen.py" in names
    for path in (*HIDDEN, "fresh.sql"):
        assert f"{path}\n" not in names, path
        assert f"{path}:" not in names, path


def git_chips(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, _project: GitFolder) -> None:
    """The git diff, and a commit."""
    panel = panel_of(qtbot, desktop)
    for letters, title in (("diff", "git diff"), ("commit:All", "All")):
        count = len(panel.composer.chips.views)
        QTest.keyClicks(panel.composer.prompt, f"@{letters}")
        qtbot.waitUntil(lambda title=title: offered(desktop)[:1] == [title])  # type: ignore[misc]
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda count=count: len(panel.composer.chips.views) == count + 1)  # type: ignore[misc]
    asked(qtbot, desktop, server)
    assert "return 2" in all_sent(server)
    assert "seen by all" in all_sent(server)


def in_place(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, _project: GitFolder) -> None:
    """Ctrl+I in each of them."""
    for path in HIDDEN:
        view = opened(qtbot, desktop, path)
        view.show_lines(LineRange(0, 0))
        box = prompt_of(qtbot, view)
        send(box, "change it")
        qtbot.waitUntil(lambda box=box: "never given to a model" in box.state.text())  # type: ignore[misc]
        QTest.keyClick(box.field, Qt.Key.Key_Escape)
    assert server.requests == []
    asked(qtbot, desktop, server)


def comments_and_repairs(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, _project: GitFolder) -> None:
    """A change that a model proposes for what it has not seen: commented, told of, and asked for once more."""
    right = block("mixed/hidden.py", "    return 'other'", "    return 'other 2'").replace("'other'", f"'{PLANTED}'")
    wrong = block("private/plan.py", "def neighbour_word(one, two):\n    pass", "def neighbour_word(one):\n    pass")
    server.answers(right.replace(f"SEARCH\n    return '{PLANTED}'", "SEARCH\ndef neighbour_word(voucher):") + wrong)
    ask(qtbot, desktop, "change it")
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 1)
    (hunk,) = review_of(desktop).state.pending()
    server.requests.clear()
    said = noticed(desktop)
    remarks = review_of(desktop).remarks
    remarks.save(remarks.begin(hunk.hunk_id, CommentSide.NEW, LineRange(0, 1)), "Why?")
    sender_of(desktop).send()
    qtbot.waitUntil(lambda: any("never given to a model" in each.message for each in said))
    qtbot.waitUntil(lambda: any("never given" in each.notice.message for each in desktop.window.findChildren(Banner)))
    assert server.requests == []


def own_changes(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    """Findings, and the draft of a commit message."""
    project.git("add", "-A")
    changes_of(qtbot, desktop)
    desktop.window.commands.run("changes.review")
    qtbot.waitUntil(lambda: desktop.window.findChild(FindingsController) is not None)
    findings = desktop.window.findChild(FindingsController)
    assert findings is not None
    findings.plan(Comparison(ComparisonKind.BRANCH, "HEAD"))
    qtbot.waitUntil(lambda: findings.state.phase is Phase.PLANNED)
    findings.send()
    qtbot.waitUntil(lambda: findings.state.phase is Phase.RESTING and len(server.requests) == 1)
    assert "return 2" in all_sent(server)


def rule_files(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, _project: GitFolder) -> None:
    """One that is hidden is not applied; `test_finding.py` has that this is said."""
    desktop.window.commands.run("folder.trust")
    asked(qtbot, desktop, server)
    assert "rules: CLAUDE.md" not in labels(panel_of(qtbot, desktop))


WAYS: tuple[Way, ...] = (
    *(chips, selections, mentions, found_ones, tools, git_chips, in_place, comments_and_repairs, own_changes),
    rule_files,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_way_leads_out(
    qtbot: QtBot, shown: DesktopWindow, server: OpenAIServer, project: GitFolder, way: Way
) -> None:
    way(qtbot, shown, server, project)
    assert PLANTED not in all_sent(server)


def hide_by_rules(root: Path) -> None:
    (root / ".copilotignore").write_text("*.py\n")


def hide_by_git(root: Path) -> None:
    (root / ".gitignore").write_text("loose.py\n")


def become_a_link(root: Path) -> None:
    (root / "loose.py").unlink()
    (root / "loose.py").symlink_to("dump.sql")


def become_a_hard_link(root: Path) -> None:
    (root / "loose.py").unlink()
    os.link(root / "dump.sql", root / "loose.py")


def move_in_by_a_folder(root: Path) -> None:
    (root / "loose.py").unlink()
    (root / "loose.py").symlink_to("private/plan.py")


@pytest.mark.parametrize("is_open", [False, True], ids=["on_disk", "in_a_tab"])
@pytest.mark.parametrize(
    "change",
    [hide_by_rules, hide_by_git, become_a_link, become_a_hard_link, move_in_by_a_folder],
    ids=lambda e: e.__name__,
)
def test_a_chip_whose_file_was_hidden_since_does_not_go(
    qtbot: QtBot,
    project: GitFolder,
    server: OpenAIServer,
    change: Callable[[Path], None],
    is_open: bool,
) -> None:
    """Whatever has become of it: what is sent is asked for when it is sent."""
    project.write("loose.py", "def loose():\n    return 1\n")
    with open_desktop(qtbot, project.root) as desktop:
        panel = panel_of(qtbot, desktop)
        if is_open:
            opened(qtbot, desktop, "loose.py")
        panel.add_file("loose.py")
        qtbot.waitUntil(lambda: [view.chip.tokens is not None for view in panel.composer.chips.views] == [True])
        change(project.root)
        panel.composer.focus_prompt()
        ask(qtbot, desktop, "go on")
        qtbot.waitUntil(lambda: "never given to a model" in panel.composer.notice.toPlainText())
        assert server.requests == []
        assert panel.composer.prompt.toPlainText() == "go on"
        assert desktop.window.findChild(ChatInWindow) is not None
