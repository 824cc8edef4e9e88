"""Takes PySide's reading of sources out of `import` again.

It looks for the word PySide6 in every module that is imported, for the sake of `from __feature__ import …`, which
nothing here uses: for some 600 modules that is 6 MiB of sources kept for good, and 50 ms until the window is painted.
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401 - it replaces the import when it is loaded


def restore_plain_imports() -> None:
    """Import without it from now on; before the program's own modules are imported."""
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None:  # a later PySide may go without
        builtins.__import__ = plain
