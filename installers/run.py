"""Set everything up on a fresh machine and open the window.

python3 installers/run.py [FOLDER]              set up if needed, open the window (on FOLDER)
python3 installers/run.py --no-start            only set up
python3 installers/run.py -- ask FOLDER PROMPT  what follows -- goes to the program as it is
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this script is what an older Python is given
    sys.exit(
        "Copilot Desktop needs Python 3.11 or newer, and this is %d.%d: "  # noqa: UP031 - readable by an old Python
        "install one (Debian 12: `sudo apt install python3`) and run this command with it." % sys.version_info[:2]
    )

import argparse
import os
import subprocess
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installers import environment
from installers.environment import SetupError, say

SCRIPT_COMMANDS = ("ask", "apply", "history", "restore", "keys", "--version", "--help", "-h")


def parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Split our own arguments from those after `--`."""
    split = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(
        prog="installers/run.py", description="Set Copilot Desktop up in .venv and open its window."
    )
    parser.add_argument("folder", nargs="?", help="folder to open")
    parser.add_argument("--no-start", action="store_true", help="only set up")
    parser.epilog = "Arguments after -- go to the program, for instance: -- ask . 'What is this?' --file README.md"
    return parser.parse_args(arguments[:split]), arguments[split + 1 :]


def set_up() -> None:
    """Everything that is not there yet; at once when all is."""
    environment.make_venv()
    environment.install_program()
    trouble = environment.install_starter_model()
    if trouble:
        say(trouble)


def start(arguments: list[str]) -> int:
    """Hand over to the program; on POSIX this process becomes it, so that signals and exit codes are its own."""
    command = [str(environment.venv_python()), "-m", "copilot_desktop", *arguments]
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    return subprocess.call(command)


def main() -> int:
    """Exit code of the program, or 1 when set-up failed."""
    own, for_program = parse(sys.argv[1:])
    if own.folder:
        for_program = [*for_program, own.folder]
    try:
        set_up()
        if own.no_start:
            say("Everything is set up. Start with: python3 installers/run.py [FOLDER]")
            return 0
        if not (for_program and for_program[0] in SCRIPT_COMMANDS):
            environment.check_libraries()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(
            f"Set-up stopped: {error.strerror or error}{where}. Mend that and run the command again.", file=sys.stderr
        )
        return 1
    return start(for_program)


if __name__ == "__main__":
    sys.exit(main())
