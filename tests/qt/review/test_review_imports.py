"""What shows a review is imported before it is opened."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from copilot_desktop.bridge.review.events import ReviewChanged
from copilot_desktop.ui.review.review_imports import WIDGETS, ReviewImports

app = QApplication(sys.argv)

class Review(QObject):
    changed = Signal(object)

review = Review()
ReviewImports(review, lambda work, done: done(work()))

def run(ms):
    from PySide6.QtTest import QTest
    QTest.qWait(ms)

assert not [name for name in WIDGETS if name in sys.modules]
review.changed.emit(ReviewChanged((), (), 0))
run(700)
assert "pygit2" not in sys.modules
review.changed.emit(ReviewChanged(("a.py",), (), 1))
review.changed.emit(ReviewChanged(("a.py",), (), 2))
for _ in range(100):
    run(100)
    if all(name in sys.modules for name in WIDGETS):
        break
print([name for name in WIDGETS if name not in sys.modules], "pygit2" in sys.modules)
"""


def test_it_is_imported_once_a_change_waits() -> None:
    run = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False, timeout=120)
    assert run.stdout.strip() == "[] True", run.stderr
