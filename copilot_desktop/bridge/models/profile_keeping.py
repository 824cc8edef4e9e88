"""Writing profiles down: the page and the keys, which are kept under the profiles' names, change together."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from copilot_desktop.assembly import KeyChain
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.errors import CopilotError, CredentialError, UsageError
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.llm.profiles import KeySource, ProviderKind, profile_from_setting
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """The page as it is kept now; `note`: what did not go along with it."""

    page: ModelsPage
    note: ErrorNotice | None = None


def check(setting: ProfileSetting) -> None:
    """Raise UsageError for a profile that cannot be kept whatever others there are."""
    if not setting.name.strip():
        raise UsageError("The profile has no name.", advice="Give it one, for instance that of the server.")
    check_reachable(setting)
    is_file = setting.kind == ProviderKind.LOCAL_FILE.value
    if not is_file and not setting.model.strip():
        raise UsageError("The profile has no model.", advice="Type the model's id, or choose one from “Fetch list”.")
    if setting.key_source == KeySource.COMMAND.value and not setting.key_command.strip():
        raise UsageError("No command is set that would give the key.", advice="Write it, or choose another source.")
    profile_from_setting(setting)


def check_reachable(setting: ProfileSetting) -> None:
    """Raise UsageError for a base URL at which no server can be, or where a file is wanted and none is named."""
    if setting.kind == ProviderKind.LOCAL_FILE.value:
        if not setting.model_path.strip():
            raise UsageError("No file of a model is chosen.", advice="Choose one that ends in .gguf.")
        return
    if not setting.base_url.strip():
        raise UsageError("The base URL is missing.", advice="Enter where the server answers; it usually ends in /v1.")
    try:
        parts = urlsplit(setting.base_url.strip())
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise UsageError(
            f"“{setting.base_url.strip()}” is no base URL.",
            advice="It begins with http:// or https://, then the server's name, and usually ends in /v1.",
        )


class ProfileKeeping:
    """Blocking, and one call after another: call it in a `WorkQueue`. Every change starts from the page on disk."""

    def __init__(self, settings: SettingsStore, keys: KeyChain) -> None:
        self._settings = settings
        self._keys = keys
        self._renamed: dict[str, str] = {}

    def save(self, setting: ProfileSetting, old_name: str | None, key_name: str | None) -> Kept:
        """Keep a profile in the place of `old_name`; its key, kept under `key_name` until now, moves with it.

        Raises UsageError, StoreError and CredentialError; then page and key are as they were.
        """
        kept = {each.name: each for each in self._settings.load_or_default(ModelsPage).page.profiles}
        if old_name is not None and old_name not in kept:
            # Asked for before the page showed that the profile has another name now.
            old_name = key_name = self._renamed.get(old_name, old_name)
        if setting.name in ({*kept, BUILT_IN_PROFILE.name} - {old_name}):
            raise UsageError(f"There is a profile “{setting.name}” already.", advice="Choose another name.")
        old_key = key_name if key_name not in (None, setting.name) else None
        is_copied, note = False, None
        if old_key is not None and _uses_keyring(setting, kept.get(old_name or "")):
            is_copied, note = self._copy_key(old_key, setting.name)
        try:
            page = self._settings.update(ModelsPage, lambda page: _with(page, setting, old_name))
        except BaseException:
            if is_copied:
                with suppress(CredentialError):
                    self._keys.keyring.delete(setting.name)
            raise
        if old_name is not None and old_name != setting.name:
            self._renamed = {**self._renamed, old_name: setting.name}
        if old_key is not None:
            self._keys.run_keys.move(old_key, setting.name)
            note = self._forget(old_key) if is_copied else note
        return Kept(page, note)

    def delete(self, name: str) -> Kept:
        """Delete a profile, and then its key. Raises StoreError; then both are there still."""
        found = [each for each in self._settings.load_or_default(ModelsPage).page.profiles if each.name == name]
        page = self._settings.update(ModelsPage, lambda page: page.without_profile(name))
        self._keys.run_keys.delete(name)
        has_key = any(each.key_source == KeySource.KEYRING.value for each in found)
        return Kept(page, self._forget(name) if has_key and self._keys.keyring.availability() is None else None)

    def make_default(self, name: str) -> Kept:
        """Ask this profile in new windows. Raises StoreError."""
        return Kept(self._settings.update(ModelsPage, lambda page: replace(page, default_profile=name)))

    def _copy_key(self, old_name: str, new_name: str) -> tuple[bool, ErrorNotice | None]:
        missing = self._keys.keyring.availability()
        if missing is not None:
            # Without a keyring there is hardly a key to lose; the name must not hang on it.
            return False, ErrorNotice(
                CredentialError.kind,
                f"Renamed. No keyring answers now, so a key that it may hold for “{old_name}” was not moved.",
                "Enter the key again if it is missing.",
            )
        try:
            return self._keys.keyring.copy(old_name, new_name), None
        except CredentialError as error:
            raise CredentialError(
                f"The profile keeps the name “{old_name}”, since its key could not be moved. {error.message}",
                advice=error.advice,
                detail=error.detail,
            ) from error

    def _forget(self, name: str) -> ErrorNotice | None:
        try:
            self._keys.keyring.delete(name)
        except CopilotError as error:
            return ErrorNotice(
                error.kind,
                f"The profile is kept as you asked, but the keyring still holds the key of “{name}”. {error.message}",
                "Delete it in the keyring's own settings program.",
            )
        return None


def _uses_keyring(setting: ProfileSetting, old: ProfileSetting | None) -> bool:
    return KeySource.KEYRING.value in (setting.key_source, old.key_source if old is not None else "")


def _with(page: ModelsPage, setting: ProfileSetting, old_name: str | None) -> ModelsPage:
    changed = page.with_profile(setting, old_name)
    return changed if changed.default_profile else replace(changed, default_profile=setting.name)
