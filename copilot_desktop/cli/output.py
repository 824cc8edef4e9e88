"""What the script commands print: JSON and nothing else on standard output with --json, sentences otherwise."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TextIO

from copilot_desktop.errors import CopilotError

REFUSED = 1
USAGE = 2
FAILED = 3
NO_KEY = 4
_EXIT_CODES: Mapping[str, int] = {"usage": USAGE, "never_send": USAGE, "keyring": NO_KEY}


def exit_code_of(kind: str) -> int:
    """The exit code of an error, by `CopilotError.kind`."""
    return _EXIT_CODES.get(kind, FAILED)


class Output:
    """Standard output and error of one command."""

    def __init__(self, *, is_json: bool) -> None:
        self.is_json = is_json

    def text(self, text: str) -> None:
        """Text for people on standard output; with --json it goes nowhere."""
        if not self.is_json:
            _write(sys.stdout, text)

    def note(self, sentence: str) -> None:
        """A sentence on standard error, with --json too."""
        _write(sys.stderr, f"{sentence}\n")

    def json(self, value: object) -> None:
        """The one JSON value, with --json only."""
        if self.is_json:
            _write(sys.stdout, json.dumps(value, indent=2) + "\n")

    def error(self, error: CopilotError) -> None:
        """An error that ended the command."""
        message = f"{error.message} {error.advice}".strip()
        if self.is_json:
            self.json({"error": {"kind": error.kind, "message": message}})
        else:
            self.note(message)
        if error.detail:
            # A message may point to it; the JSON keeps its two keys.
            self.note(f"({error.detail})")


def _write(stream: TextIO, text: str) -> None:
    # A terminal that cannot show a character must not lose the rest.
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()
