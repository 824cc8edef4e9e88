"""Runs before the frozen program: what PyInstaller's loader told it by the environment stays with it.

Programs that it starts, git or what opens a link, would else look for their libraries in the folder of this program
first, and get others than they were made for. A worker is started as the program is: its loader tells it anew.
"""

import os

before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
for name in [name for name in os.environ if name == "LD_LIBRARY_PATH" or name.startswith("_PYI_")]:
    del os.environ[name]
if before is not None:
    os.environ["LD_LIBRARY_PATH"] = before
