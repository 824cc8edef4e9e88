"""Chooses what the program is this time: the window, a script command, or a worker. Imports only the one chosen."""

from __future__ import annotations

import sys
from collections.abc import Sequence

SCRIPT_COMMANDS = (
    "ask",
    "apply",
    "context",
    "history",
    "restore",
    "keys",
    "--version",
    "--diagnostics",
    "--help",
    "-h",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; `argv` is without the program's name. Returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["--worker"]:
        return _work(arguments[1:])
    if arguments and arguments[0] in SCRIPT_COMMANDS:
        from copilot_desktop import cli

        return cli.main(arguments)
    from copilot_desktop.late_imports import put_off

    put_off()
    from copilot_desktop import app

    return app.main(arguments)


def _work(arguments: list[str]) -> int:
    if arguments[:1] == ["model"]:
        from copilot_desktop.llm.local_server import worker

        return worker.main(arguments[1:])
    if arguments[:1] == ["index"]:
        from copilot_desktop.context.index import worker as index_worker

        return index_worker.main(arguments[1:])
    print(f"There is no worker named {' '.join(arguments[:1]) or '(none)'}.", file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    sys.exit(main())
