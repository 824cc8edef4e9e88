"""Every error the program shows, one tree.

    CopilotError
    ├── UsageError                  a command line or an argument that cannot be used
    ├── AlreadyRunningError         another process of the same home is there and cannot be used
    ├── WorkspaceError              the opened folder and its files
    │   ├── UnsafePathError         outside the folder, in .git, a reserved name
    │   ├── NeverSendError          a file that is never given to a model
    │   ├── UnreadableFileError     gone, a folder, permission denied
    │   │   ├── MissingFileError    it does not exist
    │   │   └── FolderGoneError     the opened folder itself is gone, for now or for good
    │   ├── NotTextError            a file that cannot be edited as text, too large
    │   │   ├── UndecodableError    binary, or in no encoding that could be found out
    │   │   └── TooLargeError       more bytes than the reader takes; carries `size_bytes`
    │   ├── SearchError             an expression, a glob, or ripgrep itself cannot be used; carries `field`
    │   ├── RepositoryError         git's repository cannot be read, or git refused something
    │   └── WriteError              a write that did not happen
    │       ├── FileChangedError    the file is not what the caller saw
    │       └── EncodingError       the text has no form in the file's encoding
    ├── ModelError                  anything between a request and its answer
    │   ├── AuthenticationError     the key was refused
    │   ├── UnknownModelError       the server does not know the model
    │   ├── ToolsRefusedError       the server or the model takes no tools
    │   ├── ContextLengthError      more tokens than the model takes
    │   ├── RateLimitError          too many requests; carries `retry_after_s`
    │   ├── ContentFilterError      the provider's filter refused the request
    │   ├── QuotaError              the account has no credit left
    │   ├── ServerError             5xx and refusals without a better name
    │   ├── NetworkError            no connection, DNS, TLS, time-out before the answer
    │   ├── StreamError             an answer cut, stalled or malformed
    │   ├── EmptyAnswerError        an answer without a character
    │   └── LocalModelError         the built-in model could not be started
    ├── CredentialError             keyring locked, missing, too slow; no key
    └── StoreError                  settings, conversations, ledger, journal
        ├── NewerStoreError         written by a newer version; left untouched
        └── NotKeptError            what a write would overwrite cannot be kept, so nothing was written

A message is a sentence for the user; `advice` says what to do; `detail` is shown behind "More" and goes to no log if
it could hold file content. `kind` is the word used by the script commands.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self


class Remedy(StrEnum):
    """What the user can do about an error on the spot."""

    RETRY = "retry"
    WAIT = "wait"
    """Ask again after the time that the server wants."""
    MODELS = "models"
    """Look at the profile, its key and its address in the settings."""
    SHORTEN = "shorten"
    EDIT = "edit"


class CopilotError(Exception):
    """Base of every error that may reach the user. `OFFERS`: what helps as a rule."""

    kind = "usage"
    OFFERS: ClassVar[tuple[Remedy, ...]] = (Remedy.RETRY,)

    def __init__(self, message: str, *, advice: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.detail = detail
        self._offers = self.OFFERS

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What is offered below the sentences, the most useful one first: always the settings that they speak of."""
        names_settings = "Settings, Models" in self.advice or "base URL" in self.advice
        if names_settings and Remedy.MODELS not in self._offers:
            return (Remedy.MODELS, *self._offers)
        return self._offers

    def offering(self, *remedies: Remedy) -> Self:
        """The same error with other remedies than its kind has."""
        self._offers = remedies
        return self


class UsageError(CopilotError):
    """A command line or argument that cannot be used."""


class AlreadyRunningError(CopilotError):
    """Another process with the same home runs and cannot take over what was asked for."""


class WorkspaceError(CopilotError):
    """The opened folder or one of its files."""


class UnsafePathError(WorkspaceError):
    """A path outside the workspace or one that must not be touched."""


class SearchError(WorkspaceError):
    """The folder could not be searched. `field`: "text", "include" or "exclude" where that is what is wrong."""

    def __init__(self, message: str, *, advice: str = "", detail: str = "", field: str = "") -> None:
        super().__init__(message, advice=advice, detail=detail)
        self.field = field


class NeverSendError(WorkspaceError):
    """A file that no model may see was about to be given to one. `names`: the names that the user can allow it by, the
    one asked for first; none where it cannot be allowed. `reason` goes on after "it"."""

    kind = "never_send"

    def __init__(self, message: str, *, advice: str = "", names: tuple[str, ...] = (), reason: str = "") -> None:
        super().__init__(message, advice=advice)
        self.names, self.reason = names, reason


class NothingToSendError(UsageError):
    """Nothing of what was asked about may be sent. `hidden`: the files that the user can allow."""

    def __init__(self, message: str, *, advice: str = "", hidden: tuple[NeverSendError, ...] = ()) -> None:
        super().__init__(message, advice=advice)
        self.hidden = hidden


class UnreadableFileError(WorkspaceError):
    """A file that is gone, is a folder, or may not be read."""


class MissingFileError(UnreadableFileError):
    """A file that does not exist."""


class FolderGoneError(UnreadableFileError):
    """The opened folder was renamed, deleted or unmounted; nothing can be said of its files."""


class NotTextError(WorkspaceError):
    """A file that is binary, undecodable or too large to edit."""


class UndecodableError(NotTextError):
    """A file whose bytes are no text in the encoding chosen or found out."""


class TooLargeError(NotTextError):
    """A file with more bytes than whoever reads it can use."""

    def __init__(self, message: str, size_bytes: int, *, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.size_bytes = size_bytes


class RepositoryError(WorkspaceError):
    """Git's repository cannot be read, or git refused what was asked of it; nothing was changed."""

    kind = "git"


class WriteError(WorkspaceError):
    """A write that did not happen; nothing on disk has changed."""

    kind = "write"


class FileChangedError(WriteError):
    """The file on disk is not the one the caller decided about."""


class EncodingError(WriteError):
    """The text cannot be written in the file's encoding."""


class ModelError(CopilotError):
    """Anything between a request and its answer."""

    kind = "model"


class AuthenticationError(ModelError):
    """The server refused the key."""

    kind = "auth"
    OFFERS = (Remedy.MODELS, Remedy.RETRY)


class UnknownModelError(ModelError):
    """The server does not know the model."""

    kind = "model"
    OFFERS = (Remedy.MODELS, Remedy.RETRY)


class ToolsRefusedError(ModelError):
    """The server or the model takes no tools, so that it cannot be asked for tool calls."""

    kind = "tools"
    OFFERS = (Remedy.MODELS, Remedy.RETRY)


class ContextLengthError(ModelError):
    """The request has more tokens than the model takes."""

    kind = "context_length"
    OFFERS = (Remedy.SHORTEN,)


class RateLimitError(ModelError):
    """Too many requests; `retry_after_s` is what the server asked for, in seconds, or None."""

    kind = "rate_limit"
    OFFERS = (Remedy.WAIT, Remedy.RETRY)

    def __init__(self, message: str, *, retry_after_s: float | None = None, advice: str = "", detail: str = "") -> None:
        super().__init__(message, advice=advice, detail=detail)
        self.retry_after_s = retry_after_s


class ContentFilterError(ModelError):
    """The provider's content filter refused the request."""

    kind = "content_filter"
    OFFERS = (Remedy.EDIT,)


class QuotaError(ModelError):
    """The account has no credit left."""

    kind = "quota"
    OFFERS = (Remedy.MODELS, Remedy.RETRY)


class ServerError(ModelError):
    """The server failed or refused without a better name."""

    kind = "server"


class NetworkError(ModelError):
    """No connection, no name, no TLS, or no answer in time.

    `may_retry`: no connection was made, so no request has left, and sending it again is safe.
    """

    kind = "network"

    def __init__(self, message: str, *, may_retry: bool = False, advice: str = "", detail: str = "") -> None:
        super().__init__(message, advice=advice, detail=detail)
        self.may_retry = may_retry


class StreamError(ModelError):
    """An answer that was cut, stalled or malformed after it began."""

    kind = "stream"


class EmptyAnswerError(ModelError):
    """The answer ended without a character."""

    kind = "empty"
    OFFERS = (Remedy.RETRY, Remedy.EDIT)


class LocalModelError(ModelError):
    """The built-in model could not be started or has ended."""

    OFFERS = (Remedy.MODELS, Remedy.RETRY)


class CredentialError(CopilotError):
    """No key could be read or kept."""

    kind = "keyring"
    OFFERS = (Remedy.MODELS, Remedy.RETRY)


class StoreError(CopilotError):
    """One of the program's own stores cannot be read or written."""

    kind = "write"


class NewerStoreError(StoreError):
    """A store written by a newer version of the program; it is left untouched."""


class NotKeptError(StoreError):
    """What a write would overwrite cannot be kept, so nothing was written; it can be done without a way back."""

    kind = "not_kept"
