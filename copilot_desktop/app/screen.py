"""Whether a window can be shown here at all: Qt itself would abort without a word a person can use."""

from __future__ import annotations

import re
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
_VARIABLE = "QT_QPA_PLATFORM"
_OTHER_PLUGINS = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_PLUGIN_PATH")
_PLUGIN = re.compile(r"(?:lib)?q(\w+)\.(?:so|dll|dylib)")
_WITHOUT = "or use `copilot-desktop ask FOLDER PROMPT` without a window."


def screen_problem(environ: Mapping[str, str]) -> str:
    """Why no window can be shown, as a sentence; '' when it can."""
    # Qt tries one after the other where several are named.
    wanted = [each.partition(":")[0].strip() for each in environ.get(_VARIABLE, "").split(";")]
    problems = [_problem_of(platform, environ) for platform in wanted]
    return "" if "" in problems else problems[0]


def _problem_of(platform: str, environ: Mapping[str, str]) -> str:
    known = _platforms(environ)
    if platform and known and not any(platform == each or platform.startswith(f"{each}-") for each in known):
        return (
            f"{_VARIABLE} is set to “{platform}”, and Qt has nothing of that name here. "
            f"Unset it, or set it to one of: {', '.join(known)}."
        )
    if not sys.platform.startswith("linux"):
        return ""
    is_wayland = platform.startswith("wayland")
    if is_wayland and not _has_wayland(environ):
        return (
            f"{_VARIABLE} asks for Wayland, and WAYLAND_DISPLAY names no screen that is there. "
            f"Start it on a Wayland desktop, or unset {_VARIABLE}."
        )
    if platform not in ("", "xcb"):
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


def _platforms(environ: Mapping[str, str]) -> tuple[str, ...]:
    """What Qt can show windows on, by the names of its plugins; () where that is not known without asking Qt."""
    import importlib.util

    found = importlib.util.find_spec("PySide6")
    if found is None or found.origin is None or any(environ.get(name) for name in _OTHER_PLUGINS):
        return ()
    places = (Path(found.origin).parent / each / "platforms" for each in ("Qt/plugins", "plugins"))
    names = (_PLUGIN.fullmatch(file.name) for place in places if place.is_dir() for file in place.iterdir())
    return tuple(sorted({name[1] for name in names if name is not None}))


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
