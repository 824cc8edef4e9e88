"""Reads and writes settings pages: one versioned JSON file each, replaced in one step, private to the user.

A page is a frozen dataclass whose fields all have defaults, with two class variables: NAME, the file's name, and
VERSION. MIGRATIONS of a page, where it has them, hold at index N - 1 the step from version N to N + 1, values to
values.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from copilot_desktop.errors import NewerStoreError, StoreError, UsageError
from copilot_desktop.settings.page_texts import ReadText, page_text, read_page_text
from copilot_desktop.settings.page_values import PageValueError, from_values

_log = logging.getLogger(__name__)

Migration = Callable[[dict[str, Any]], dict[str, Any]]


class Page(Protocol):
    """What every page has."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int]
    __dataclass_fields__: ClassVar[dict[str, Any]]


P = TypeVar("P", bound=Page)


class Loaded(NamedTuple, Generic[P]):
    """A page and, where the file could not be used, the sentence to show; the page has its defaults then."""

    page: P
    problem: StoreError | None


class SettingsStore:
    """The pages of one folder. May be used from any thread: every call stands for itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.Lock()

    def path_of(self, page_type: type[Page]) -> Path:
        """The page's file."""
        return self._folder / f"{page_type.NAME}.json"

    def load(self, page_type: type[P]) -> P:
        """The page as kept, its defaults when nothing is.

        Raises StoreError for a file that cannot be read or understood, NewerStoreError for one of a newer version.
        """
        path = self.path_of(page_type)
        record = self._record(path)
        if record is None:
            return page_type()
        version, values = record
        if version > page_type.VERSION:
            raise _newer(path)
        if version < page_type.VERSION:
            values = self._migrated(page_type, path, version, values)
        try:
            return from_values(page_type, values)
        except PageValueError as error:
            raise _damaged(path, str(error)) from error

    def load_or_default(self, page_type: type[P]) -> Loaded[P]:
        """Like `load`, but a start must not fail over a damaged file: the defaults, and the sentence to show."""
        try:
            return Loaded(self.load(page_type), None)
        except StoreError as error:
            _log.info("%s %s", error.message, error.detail)
            return Loaded(page_type(), error)

    def update(self, page_type: type[P], change: Callable[[P], P]) -> P:
        """Change the page as it is kept now, and give what is kept then. Changes of several threads come one by one.

        A damaged file is kept as `.damaged` and the defaults are changed. Raises NewerStoreError and StoreError, and
        what `change` raises; the file is untouched then.
        """
        with self._turn:
            page = change(self.load_or_default(page_type).page)
            self.save(page)
        return page

    def save(self, page: Page) -> None:
        """Write what differs from the defaults. A damaged file is kept as `.damaged` first.

        Raises NewerStoreError, leaving the file untouched, and StoreError.
        """
        path = self.path_of(type(page))
        try:
            self.load(type(page))
        except NewerStoreError:
            raise
        except StoreError:
            self._keep(path, ".damaged")
        _replace(path, page_text(page).encode("utf-8"))

    def text(self, page_type: type[Page]) -> str:
        """The page's file as it is, or what would be in it. Raises StoreError."""
        path = self.path_of(page_type)
        try:
            return path.read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            return page_text(page_type())
        except OSError as error:
            raise _unreadable(path, error) from error

    def save_text(self, page_type: type[P], text: str, check: Callable[[P], None]) -> ReadText[P]:
        """Write the page's file as somebody has written it. Raises UsageError with the line, what `check` raises, and
        StoreError; the file is untouched then."""
        with self._turn:
            read = read_page_text(page_type, text)
            check(read.page)
            _replace(self.path_of(page_type), text.encode("utf-8"))
        return read

    def read_again(self, page_type: type[P]) -> P:
        """The page after another program has written its file. Raises StoreError, whose sentence names the line."""
        path = self.path_of(page_type)
        try:
            return read_page_text(page_type, self.text(page_type)).page
        except UsageError as error:
            # An older version is no fault.
            loaded = self.load_or_default(page_type)
            if loaded.problem is None:
                return loaded.page
            if isinstance(loaded.problem, NewerStoreError):
                raise loaded.problem from error
            raise StoreError(
                f"{path.name} in the settings cannot be used. {error.message}",
                advice="What was set before holds until the file is correct; at a start the defaults do.",
                detail=str(path),
            ) from error

    def _record(self, path: Path) -> tuple[int, dict[str, Any]] | None:
        try:
            record = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(path, error) from error
        except ValueError as error:
            raise _damaged(path, str(error)) from error
        match record:
            case {"version": int(version), "values": dict(values)}:
                return version, values
        raise _damaged(path, "it has no version or no values")

    def _migrated(self, page_type: type[Page], path: Path, version: int, values: dict[str, Any]) -> dict[str, Any]:
        migrations: tuple[Migration, ...] = getattr(page_type, "MIGRATIONS", ())
        steps = migrations[version - 1 : page_type.VERSION - 1] if version >= 1 else ()
        if len(steps) != page_type.VERSION - version:
            raise _damaged(path, f"version {version} is unknown")
        self._keep(path, f".version-{version}")
        for step in steps:
            values = step(values)
        _replace(path, json.dumps({"version": page_type.VERSION, "values": values}, indent=2).encode())
        return values

    def _keep(self, path: Path, suffix: str) -> None:
        try:
            _replace(path.with_name(path.name + suffix), path.read_bytes())
        except OSError as error:
            raise StoreError(f"No copy of {path} could be made, so it was left as it is.", detail=str(error)) from error


def _replace(path: Path, data: bytes) -> None:
    """All of it or nothing, whatever happens meanwhile; mode 0600."""
    temporary = ""
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _log.debug("settings: %s written", path.name)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise StoreError(
            f"The settings could not be written to {path}: {error.strerror or error}.",
            advice="Free some space or make the folder writable, then change the setting again.",
        ) from error


def _newer(path: Path) -> NewerStoreError:
    return NewerStoreError(
        f"The settings in {path} were written by a newer version of the program and are left as they are.",
        advice="Start the newer version, or move the file away to begin with the defaults.",
    )


def _unreadable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"The settings in {path} cannot be read: {error.strerror or error}.", advice="Check who may read it."
    )


def _damaged(path: Path, detail: str) -> StoreError:
    return StoreError(
        f"The settings in {path} are damaged, so the defaults are used: {detail}.",
        advice="Correct the file; when a setting is changed, a copy of it is kept beside it.",
        detail=detail,
    )
