"""Measures one very long line, and searching a large text: milliseconds of processor time.

.venv/bin/python tests/bench/long_text.py
A view offscreen. Lines of 1 and 5 MB, of ASCII or not: open and paint, one letter typed and painted (median of 10),
End. Find in 10 MB: what the worker takes for a plain word, one without regard to case, and an expression, and for
replacing all.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.long_search import LongSearch
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.text.searching import FindQuery
from copilot_desktop.ui.theme.theme import editor_theme
from copilot_desktop.ui.theme.tokens import DARK

PIECES = {
    "ASCII": "var x=function(a,b){return a+b};",
    "umlauts": "var größe=function(a,b){return a+b};",
    "kanji": "漢字仮名交じり文、",
}


def spent_ms(call: Callable[[], object]) -> float:
    """Processor time of this process for a call."""
    begun = time.process_time()
    call()
    return (time.process_time() - begun) * 1000


def main() -> int:
    """Print the figures. Exit 0."""
    app = QApplication([])
    for name, size in ((name, size) for size in (1_000_000, 5_000_000) for name in PIECES):
        view = EditorView(DocumentId("d"), "a.js", editor_theme(DARK, font_size_pt=10))
        view.complete()
        view.resize(900, 600)
        view.show()

        def painted(key: Qt.Key, shown: EditorView = view) -> None:
            QTest.keyClick(shown.code, key)
            app.processEvents()
            shown.grab()

        text = PIECES[name] * (size // len(PIECES[name].encode()))
        opened = spent_ms(lambda shown=view, whole=text: (shown.load(whole), shown.grab()))  # type: ignore[misc]
        typed = statistics.median(spent_ms(lambda: painted(Qt.Key.Key_A)) for _ in range(10))
        end = spent_ms(lambda: painted(Qt.Key.Key_End))
        print(
            f"a line of {size // 1_000_000} MB, {name:8}"
            f"   opened {opened:6.0f}   a letter {typed:6.0f}   End {end:6.0f} ms"
        )
        view.deleteLater()
    text = "the quick brown fox jumps over the lazy dog\n" * 240_000
    for name, query in (
        ("plain", FindQuery("lazy", is_case_sensitive=True)),
        ("any case", FindQuery("lazy")),
        ("expression", FindQuery(r"l\w+y", is_regex=True)),
    ):
        search = LongSearch([text.encode()], query)
        found = spent_ms(lambda one=search: one.matches(60))  # type: ignore[misc]
        replaced = spent_ms(lambda one=search: one.replacements("calm", "\n", 60))  # type: ignore[misc]
        print(f"find in 10 MB, {name:10}   {found:6.0f} ms   replacements {replaced:6.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
