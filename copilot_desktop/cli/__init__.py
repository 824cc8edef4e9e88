"""The script commands: `ask`, `apply`, `context`, `history`, `restore` and `keys`, without a window and without Qt.

Exit codes: 0 done; 1 a block of the answer or a file to be restored was refused or held back; 2 usage; 3 a model,
network or write error; 4 no key could be read; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from copilot_desktop.cli.arguments import parse
from copilot_desktop.cli.output import Output, exit_code_of
from copilot_desktop.errors import CopilotError

INTERRUPTED = 130
_WRITES = frozenset({"--write", "--write-amber"})


def main(argv: Sequence[str]) -> int:
    """Run one command; `argv` is without the program's name."""
    output = Output(is_json="--json" in argv)
    try:
        code = _run(argv, output)
        if _WRITES & set(argv):
            from copilot_desktop.cli.pruning import prune

            prune(os.environ)
        return code
    except CopilotError as error:
        output.error(error)
        return exit_code_of(error.kind)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone (`| head`); the interpreter must not complain while it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED


def _run(argv: Sequence[str], output: Output) -> int:
    arguments = parse(argv, output)
    match arguments:
        case None:
            return 0
        case arguments if arguments.diagnostics:
            output.text(_diagnostics())
            return 0
        case arguments if arguments.command == "ask":
            from copilot_desktop.cli import ask

            return ask.run(arguments, os.environ, output)
        case arguments if arguments.command == "apply":
            from copilot_desktop.cli import apply

            return apply.run(arguments, os.environ, output)
        case arguments if arguments.command == "context":
            from copilot_desktop.cli import context

            return context.run(arguments, os.environ, output)
        case arguments if arguments.command == "history":
            from copilot_desktop.cli import history

            return history.run(arguments, os.environ, output)
        case arguments if arguments.command == "restore":
            from copilot_desktop.cli import restore

            return restore.run(arguments, os.environ, output)
    from copilot_desktop.cli import keys

    return keys.run(arguments, os.environ, output)


def _diagnostics() -> str:
    from copilot_desktop.diagnostics.report import diagnostics
    from copilot_desktop.settings.folders import program_folders

    return diagnostics(program_folders(os.environ).by_use(), os.environ)
