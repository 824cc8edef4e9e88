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
import linecache
import threading
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType

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
        import PySide6
    finally:
        importlib.machinery.ModuleSpec = usual  # type: ignore[misc]
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None:
        builtins.__import__ = plain
    import PySide6.QtCore  # noqa: F401

    linecache.clearcache()  # of what it imported first it has read the sources all the same: 0.2 MiB


class _Spec(ModuleSpec):
    """That of a module which runs later, where it is one of them."""

    def __init__(self, name: str, loader: Loader | None, **others: object) -> None:
        if loader is not None and name in LATE:
            loader = _LateLoader(loader)
        super().__init__(name, loader, **others)  # type: ignore[arg-type]


class _LateLoader(Loader):
    """Makes a module at once and runs its code later."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module."""
        return LateModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty for now."""
        module.__dict__["_late"] = self._loader


class LateModule(ModuleType):
    """A module whose code runs when something of it is first asked for, once, on whichever thread that is."""

    _lock = threading.RLock()

    def __getattr__(self, name: str) -> object:
        if not (name.startswith("__") and name.endswith("__")):  # the import itself asks for such names
            with self._lock:
                loader = self.__dict__.pop("_late", None)  # none while it runs, and after that
                if loader is not None:
                    self._run(loader)
                if name in self.__dict__:
                    return self.__dict__[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def _run(self, loader: Loader) -> None:
        published = self.__spec__
        self.__spec__ = ModuleSpec(self.__name__, loader)  # PySide has given the published one another name meanwhile
        try:
            loader.exec_module(self)
        finally:
            self.__spec__ = published
