from __future__ import annotations

from pathlib import Path

from copilot_desktop.workspace.documents import Document, Documents
from copilot_desktop.workspace.files import FileText, read_file
from copilot_desktop.workspace.paths import Workspace


def opened(root: Path, name: str = "a.py") -> FileText:
    (root / name).write_bytes(b"x = 1\r\n")
    return read_file(Workspace(root), name)


def test_a_path_is_open_at_most_once(root: Path) -> None:
    documents = Documents()
    first = documents.open(opened(root))
    assert documents.open(opened(root)) is first
    assert documents.find("a.py") is first
    assert documents.get(first.document_id) is first
    assert documents.close(first.document_id) is first
    assert documents.find("a.py") is None
    assert len(documents) == 0


def test_what_a_save_needs_to_know_follows_the_text(root: Path) -> None:
    text = opened(root)
    document = Documents().open(text)
    assert (document.title, document.disk_hash, document.is_dirty) == ("a.py", text.disk_hash, False)
    assert document.changed() == 1
    document.is_dirty = True
    document.saved("hash")
    assert (document.disk_hash, document.is_dirty, document.version) == ("hash", False, 1)
    document.lost()
    assert (document.disk_hash, document.is_dirty) == (None, True)


def test_untitled_ones_have_names_of_their_own() -> None:
    documents = Documents()
    titles = [documents.open_untitled().title for _ in range(3)]
    assert len(set(titles)) == 3
    document: Document = documents.all()[0]
    document.renamed("src/b.py")
    assert document.title == "b.py"
