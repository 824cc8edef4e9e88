"""An error as a notice: those for users as they are, a mistake of the program as a sentence."""

from __future__ import annotations

from copilot_desktop.conversation.events import ErrorNotice, notice_of
from copilot_desktop.errors import CopilotError


def notice_of_any(error: BaseException, what: str) -> ErrorNotice:
    """The notice of an error in `what` ("The test"). Raise the error afterwards if it is not a CopilotError."""
    if isinstance(error, CopilotError):
        return notice_of(error)
    return ErrorNotice(
        "unexpected",
        f"{what} failed because of a mistake in this program.",
        "Try again; the crash log holds the details.",
    )


def raise_unexpected(error: BaseException) -> None:
    """Hand a mistake of the program on to the one hook, once the user has been told."""
    if not isinstance(error, CopilotError):
        raise error
