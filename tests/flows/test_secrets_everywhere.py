"""A secret of every kind, planted in every way that a text can leave by, reaches no server: in the real window.

`WAYS` is the table. It must cover each kind of context, each way to ask, each tool, and each place of the program that
makes a request: who adds one of these finds it missing here. What no model may see has a table of its own,
`test_border_table.py`, whose ways are held to this one's.
"""

from __future__ import annotations

import ast
import os
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.chosen_secrets import Way
from copilot_desktop.context.items import ItemKind
from copilot_desktop.conversation.read_calls import FIND_SYMBOLS, LIST_FILES, READ_FILE, READ_TOOLS, SEARCH_TEXT
from copilot_desktop.edits.comments import CommentSide
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.compaction_in_chat import CompactionBar
from copilot_desktop.ui.notices import Banner
from copilot_desktop.ui.request_strip import RequestStrip
from tests.flows.test_border_table import WAYS as HIDDEN_WAYS
from tests.flows.test_border_table import labels, offered, wait_for_index
from tests.flows.test_comments import sender_of
from tests.flows.test_finding_by_meaning import agree, is_done
from tests.flows.test_finding_by_meaning import ask as ask_by_meaning
from tests.support.changes import changes_of, open_changes, wait
from tests.support.desktop import open_desktop
from tests.support.embedding_answers import PATH as EMBEDDINGS
from tests.support.embedding_answers import Embeds
from tests.support.findings import open_page, pane_of
from tests.support.git_repository import GitFolder
from tests.support.in_place import pair, prompt_of
from tests.support.openai_server import OpenAIServer, ServerCall
from tests.support.page_server import Page, PageServer
from tests.support.planted_secrets import every_kind
from tests.support.refusals import block, cards, press
from tests.support.shop import BASKET, SOURCE, opened, panel_of, review_of, shown_review

KINDS = tuple(every_kind(11))
LINES = tuple(line for _name, line, _secret in KINDS)
SECRETS = {name: secret for name, _line, secret in KINDS}
TEXT = "\n".join(LINES) + "\n"
ONE_LINE = " ".join(line for line in LINES if "\n" not in line)
NAMES = tuple(f"{secret}.py" for secret in SECRETS.values() if re.fullmatch(r"[A-Za-z0-9_-]{6,120}", secret))
"""Files may be called like secrets."""
PACKAGE = Path(__file__).parents[2] / "copilot_desktop"
PROPOSED = "def other():\n    return 3\n"
Run = Callable[[QtBot, DesktopWindow, OpenAIServer, GitFolder], None]
WAYS: dict[str, tuple[Run, frozenset[object]]] = {}


def covers(*what: object) -> Callable[[Run], Run]:
    """A row of the table: what the way that is run below it has sent."""

    def note(run: Run) -> Run:
        WAYS[run.__name__] = run, frozenset(what)
        return run

    return note


@pytest.fixture
def project(tmp_path: Path) -> GitFolder:
    git = GitFolder(tmp_path / "shop")
    git.write(BASKET, SOURCE)
    git.write("keys.py", TEXT)
    git.write("voucher.py", f"def redeem_voucher(code):\n    '''\n{TEXT}'''\n    return code\n")
    git.commit(f"Redeem\n\n{TEXT}")
    return git


@pytest.fixture
def shown(qtbot: QtBot, project: GitFolder, server: OpenAIServer, by_hand: None) -> Iterator[DesktopWindow]:
    profile = ProfileSetting("Test", base_url=server.base_url, model="gpt-4o", key_source="none")
    SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))
    with open_desktop(qtbot, project.root) as desktop:
        panel_of(qtbot, desktop).composer.focus_prompt()
        qtbot.waitUntil(desktop.window.isActiveWindow)
        yield desktop


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from strings_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings_in(each)


def sent(server: OpenAIServer) -> str:
    return "\n".join(text for request in server.requests for text in strings_in(request.body))


def asked(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, prompt: str = "go on") -> None:
    """Send what the composer holds, and wait for the end of its answer."""
    panel, count = panel_of(qtbot, desktop), len(server.requests)
    panel.composer.focus_prompt()
    panel.composer.prompt.insertPlainText(prompt)
    wait(qtbot, panel.composer.send.isEnabled)
    QTest.mouseClick(panel.composer.send, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: len(server.requests) > count and panel.composer.send.text() == "Send")


def named(qtbot: QtBot, desktop: DesktopWindow, letters: str, title: str) -> ChatPanel:
    """A chip by `@` and letters."""
    panel = panel_of(qtbot, desktop)
    count = len(panel.composer.chips.views)
    panel.composer.focus_prompt()
    QTest.keyClicks(panel.composer.prompt, f"@{letters}")
    wait(qtbot, lambda: title in offered(desktop)[:1])
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    wait(qtbot, lambda: len(panel.composer.chips.views) > count)
    return panel


def send_strip(qtbot: QtBot, strip: RequestStrip | None, server: OpenAIServer) -> None:
    assert strip is not None
    count = len(server.requests)
    wait(qtbot, lambda: strip.send.isVisible() and strip.secrets.isVisible())
    assert not any(secret in strip.text.toPlainText() for secret in SECRETS.values())
    QTest.mouseClick(strip.send, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: len(server.requests) > count)


@covers(ItemKind.FILE, ItemKind.SELECTION, Way.CHAT, "prompt", "conversation/planning.py plan_request")
def files_and_prompts(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    """And once more with the answer, which says them all, behind it."""
    server.answers(f"They are:\n\n{TEXT}")
    panel = panel_of(qtbot, desktop)
    panel.add_file("keys.py")
    view = opened(qtbot, desktop, "voucher.py")
    QTest.keyClick(view.code, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    desktop.window.commands.run("chat.add_selection")
    wait(qtbot, lambda: len(panel.composer.chips.views) == 2)
    asked(qtbot, desktop, server, TEXT)
    asked(qtbot, desktop, server, "and now?")


@covers("names")
def names_of_files(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    panel = panel_of(qtbot, desktop)
    assert len(NAMES) > 40
    for name in NAMES[::4]:
        project.write(name, "x = 1\n")
        panel.add_file(name)
        wait(qtbot, lambda name=name: name in labels(panel))  # type: ignore[misc]
    asked(qtbot, desktop, server)


@covers(Way.IN_PLACE)
def in_place(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    view = opened(qtbot, desktop, "keys.py")
    QTest.keyClick(view.code, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    box = prompt_of(qtbot, view)
    box.field.setText(ONE_LINE)
    wait(qtbot, box.secrets.isVisible)
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    wait(qtbot, lambda: len(server.requests) == 1)


@covers(Way.COMMENTS, ItemKind.COMMENTED, ItemKind.PROPOSED, ItemKind.BEFORE, ItemKind.DECISIONS)
def changes_that_wait(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    """A comment on one, a follow-up about one, and what is told of it once it is rejected."""
    server.answers(pair("    return 1", f"    return '''\n{TEXT}'''"))
    asked(qtbot, desktop, server, "change it")
    wait(qtbot, lambda: len(review_of(desktop).state.pending()) == 1)
    review = review_of(desktop)
    (hunk,) = review.state.pending()
    server.answers("No.")
    view = opened(qtbot, desktop)
    view.show_lines(LineRange(hunk.start, hunk.start))
    box = prompt_of(qtbot, view)
    QTest.keyClicks(box.field, "other")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    wait(qtbot, lambda: len(server.requests) == 2 and not box.is_working)
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    page = shown_review(qtbot, desktop)
    review.remarks.save(review.remarks.begin(hunk.hunk_id, CommentSide.NEW, LineRange(0, 1)), TEXT)
    send_strip(qtbot, page.findChild(RequestStrip), server)
    wait(qtbot, lambda: not sender_of(desktop).is_running)
    review.reject([review.state.pending()[0].hunk_id])
    review.remarks.give_reason(hunk.hunk_id, TEXT)
    panel = panel_of(qtbot, desktop)
    wait(qtbot, lambda: "Reason:" in "".join(each.chip.text for each in panel.composer.chips.views))
    asked(qtbot, desktop, server)
    assert len(server.requests) == 4


@covers(Way.REPAIR)
def repairs(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    server.answers(block("keys.py", f"def nothing():\n    pass\n{LINES[0]}\n{LINES[1]}", "pass"))
    asked(qtbot, desktop, server, "change it")
    wait(qtbot, lambda: len(cards(desktop)) == 1)
    (card,) = cards(desktop)
    press(card, "refused_retry")
    wait(qtbot, lambda: card.findChild(RequestStrip) is not None)
    send_strip(qtbot, card.findChild(RequestStrip), server)


@covers(Way.FINDINGS, "conversation/findings/planning.py plan_about_changes")
def findings(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    project.write("more.py", TEXT)
    view = open_page(qtbot, desktop)
    QTest.keyClick(QApplication.focusWidget() or view, Qt.Key.Key_M)
    send_strip(qtbot, pane_of(view).strip, server)


@covers(Way.MESSAGE)
def message(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    """The changes, the last messages, and what is typed."""
    project.write("more.py", TEXT)
    project.git("add", "-A")
    box = open_changes(qtbot, desktop).box
    box.message.setPlainText(TEXT)
    assert desktop.window.commands.run("changes.draft_message")
    send_strip(qtbot, box.findChild(RequestStrip), server)


@covers(Way.SUMMARY, "conversation/compacting.py plan_summary")
def summary(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    """Of turns that say them, and then in their place."""
    server.answers(f"It is:\n{TEXT}")
    for prompt in (TEXT, "two"):
        asked(qtbot, desktop, server, prompt)
    server.answers(f"A summary: {LINES[3]}")
    desktop.window.commands.run("chat.compact")
    panel = panel_of(qtbot, desktop)
    wait(qtbot, lambda: panel.findChild(CompactionBar) is not None)
    bar = panel.findChild(CompactionBar)
    assert bar is not None
    send_strip(qtbot, bar.strip, server)
    wait(qtbot, lambda: bar.is_done)
    asked(qtbot, desktop, server, "three")


@covers(ItemKind.RULE)
def rules(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    project.write("AGENTS.md", TEXT)
    wait(qtbot, lambda: desktop.window.findChild(Banner, "banner.trust") is not None)
    desktop.window.commands.run("folder.trust_changes")
    agree = desktop.window.findChild(QPushButton, "trust_changes.agree_to_these_changes")
    assert agree is not None
    agree.click()
    panel = panel_of(qtbot, desktop)
    panel.composer.focus_prompt()
    wait(qtbot, lambda: "rules: AGENTS.md" in labels(panel))
    asked(qtbot, desktop, server)


@covers(ItemKind.DIFF, ItemKind.COMMIT)
def git(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    project.write("more.py", f"# {TEXT}")
    project.git("add", "-A")
    changes_of(qtbot, desktop)
    named(qtbot, desktop, "diff", "git diff")
    named(qtbot, desktop, "commit:Redeem", "Redeem")
    asked(qtbot, desktop, server)


@covers(ItemKind.MAP, "automatic context")
def what_is_found(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    """Names and defaults of parameters are in the map."""
    one = [line for line in LINES if "\n" not in line and '"' not in line and "\\" not in line]
    project.write("calls.py", "".join(f'def call_{at}(key="{line}"):\n    pass\n\n\n' for at, line in enumerate(one)))
    panel = panel_of(qtbot, desktop)
    desktop.window.commands.run("chat.automatic_context")
    QTest.keyClicks(panel.composer.prompt, "redeem_voucher with a code ")
    wait_for_index(qtbot, desktop)
    wait(qtbot, lambda: any(view.chip.is_found for view in panel.composer.chips.views))
    named(qtbot, desktop, "map", "repository map")
    asked(qtbot, desktop, server)
    assert "call_0" in sent(server)


@covers(ItemKind.CONVERSATION)
def conversation(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    server.answers(TEXT)
    asked(qtbot, desktop, server, f"Vouchers\n{TEXT}")
    desktop.window.commands.run("chat.new")
    named(qtbot, desktop, "conversation:Vou", "Vouchers")
    asked(qtbot, desktop, server)


@covers(ItemKind.PICTURE, "what stands in a picture's file beside the picture")
def pictures(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    for name, secret in SECRETS.items():
        image.setText(name, secret)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    name = f"{Path(NAMES[0]).stem}.png"
    project.root.joinpath(name).write_bytes(bytes(buffer.data().data()))
    panel = panel_of(qtbot, desktop)
    panel.add_file(name)
    wait(qtbot, lambda: len(panel.composer.chips.views) == 1)
    asked(qtbot, desktop, server)
    (url,) = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", sent(server))
    assert not any(secret.encode() in b64decode(url) for secret in SECRETS.values())


@covers(ItemKind.PAGE)
def pages(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    with PageServer() as running:
        escaped = TEXT.replace("&", "&amp;").replace("<", "&lt;")
        running.pages["/keys"] = Page(f"<title>Keys</title><pre>{escaped}</pre>".encode())
        panel = panel_of(qtbot, desktop)
        QTest.keyClicks(panel.composer.prompt, "@")
        data = QMimeData()
        data.setText(running.url("/keys"))
        panel.composer.prompt.insertFromMimeData(data)
        qtbot.wait(500)
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        wait(qtbot, lambda: len(panel.composer.chips.views) == 1)
        panel.composer.chips.views[0].click()
        wait(qtbot, lambda: not panel.composer.chips.views[0].chip.unfetched)
        wait(qtbot, lambda: bool(panel.composer.chips.views[0].chip.tokens))
        asked(qtbot, desktop, server)


@covers(LIST_FILES, READ_FILE, SEARCH_TEXT, FIND_SYMBOLS)
def tools(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    """What they tell, and what the model itself writes into a call."""
    for name in NAMES:
        project.write(f"named/{name}", f"def in_{len(name)}():\n    pass\n")
    desktop.window.commands.run("chat.model_reads")
    first = (
        ServerCall.of(LIST_FILES, "l1", folder="named"),
        ServerCall.of(READ_FILE, "r1", path="keys.py"),
        ServerCall.of(SEARCH_TEXT, "s1", query="a", glob="keys.py"),
        ServerCall(FIND_SYMBOLS, '{"name": "redeem_voucher"}', "f1"),
        ServerCall.of(SEARCH_TEXT, "s2", query=ONE_LINE),
        ServerCall.of(READ_FILE, "r2", path=f"named/{NAMES[0]}"),
    )
    server.answers("I look.", calls=first)
    server.answers("Done.")
    asked(qtbot, desktop, server, "look around")
    assert len(server.requests) == 2
    told = [each["content"] for each in server.requests[-1].body["messages"] if each["role"] == "tool"]
    assert len(told) == len(first)
    assert "HIDDEN_SECRET_" in told[0]
    assert "HIDDEN_SECRET_" in told[1]


@covers("embeddings", "conversation/embedding.py _request")
def embeddings(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, project: GitFolder) -> None:
    """Of a file with a key of several lines nothing is embedded: half of one could not be told."""
    one = "\n".join(line for line in LINES if "\n" not in line)
    project.write("more.py", f"def redeem_more():\n    return '''\n{one}'''\n")
    server.paths.add(EMBEDDINGS)
    server.replies(Embeds())
    panel = panel_of(qtbot, desktop)
    QTest.keyClicks(panel.composer.prompt, "@redeem")
    wait_for_index(qtbot, desktop)
    dialog = ask_by_meaning(qtbot, desktop)
    agree(qtbot, dialog)
    wait(qtbot, lambda: is_done(dialog))
    assert any(request.path == EMBEDDINGS for request in server.requests)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


@pytest.mark.parametrize("way", WAYS)
def test_no_secret_leaves(
    qtbot: QtBot, shown: DesktopWindow, server: OpenAIServer, project: GitFolder, way: str
) -> None:
    server.answers("Fine.") if way != "embeddings" else None
    server.forget()
    WAYS[way][0](qtbot, shown, server, project)
    told = sent(server)
    assert "HIDDEN_SECRET_" in told
    assert [name for name, secret in SECRETS.items() if secret in told] == []


def test_every_way_is_in_the_table() -> None:
    covered = frozenset[object]().union(*(what for _run, what in WAYS.values()))
    wanted = {*ItemKind, *Way, *READ_TOOLS, *requests_made()}
    assert wanted - covered == set()


def test_what_no_model_may_see_has_as_many_ways() -> None:
    """A way that is added here is asked for there as well; rows there may go several ways."""
    assert {each.__name__ for each in HIDDEN_WAYS} == set(" ".join(BOTH.values()).split())
    assert BOTH.keys() == WAYS.keys()


BOTH = {
    "files_and_prompts": "chips selections",
    "names_of_files": "mentions",
    "in_place": "in_place",
    "changes_that_wait": "comments_and_repairs",
    "repairs": "comments_and_repairs",
    "findings": "own_changes",
    "message": "own_changes",
    "summary": "",  # of what was sent already
    "rules": "rule_files",
    "git": "git_chips",
    "what_is_found": "found_ones",
    "conversation": "",  # of what was sent already
    "pictures": "chips",
    "pages": "",  # from elsewhere
    "tools": "tools",
    "embeddings": "",  # `test_finding_by_meaning.py`
}
"""Ways of this table → those of the border's."""


def requests_made() -> Iterator[str]:
    """The functions that make requests, but for the test of a profile, which says two words of ours."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ModelRequest"
                for node in ast.walk(function)
            ):
                place = path.relative_to(PACKAGE).as_posix()
                if place != "llm/client.py":
                    yield f"{place} {function.name}"
