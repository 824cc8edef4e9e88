"""Runs before the frozen program: it goes on reading its own file when an upgrade puts another one in that place.

The code of modules that are imported late is read from the program's file by its path; the loader ends the program
where that is gone. The name below stays with the file that runs.
"""

import pyimod02_importers  # type: ignore[import-not-found] # of PyInstaller's loader

pyimod02_importers.pyz_archive._filename = "/proc/self/exe"  # noqa: SLF001 - there is no other way
