"""Builds the Qt-free parts of the program and joins them, for the window and for the script commands.

The only place that knows every part below it. Heavy libraries (the SDK, the keyring, the tokenizer) are imported by
their rooms when they are first used, so that building takes some milliseconds; it opens two SQLite files all the same,
so the window does it on a worker thread.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import field
from functools import partial
from pathlib import Path

from copilot_desktop.child_processes import worker_command
from copilot_desktop.conversation.drafts_in_hand import DraftsInHand
from copilot_desktop.conversation.findings import store as findings
from copilot_desktop.conversation.running import TurnRunner
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.credentials.command_keys import CommandKeys
from copilot_desktop.credentials.keyring_store import KeyringStore
from copilot_desktop.credentials.run_keys import RunKeys
from copilot_desktop.credentials.waiting import on_daemon_thread
from copilot_desktop.edits.pending import place as reviews
from copilot_desktop.errors import CredentialError, UsageError
from copilot_desktop.llm.catalogue import Catalogue
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE, LocalServer, starter_model_path
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind, profile_from_setting
from copilot_desktop.llm.tokens import ModelTokens, TokenCounter
from copilot_desktop.llm.transport.connection import Limits
from copilot_desktop.settings.folders import ProgramFolders
from copilot_desktop.settings.history_page import HistoryPage
from copilot_desktop.settings.models_page import ModelsPage
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.usage.ledger import Ledger
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.checkpoints import history
from copilot_desktop.workspace.checkpoints.pruning import DAY_S, KeepLimits
from copilot_desktop.workspace.trust import store as trust

_log = logging.getLogger(__name__)

CONVERSATIONS_FILE = "conversations.sqlite"
LEDGER_FILE = "ledger.sqlite"


_KEY_ADVICE = {
    KeySource.KEYRING: "Set one in Settings, Models, or with `copilot-desktop keys set {name}`.",
    KeySource.RUN: "Enter it in Settings, Models. A command without a window needs one in the keyring or environment.",
    KeySource.COMMAND: "",
    KeySource.ENVIRONMENT: "Set {variable} before the program is started, or choose another source.",
    KeySource.NONE: "",
}


def keep_limits(settings: SettingsStore) -> KeepLimits:
    """How much of old contents is kept. Reads the settings; where they cannot be read, their defaults hold."""
    page = settings.load_or_default(HistoryPage).page
    return KeepLimits(page.limit_mb * 1024 * 1024, page.kept_days * DAY_S)


@dataclass(frozen=True, slots=True)
class KeyChain:
    """Where keys come from: keyring, environment, a command, or memory for this run."""

    keyring: KeyringStore
    run_keys: RunKeys
    commands: CommandKeys
    environ: Mapping[str, str]

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> KeyChain:
        """The sources of this system."""
        return cls(KeyringStore(), RunKeys(), CommandKeys(environ), environ)

    def read(self, profile: Profile) -> str | None:
        """The key of a profile, None where it needs none. Blocks while the keyring does. Raises CredentialError."""
        try:
            key = self._read(profile)
        except CredentialError as error:
            _log.info("no key for “%s” from %s: %s", profile.name, profile.key_source.value, error.message)
            raise
        _log.debug("key for “%s” from %s: %s", profile.name, profile.key_source.value, "found" if key else "none")
        return key

    def _read(self, profile: Profile) -> str | None:
        match profile.key_source:
            case KeySource.NONE:
                return None
            case KeySource.RUN:
                key, where = self.run_keys.get(profile.name), "for this run"
            case KeySource.ENVIRONMENT:
                key, where = self.environ.get(profile.environment_variable), f"in {profile.environment_variable}"
            case KeySource.COMMAND:
                return self.commands.get(profile.key_command)
            case KeySource.KEYRING:
                key, where = self.run_keys.get(profile.name) or self.keyring.get(profile.name), "in the keyring"
        if not key or not key.strip():
            raise CredentialError(
                f"There is no key for “{profile.name}” {where}.",
                advice=_KEY_ADVICE[profile.key_source].format(name=profile.name, variable=profile.environment_variable),
            )
        return key

    async def read_on_worker(self, profile: Profile) -> str | None:
        """The same from the asyncio thread; a keyring or command that waits for a password holds up nothing else."""
        if profile.key_source not in (KeySource.KEYRING, KeySource.COMMAND):
            return self.read(profile)
        return await on_daemon_thread(lambda: self.read(profile))

    def refused(self, profile: Profile) -> None:
        """The server does not take the profile's key: a command is to be run again, since keys are renewed."""
        if profile.key_source is KeySource.COMMAND:
            self.commands.forget(profile.key_command)


@dataclass(frozen=True, slots=True)
class Core:
    """The parts. `settings` are the pages, `session` is the same store in the state folder for `Session`."""

    folders: ProgramFolders
    settings: SettingsStore
    session: SettingsStore
    keys: KeyChain
    tokens: TokenCounter
    catalogue: Catalogue
    ledger: Ledger
    conversations: ConversationStore
    client: ModelClient
    runner: TurnRunner
    counts: ModelTokens
    """Counts for a profile's model."""
    drafts_in_hand: DraftsInHand = field(default_factory=DraftsInHand)

    def profiles(self) -> tuple[Profile, ...]:
        """The profiles of the settings with limits and prices filled in, and the built-in model at the end.

        Raises StoreError, and UsageError for a profile that cannot be used.
        """
        return profiles_of(self.settings.load(ModelsPage), self.catalogue)

    def default_profile(self) -> Profile:
        """The profile to ask unless another is chosen. Raises like `profiles`."""
        page = self.settings.load(ModelsPage)
        profiles = profiles_of(page, self.catalogue)
        return next((profile for profile in profiles if profile.name == page.default_profile), profiles[0])

    def starter_path(self) -> Path | None:
        """The starter model's file, None where there is none. Blocking, briefly."""
        return starter_model_path(self.folders.data)

    def folder_renamed(self, before: str, folder: str) -> None:
        """Find what is kept of a folder under its name of now. Blocking; raises StoreError."""
        from copilot_desktop.workspace import lifted  # hardly ever there is something to follow

        for kept in (reviews, history, findings, trust, lifted):
            kept.follow_rename(self.folders.state, Path(before), Path(folder))
        with self.conversations.transaction() as database:
            self.conversations.folders.follow(database, before, folder)

    def folder_opened(self, folder: str) -> None:
        """A folder is opened: if another one had its name before, it is not that one."""
        self.conversations.folders.stands_for_itself(folder)

    async def aclose(self) -> None:
        """Close sockets and stores, and end the built-in model. On the asyncio thread."""
        self.keys.commands.close()
        try:
            await self.client.aclose()
        finally:
            self.close_stores()

    def close_stores(self) -> None:
        """Close the stores alone, where no client was used."""
        self.conversations.close()
        self.ledger.close()


def build_core(
    folders: ProgramFolders,
    environ: Mapping[str, str],
    *,
    conversations: Path | None = None,
    limits: Limits | None = None,
) -> Core:
    """Build and join the parts. Raises StoreError.

    `conversations` is another place for that store, `limits` are other time limits of requests.
    """
    store = ConversationStore(conversations or folders.data / CONVERSATIONS_FILE)
    try:
        ledger = Ledger(folders.data / LEDGER_FILE)
    except BaseException:
        store.close()
        raise
    keys = KeyChain.of(environ)
    tokens, catalogue = TokenCounter(), Catalogue.load()
    server = LocalServer(worker_command("model"), partial(starter_model_path, folders.data))
    client = ModelClient(ledger, keys.read_on_worker, server, keys.refused, limits or Limits())
    counts = ModelTokens(tokens, catalogue.encoding_of, ledger.token_ratio)
    runner = TurnRunner(client, store, ledger.records_of, counts, catalogue.complete)
    return Core(
        folders=folders,
        settings=SettingsStore(folders.config),
        session=SettingsStore(folders.state),
        keys=keys,
        tokens=tokens,
        catalogue=catalogue,
        ledger=ledger,
        conversations=store,
        client=client,
        runner=runner,
        counts=counts,
    )


def profiles_of(page: ModelsPage, catalogue: Catalogue) -> tuple[Profile, ...]:
    """A page's profiles with limits and prices filled in, then the built-in model."""
    chosen = []
    for setting in page.profiles:
        profile = profile_from_setting(setting)
        if profile.kind is ProviderKind.BUILT_IN or profile.name == BUILT_IN_PROFILE.name:
            raise UsageError(
                f"The profile name “{profile.name}” belongs to the built-in model.",
                advice="Give the profile another name in Settings, Models.",
            )
        chosen.append(catalogue.complete(profile))
    return (*chosen, BUILT_IN_PROFILE)
