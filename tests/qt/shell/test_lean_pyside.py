"""What PySide has for help and errors is there when it is asked for, and does not run before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

_RUN = """
import builtins, json, sys, threading
from copilot_desktop.app.lean_pyside import LATE, import_pyside
import_pyside()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QSplitter

def waiting():
    return [name for name in LATE if "_late" in vars(sys.modules[name])]

def wrong(texts, call):
    try:
        call()
    except TypeError as error:
        texts.append(str(error))

found = {"late": sorted(waiting()), "import": builtins.__import__ is builtins.__feature_import__}
texts = []
# Not a constructor: on two threads PySide itself now and then does not find its own name for one's error.
calls = (lambda: QTimer.singleShot("x"), lambda: QLabel.setText(3), lambda: QLabel.setNum()) * 4
threads = [threading.Thread(target=wrong, args=(texts, call)) for call in calls]
for each in threads:
    each.start()
for each in threads:
    each.join()
wrong(texts, lambda: QSplitter(7, 7))
wrong(texts, lambda: QTimer().start("x"))
found["texts"], found["then"] = texts, sorted(waiting())
found["doc"] = QTimer.start.__doc__
from PySide6.support.signature import get_signature
from PySide6.support.signature.lib.enum_sig import HintingEnumerator
found["signatures"] = [str(each) for each in get_signature(QTimer.start)]
print(json.dumps(found))
"""


def test_descriptions_of_qt_are_made_when_an_error_needs_them() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _RUN],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    # Fewer of them, and a new PySide does this in another way: see whether the start still takes what it took.
    assert found["late"] == [
        "shibokensupport.signature.layout",
        "shibokensupport.signature.lib.enum_sig",
        "shibokensupport.signature.lib.pyi_generator",
        "shibokensupport.signature.lib.tool",
        "shibokensupport.signature.parser",
    ]
    assert not found["import"]
    assert len(found["texts"]) == 14
    assert "called with wrong argument types" in found["texts"][-1]
    assert "start(msec: int, /)" in found["texts"][-1]
    assert "shibokensupport.signature.parser" not in found["then"]
    assert "start(self, msec: int, /) -> None" in found["doc"]
    assert found["signatures"] == ["(self, /) -> None", "(self, msec: int, /) -> None"]
