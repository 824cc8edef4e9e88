"""What can become a profile by one click: servers that run on this machine, and model files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.unexpected import notice_of_any, raise_unexpected
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.llm.catalogue import Catalogue
from copilot_desktop.llm.local_server import inspect_file
from copilot_desktop.llm.local_server.server import FileFacts
from copilot_desktop.llm.nearby_servers import USUAL_PORTS, NearbyServer, UsualPort, find_nearby
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    # With the first page that offers something.
    from copilot_desktop.bridge.models.offers import Offer, Taken


@dataclass(frozen=True, slots=True)
class FileLooked:
    """What a model's file is, or why it can be none."""

    path: str
    facts: FileFacts | None
    problem: ErrorNotice | None = None


class ModelSources(QObject):
    """GUI thread. Asks the usual ports on this machine, and reads the heads of files, on workers."""

    nearby_found = Signal(object)
    """Carries a tuple of `NearbyServer`."""
    file_looked = Signal(object)
    """Carries one `FileLooked`."""

    completion_wanted = Signal()
    """An offer lacks something that the settings are to ask for: `take_incomplete` gives it."""

    def __init__(
        self,
        thread: AsyncThread,
        environ: Mapping[str, str],
        catalogue: Catalogue,
        parent: QObject | None = None,
        ports: Sequence[UsualPort] = USUAL_PORTS,
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._environ, self._catalogue = environ, catalogue
        self._incomplete: Taken | None = None
        self.ports = tuple(ports)
        self._is_looking = self._is_wanted_again = False

    def offers(self, found: Sequence[NearbyServer], profiles: Sequence[Profile]) -> tuple[Offer, ...]:
        """What can be connected by one click and is not: servers that were found, and the environment's key."""
        from copilot_desktop.bridge.models.offers import offer_of_environment, offer_of_server, same_address

        names = [profile.name for profile in profiles]
        known = {same_address(profile.base_url) for profile in profiles}
        environment = offer_of_environment(self._environ, self._catalogue, names)
        servers = [offer_of_server(server, names) for server in found]
        every = (*servers, *([environment] if environment is not None else []))
        return tuple(offer for offer in every if same_address(offer.setting.base_url) not in known)

    def complete_in_settings(self, taken: Taken) -> None:
        """Let the settings ask for what an offer lacks."""
        self._incomplete = taken
        self.completion_wanted.emit()

    def take_incomplete(self) -> Taken | None:
        """The offer that is to be completed; asked once."""
        taken, self._incomplete = self._incomplete, None
        return taken

    def find_nearby(self) -> None:
        """Look for servers; `nearby_found` answers. One look at a time: one that is asked for meanwhile follows it."""
        if self._is_looking:
            self._is_wanted_again = True
            return
        self._is_looking = True

        def done(found: tuple[NearbyServer, ...]) -> None:
            self._is_looking = False
            self.nearby_found.emit(found)
            if self._is_wanted_again:
                self._is_wanted_again = False
                self.find_nearby()

        def failed(error: BaseException) -> None:
            done(())
            raise_unexpected(error)

        ports = self.ports
        self._thread.run_in_worker(lambda: find_nearby(ports), done, failed)

    def look_at_file(self, path: str, context_tokens: int | None) -> None:
        """Read the head of a model's file; `file_looked` answers."""

        def failed(error: BaseException) -> None:
            self.file_looked.emit(FileLooked(path, None, notice_of_any(error, "Reading the file")))
            raise_unexpected(error)

        self._thread.run_in_worker(
            lambda: inspect_file(Path(path), context_tokens),
            lambda facts: self.file_looked.emit(FileLooked(path, facts)),
            failed,
        )
