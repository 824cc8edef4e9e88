"""Changes to files that are open in an encoding which the user has chosen: read and written in that one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.documents.formats import DocumentFormats
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewNotice
from copilot_desktop.editor.view import EditorView
from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.text.encoding_names import ENCODINGS
from copilot_desktop.workspace.documents import Document
from tests.support.desktop import open_desktop
from tests.support.editor_tabs import opened

WAIT = 30_000
WORDS = "# café naïve über\nprice = 1\n"


@dataclass
class Reopened:
    """A file whose encoding is found out as one, and that is shown in another."""

    place: Path
    document: Document
    view: EditorView
    review: ReviewController
    said: list[str] = field(default_factory=list)

    def accept(self, qtbot: QtBot, old: str, new: str) -> None:
        files = {"a.py": self.view.text()}
        answer = f"a.py\n```\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n```\n"
        made = self.review.add_proposal(propose(answer, files), files, "turn", "Title", "model")
        assert made is not None
        self.review.decide_all(made, Decision.ACCEPTED)
        qtbot.waitUntil(lambda: not self.review.is_busy, timeout=WAIT)


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "a.py").write_bytes(WORDS.encode("iso8859-15"))
    with open_desktop(qtbot, folder) as shown:
        yield shown


@pytest.fixture
def reopened(qtbot: QtBot, tmp_path: Path, desktop: DesktopWindow) -> Reopened:
    view = opened(qtbot, desktop, "a.py")
    document = desktop.documents.documents.find("a.py")
    assert document is not None
    assert document.format.encoding == "cp1252"
    DocumentFormats(desktop.documents).reopen_as(
        document, next(each for each in ENCODINGS if each.codec == "iso8859-15")
    )
    qtbot.waitUntil(lambda: document.has_chosen_encoding, timeout=WAIT)
    qtbot.waitUntil(lambda: desktop.window.findChild(ReviewController) is not None, timeout=WAIT)
    review = desktop.window.findChild(ReviewController)
    assert review is not None
    made = Reopened(tmp_path / "shop/a.py", document, view, review)

    def hear(notice: ReviewNotice) -> None:
        made.said.append(notice.message)

    review.noticed.connect(hear)
    return made


def test_what_is_accepted_is_written_in_the_chosen_encoding_and_taken_back(qtbot: QtBot, reopened: Reopened) -> None:
    reopened.accept(qtbot, "price = 1", "price = '1 €'")
    wanted = WORDS.replace("price = 1", "price = '1 €'")
    assert reopened.view.text() == wanted
    assert reopened.place.read_bytes() == wanted.encode("iso8859-15")
    assert not reopened.document.is_dirty
    reopened.review.undo()
    qtbot.waitUntil(lambda: not reopened.review.is_busy, timeout=WAIT)
    assert reopened.place.read_bytes() == WORDS.encode("iso8859-15")
    assert reopened.view.text() == WORDS
    assert not any("changed on disk" in message for message in reopened.said)


def test_taking_back_gives_the_tab_the_text_that_it_had(qtbot: QtBot, reopened: Reopened) -> None:
    reopened.accept(qtbot, "price = 1", "price = '1 €'")
    reopened.accept(qtbot, "price = '1 €'", "price = 2")
    assert reopened.place.read_bytes() == WORDS.replace("1", "2").encode("iso8859-15")
    reopened.review.undo()
    qtbot.waitUntil(lambda: not reopened.review.is_busy, timeout=WAIT)
    assert reopened.view.text() == WORDS.replace("price = 1", "price = '1 €'")
    assert reopened.place.read_bytes().decode("iso8859-15") == reopened.view.text()
    assert not reopened.document.is_dirty


def test_what_the_chosen_encoding_cannot_say_is_refused(qtbot: QtBot, reopened: Reopened) -> None:
    reopened.accept(qtbot, "price = 1", "price = 'שלום'")
    assert reopened.place.read_bytes() == WORDS.encode("iso8859-15")
    assert reopened.view.text() == WORDS
    assert any("in the file's encoding, Western (ISO 8859-15)" in message for message in reopened.said)
    assert not reopened.review.can_undo
