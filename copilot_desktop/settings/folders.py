"""Where the program keeps its own files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from copilot_desktop.errors import StoreError
from copilot_desktop.values import dataclass

HOME_VARIABLE: Final = "COPILOT_DESKTOP_HOME"
_APP_NAME: Final = "copilot-desktop"


@dataclass(frozen=True, slots=True)
class ProgramFolders:
    """Folders that exist and only their owner may read; `state` is what the program remembers by itself."""

    config: Path
    data: Path
    cache: Path
    state: Path

    def by_use(self) -> Mapping[str, Path]:
        """Each folder under the word for what it is for."""
        return {"config": self.config, "data": self.data, "cache": self.cache, "state": self.state}


def program_folders(environ: Mapping[str, str]) -> ProgramFolders:
    """The four folders, made with mode 0700 where they are missing.

    COPILOT_DESKTOP_HOME puts all of them below one folder; else the system says where. Raises StoreError.
    """
    home = environ.get(HOME_VARIABLE, "")
    if home:
        root = Path(home).expanduser().absolute()
        folders = ProgramFolders(root / "config", root / "data", root / "cache", root / "state")
    else:
        import platformdirs

        system = platformdirs.PlatformDirs(_APP_NAME, appauthor=False)
        folders = ProgramFolders(
            system.user_config_path, system.user_data_path, system.user_cache_path, system.user_state_path
        )
        if folders.config == folders.data:  # Windows and macOS have one place for both.
            folders = ProgramFolders(*(folders.data / name for name in ("config", "data", "cache", "state")))
    for folder in (folders.config, folders.data, folders.cache, folders.state):
        _make_private(folder)
    return folders


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise StoreError(
            f"The program's folder {folder} cannot be used: {error.strerror or error}.",
            advice=f"Make it writable for you, or set {HOME_VARIABLE} to a folder that is.",
        ) from error
