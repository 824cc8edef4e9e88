"""Imports PySide without what it does for interactive use, which costs each start 80 ms and several MiB.

PySide can describe all that Qt has, for `help()` and in the text of a TypeError. It compiles the modules for that anew
at every start. Here they run when something of them is first asked for: by the first such error, say.

And it looks for the word PySide6 in every module that is imported, for the sake of `from __feature__ import …`, which
nothing here uses: for some 600 modules that is 6 MiB of sources kept for good, and 50 ms until the window is painted.

Another PySide may do all this in other ways. Then nothing is found here to put off, and it takes its time.
"""

from __future__ import annotations

import builtins
import importlib.machinery
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

from copilot_desktop.late_imports import LateLoader

if TYPE_CHECKING:
    from importlib.abc import Loader

LATE = frozenset(
    f"shibokensupport.signature.{name}"
    for name in ("layout", "parser", "lib.enum_sig", "lib.pyi_generator", "lib.tool")
)
"""Not `mapping`: PySide's library reads it without asking for its attributes, and ends the process if it is empty."""


def import_pyside() -> None:
    """Import PySide6.QtCore; before anything else imports PySide."""
    usual = importlib.machinery.ModuleSpec
    # PySide finds these modules in its own library, ahead of every finder. All it takes from outside is this class.
    importlib.machinery.ModuleSpec = _Spec  # type: ignore[misc]
    try:
        with _no_sources():
            import PySide6
    finally:
        importlib.machinery.ModuleSpec = usual  # type: ignore[misc]
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None:
        builtins.__import__ = plain
    import PySide6.QtCore  # noqa: F401


@contextmanager
def _no_sources() -> Iterator[None]:
    """What it imports itself it would read as well, and load for that all that knows of sources."""
    names = vars(inspect)  # that module may not have run yet, and need not
    usual, names["getsource"] = names.get("getsource"), _refuse_source
    try:
        yield
    finally:
        if usual is not None:
            names["getsource"] = usual
        elif names["getsource"] is _refuse_source:
            del names["getsource"]


def _refuse_source(_module: object) -> str:
    raise OSError  # as it is told where there is no source, and then it asks no more of that module


class _Spec(ModuleSpec):
    """That of a module which runs later, where it is one of them."""

    def __init__(self, name: str, loader: Loader | None, **others: object) -> None:
        if loader is not None and name in LATE:
            loader = LateLoader(loader)
        super().__init__(name, loader, **others)  # type: ignore[arg-type]
