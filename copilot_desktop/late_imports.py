"""Modules that are imported at once and run when something of them is first used.

Much of Python's own library imports what most of its users never come to use: asyncio the whole of TLS with OpenSSL,
dataclasses all that reads sources, archives every kind of compression. That is 6 MiB and 15 ms of a window that stands
there. `put_off` lets those modules wait; whoever uses one of them notices nothing but the moment it takes.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from importlib.abc import Loader
else:
    Loader = object  # that module imports a megabyte

LATE: Final = frozenset(("asyncio.sslproto", "bz2", "hashlib", "inspect", "ipaddress", "locale", "lzma", "ssl"))
"""Only such as are imported whole (`import ssl`), and of which whoever imports them uses nothing while he is imported
himself."""
_LOCK = threading.RLock()
"""One for all of them: they may need each other."""


def put_off(names: frozenset[str] = LATE) -> None:
    """From now on these modules run late; those that were imported before stay what they are."""
    sys.meta_path.insert(0, _Finder(names))


class _Finder:
    """Has another finder find a module, and gives it a loader that waits."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """How to make one of these modules; None for any other."""
        if name not in self._names:
            return None
        for finder in sys.meta_path:
            found = None if finder is self else finder.find_spec(name, path, target)
            if found is not None:
                if found.loader is not None:
                    found.loader = LateLoader(found.loader)
                return found
        return None


class LateLoader(Loader):
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

    def __getattr__(self, name: str) -> object:
        if not (name.startswith("__") and name.endswith("__")):  # the import itself asks for such names
            with _LOCK:
                loader = self.__dict__.pop("_late", None)  # none while it runs, and after that
                if loader is not None:
                    self.__class__ = _RunningModule
                    try:
                        self._run(loader)
                    finally:
                        self.__class__ = LateModule
                if name in self.__dict__:
                    return self.__dict__[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def _run(self, loader: Loader) -> None:
        published = self.__spec__
        if published is None or published.name != self.__name__:  # PySide gives its own modules other names afterwards
            self.__spec__ = ModuleSpec(self.__name__, loader)
        try:
            loader.exec_module(self)
        finally:
            self.__spec__ = published


class _RunningModule(LateModule):
    """One whose code is running: other threads wait until it has, as they wait for an import."""

    def __getattribute__(self, name: str) -> object:
        # Not `super()`: by the time the lock is free the module is none of these any more.
        if name.startswith("__"):
            return ModuleType.__getattribute__(self, name)
        with _LOCK:
            return ModuleType.__getattribute__(self, name)
