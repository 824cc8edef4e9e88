"""Whether a window can be shown here at all: Qt itself would abort without a word a person can use."""

from __future__ import annotations

import sys
from collections.abc import Mapping

_XCB_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def screen_problem(environ: Mapping[str, str]) -> str:
    """Why no window can be shown, as a sentence; '' when it can."""
    if environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return ""
    if not environ.get("DISPLAY") and not environ.get("WAYLAND_DISPLAY"):
        return (
            "There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "Start it on a desktop, or use `copilot-desktop ask FOLDER PROMPT` without a window."
        )
    if environ.get("WAYLAND_DISPLAY"):
        return ""
    import ctypes

    missing = []
    for library, package in _XCB_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    if missing:
        return f"Qt needs system libraries that are missing: sudo apt install {' '.join(missing)}"
    return ""
