"""`keys`: the keys in the system's keyring. A key is never an argument, which the list of processes shows."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Mapping, Sequence

from copilot_desktop.assembly import KeyChain, profiles_of
from copilot_desktop.cli.output import NO_KEY, Output
from copilot_desktop.credentials.run_keys import last_four
from copilot_desktop.errors import CredentialError, UsageError
from copilot_desktop.llm.catalogue import Catalogue
from copilot_desktop.llm.profiles import KeySource, Profile
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage
from copilot_desktop.settings.store import SettingsStore

_SOURCES = {
    KeySource.KEYRING: "keyring",
    KeySource.COMMAND: "a command",
    KeySource.RUN: "asked for at each run of the window",
    KeySource.NONE: "needs no key",
}


def run(arguments: argparse.Namespace, environ: Mapping[str, str], output: Output) -> int:
    """List, set or delete; the exit code. Raises CopilotError."""
    page = SettingsStore(program_folders(environ).config).load(ModelsPage)
    profiles = profiles_of(page, Catalogue.load())
    keys = KeyChain.of(environ)
    match arguments.action:
        case "list":
            return _list(profiles, keys, output)
        case "set":
            _set(arguments.profile, profiles, keys, output)
        case "delete":
            keys.keyring.delete(arguments.profile)
            output.text(f"The keyring holds no key for “{arguments.profile}”.\n")
    return 0


def _list(profiles: Sequence[Profile], keys: KeyChain, output: Output) -> int:
    rows: list[tuple[str, str, str, str]] = []
    problem: CredentialError | None = None
    for profile in profiles:
        shown = ""
        if profile.key_source is KeySource.ENVIRONMENT:
            shown = _shown(keys.environ.get(profile.environment_variable))
        elif profile.key_source is KeySource.KEYRING and problem is None:
            try:
                shown = _shown(keys.keyring.get(profile.name))
            except CredentialError as error:
                # Asking again for the next profile would only wait again.
                problem = error
        if profile.key_source is KeySource.KEYRING and problem is not None:
            shown = "unknown"
        rows.append((profile.name, profile.model, _source(profile), shown))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        output.text("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")
    if problem is not None:
        output.error(problem)
        return NO_KEY
    return 0


def _source(profile: Profile) -> str:
    return _SOURCES.get(profile.key_source, profile.environment_variable)


def _shown(key: str | None) -> str:
    return "no key" if not key or not key.strip() else f"…{last_four(key.strip())}"


def _set(name: str, profiles: Sequence[Profile], keys: KeyChain, output: Output) -> None:
    profile = next((profile for profile in profiles if profile.name == name), None)
    if profile is not None and profile.key_source is KeySource.NONE:
        raise UsageError(f"The profile “{name}” needs no key.")
    key = _read_key(name)
    keys.keyring.set(name, key)
    output.text(f"The key for “{name}” is in the keyring: {_shown(key)}\n")
    if profile is None:
        output.note(f"There is no profile “{name}” yet; the key waits for it.")
    elif profile.key_source is not KeySource.KEYRING:
        output.note(
            f"The profile “{name}” takes its key from another place ({_source(profile)}), not from the keyring."
        )


def _read_key(name: str) -> str:
    if sys.stdin.isatty():
        key = getpass.getpass(f"Key for {name}: ")
    else:
        line = sys.stdin.buffer.readline()
        try:
            key = line.decode("ascii")
        except UnicodeDecodeError as error:
            raise UsageError("The key on standard input holds characters that no key has.") from error
    key = key.strip()
    if not key:
        raise UsageError("No key was given, so nothing was kept.", advice="Paste it, or write it to standard input.")
    return key
