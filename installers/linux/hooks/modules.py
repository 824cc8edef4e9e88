"""Runs before the frozen program: where its modules are read from, and how they are found.

PyInstaller's loader reads the table of its archive piece by piece, which takes 20 ms, searches folders for each name
before it looks there, opens the file by its path for each module, and ends the program where that is gone, as after an
upgrade. So its own archive is empty (`frozen.spec`), and the modules lie in another one, read here: its table in one
piece, and the file stays open. What is not in there, libraries above all, is found as usual.
"""

import marshal
import os
import sys
import zlib
from _frozen_importlib import ModuleSpec  # that of `importlib.machinery`, which can be found only after this

from pyimod01_archive import (  # type: ignore[import-not-found] # of PyInstaller's loader
    PYZ_ITEM_MODULE,
    PYZ_ITEM_NSPKG,
    PYZ_ITEM_PKG,
)
from pyimod02_importers import PyiFrozenLoader  # type: ignore[import-not-found]

FOLDER = sys._MEIPASS  # type: ignore[attr-defined] # noqa: SLF001 - where the loader says that everything lies


class Archive:
    """The modules, by their names."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        begin = int.from_bytes(os.pread(self._file, 4, 8), "big")
        table = os.pread(self._file, os.fstat(self._file).st_size - begin, begin)
        self.kinds: dict[str, tuple[int, int, int]] = dict(marshal.loads(table))  # noqa: S302 - our own file
        """Of each its kind, where it begins and how long it is."""

    def extract(self, name: str) -> object:
        """The code of a module."""
        _kind, begin, length = self.kinds[name]
        return marshal.loads(zlib.decompress(os.pread(self._file, length, begin)))  # noqa: S302


class Finder:
    """Finds the modules of the archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """How to make one of these modules; None for any other."""
        kind = self._archive.kinds.get(name, (None,))[0]
        if kind == PYZ_ITEM_NSPKG:  # a folder of others, without code
            spec = ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = [os.path.join(FOLDER, *name.split("."))]
            return spec
        if kind not in (PYZ_ITEM_MODULE, PYZ_ITEM_PKG):
            return None
        is_package = kind == PYZ_ITEM_PKG
        loader = PyiFrozenLoader(name, self._archive, name, is_package)
        spec = ModuleSpec(name, loader, origin=loader.path, is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [os.path.dirname(loader.path)]
        return spec


# Before the folders; what is built in or frozen into Python itself stays first.
sys.meta_path.insert(len(sys.meta_path) - 1, Finder(Archive(os.path.join(FOLDER, "modules.pyz"))))
