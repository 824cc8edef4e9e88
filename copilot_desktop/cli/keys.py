"""`keys`: the keys in the system's keyring. A key is never an argument, which the list of processes shows."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Mapping, Sequence

from copilot_desktop.assembly import KeyChain, profiles_of
from copilot_desktop.cli.output import NO_KEY, Output
from copilot_desktop.credentials.run_keys import checked_key, last_four
from copilot_desktop.errors import CredentialError, UsageError
from copilot_desktop.llm.catalogue import Catalogue
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage
from copilot_desktop.settings.store import SettingsStore

_SOURCES = {
    KeySource.KEYRING: "keyring",
    KeySource.COMMAND: "a command",
    KeySource.RUN: "entered at each run of the window",
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
            _set(_known(arguments.profile, profiles), keys, output)
        case "delete":
            _delete(_known(arguments.profile, profiles), keys, output)
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


def _known(name: str, profiles: Sequence[Profile]) -> Profile:
    """The profile of a name. Raises UsageError that names those there are."""
    for profile in profiles:
        if profile.name == name:
            return profile
    names = ", ".join(f"“{profile.name}”" for profile in profiles if profile.kind is not ProviderKind.BUILT_IN)
    raise UsageError(
        f"There is no profile “{name}”.",
        advice=f"There are: {names}." if names else "There is none yet: add one in the window, Settings, Models.",
    )


def _set(profile: Profile, keys: KeyChain, output: Output) -> None:
    name = profile.name
    match profile.key_source:
        case KeySource.NONE:
            raise UsageError(f"The profile “{name}” needs no key, so none was kept.")
        case KeySource.ENVIRONMENT:
            raise UsageError(
                f"The profile “{name}” takes its key from {profile.environment_variable}, so none was kept.",
                advice="Set that environment variable, or choose the system keyring in Settings, Models.",
            )
        case KeySource.COMMAND:
            raise UsageError(
                f"The profile “{name}” gets its key from a command, so none was kept.",
                advice="Store the key where that command finds it, or choose the system keyring in Settings, Models.",
            )
        case KeySource.RUN:
            raise UsageError(
                f"The profile “{name}” gets its key at each run of the window, so none was kept.",
                advice="Choose the system keyring in Settings, Models, then set the key again.",
            )
        case KeySource.KEYRING:
            keys.keyring.set(name, _read_key(name))
            output.text(f"The key for “{name}” is in the keyring: {_shown(keys.keyring.get(name))}\n")


def _delete(profile: Profile, keys: KeyChain, output: Output) -> None:
    name = profile.name
    if profile.kind is ProviderKind.BUILT_IN:
        raise UsageError(f"The profile “{name}” needs no key, so there is none to delete.")
    had_key = keys.keyring.get(name) is not None
    if had_key:
        keys.keyring.delete(name)
    if had_key:
        output.text(f"The key for “{name}” is deleted from the keyring.\n")
    else:
        output.text(f"There was no key for “{name}” in the keyring, so none was deleted.\n")
    if profile.key_source is KeySource.ENVIRONMENT:
        output.note(f"It takes its key from the variable {profile.environment_variable}, which stays as it is.")


def _read_key(name: str) -> str:
    if sys.stdin.isatty():
        return checked_key(getpass.getpass(f"Key for {name}: "))
    return checked_key(sys.stdin.buffer.readline().decode("utf-8", "replace"))
