"""Whether a window can be shown here at all: Qt itself would abort without a word a person can use."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

# What Qt loads only when a window is to be shown on X11, with the Debian package that brings it.
_XCB_LIBRARIES = {
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
_WITHOUT = "or use `copilot-desktop ask FOLDER PROMPT` without a window."


def screen_problem(environ: Mapping[str, str]) -> str:
    """Why no window can be shown, as a sentence; '' when it can."""
    platform = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform not in ("", "xcb") or not sys.platform.startswith("linux"):
        return ""
    display = environ.get("DISPLAY", "")
    if not platform and _has_wayland(environ):
        return ""
    if not display:
        return (
            "There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set to one. "
            f"Start it on a desktop, {_WITHOUT}"
        )
    return _x11_problem(display)


def library_problem(error: ImportError) -> str:
    """The sentence for a Qt that could not be loaded since a library of the system is missing; '' for other errors."""
    library, _, rest = str(error).partition(": ")
    if ".so" not in library or "/" in library or "cannot open shared object" not in rest:
        return ""
    package = _QT_LIBRARIES.get(library)
    how = f"sudo apt install {package}" if package else "install the package that brings it"
    return f"Qt needs {library} of the system, which is missing: {how}"


def _has_wayland(environ: Mapping[str, str]) -> bool:
    """Whether the socket that the variable names is there; a variable left behind counts for nothing."""
    name = environ.get("WAYLAND_DISPLAY", "")
    return bool(name) and Path(environ.get("XDG_RUNTIME_DIR", "/nonexistent"), name).exists()


def _x11_problem(display: str) -> str:
    import ctypes

    missing, loaded = [], {}
    for library, package in _XCB_LIBRARIES.items():
        try:
            loaded[library] = ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    if missing:
        return f"Qt needs system libraries that are missing: sudo apt install {' '.join(missing)}"
    xcb = loaded["libxcb.so.1"]
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    is_refused = xcb.xcb_connection_has_error(connection) != 0
    xcb.xcb_disconnect(connection)
    if is_refused:
        return (
            f"The screen {display}, which DISPLAY names, cannot be reached: nothing answers there, or this user may "
            f"not use it (XAUTHORITY). Start it on a desktop, {_WITHOUT}"
        )
    return ""
