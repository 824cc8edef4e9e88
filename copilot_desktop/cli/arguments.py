"""The command line of the script commands, and the help that also tells of the window."""

from __future__ import annotations

import argparse
import typing
from collections.abc import Sequence
from typing import NoReturn

from copilot_desktop import __version__
from copilot_desktop.cli.output import Output
from copilot_desktop.edits.proposal import FormatName
from copilot_desktop.errors import UsageError

PROGRAM = "copilot-desktop"
_USAGE = f"""{PROGRAM} [FOLDER | FILE | FILE:LINE[:COLUMN]]... [--new-window] [--safe-mode] [--debug]
       {PROGRAM} ask FOLDER PROMPT [--file PATH[:L1-L2]]... [options]
       {PROGRAM} apply FOLDER [options]
       {PROGRAM} context FOLDER QUERY | --queries FILE.jsonl [options]
       {PROGRAM} history FOLDER [options]
       {PROGRAM} restore FOLDER ID [options]
       {PROGRAM} keys list | set PROFILE | delete PROFILE
       {PROGRAM} --version | --diagnostics | --help"""
_ABOUT = (
    "Without a command a window is opened, with a folder or file when one is given (one that is named like a command: "
    "./ask); a program that runs already shows it. --safe-mode starts without the windows and tabs of the last time."
)
_EXIT_CODES = (
    "Exit codes: 0 done; 1 a block of the answer, or a file to be restored, was refused or held back; 2 usage; "
    "3 model, network or write error; 4 no key could be read."
)


class _Parser(argparse.ArgumentParser):
    """Raises instead of leaving the program, so that every error takes the same form."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(
            f"This command line cannot be used: {message}.", advice=f"`{self.prog} --help` shows how it is written."
        )


class _Shown(Exception):  # noqa: N818 - not an error
    """The help or the version was asked for and is out."""


class _ShowHelp(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        raise _Shown(parser.format_help())


def parse(argv: Sequence[str], output: Output) -> argparse.Namespace | None:
    """The arguments, or None when only help or version was asked for. Raises UsageError."""
    try:
        arguments = _parser().parse_args(argv)
    except _Shown as shown:
        output.text(str(shown))
        return None
    if arguments.version:
        output.text(f"{PROGRAM} {__version__}\n")
        return None
    if arguments.command is None and not arguments.diagnostics:
        raise UsageError("No command is given.", advice=f"`{PROGRAM} --help` shows them.")
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM, usage=_USAGE, description=_ABOUT, epilog=_EXIT_CODES, add_help=False, allow_abbrev=False
    )
    _add_help(parser)
    parser.add_argument("--version", action="store_true", help="show the version")
    parser.add_argument("--diagnostics", action="store_true", help="show what runs here, for a bug report")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND", prog=PROGRAM)
    _add_ask(commands)
    _add_apply(commands)
    _add_context(commands)
    _add_history(commands)
    _add_restore(commands)
    _add_keys(commands)
    return parser


def _add_help(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-h", "--help", action=_ShowHelp, nargs=0, help="show this help")


def _command(commands: argparse._SubParsersAction[_Parser], name: str, summary: str) -> _Parser:
    parser = commands.add_parser(
        name, help=summary, description=summary, epilog=_EXIT_CODES, add_help=False, allow_abbrev=False
    )
    _add_help(parser)
    return parser


def _add_ask(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(commands, "ask", "Ask a model, show its answer and the changes it proposes.")
    parser.add_argument("folder", metavar="FOLDER", help="the project")
    parser.add_argument("prompt", metavar="PROMPT", help="the prompt; - reads standard input")
    parser.add_argument(
        "--file",
        action="append",
        default=[],
        metavar="PATH[:L1-L2]",
        help="send a file, or lines of it (from 1, both included), relative to FOLDER; may be repeated",
    )
    parser.add_argument(
        "--no-rules",
        action="store_true",
        help="send no rule files (AGENTS.md and others); without it those of a trusted folder go along",
    )
    parser.add_argument("--profile", metavar="NAME", help="a profile of the settings; else the default one")
    parser.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible server; the key is OPENAI_API_KEY")
    parser.add_argument("--model", metavar="ID", help="the model, together with --base-url")
    parser.add_argument("--kind", choices=("chat", "responses"), help="the wire format, together with --base-url")
    parser.add_argument(
        "--key-command",
        metavar="COMMAND",
        help="a command that prints the key (`op read …`), run without a shell, together with --base-url",
    )
    parser.add_argument(
        "--edit-format",
        choices=("search_replace", "apply_patch", "tool_call"),
        help="how the model is asked to write changes; by default as its profile or its name says",
    )
    _add_writing(parser)


def _add_apply(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(commands, "apply", "Place the edits of an answer in a folder; a dry run unless --write.")
    parser.add_argument("folder", metavar="FOLDER", help="the project")
    parser.add_argument("--input", default="-", metavar="FILE", help="the answer; - reads standard input (default)")
    parser.add_argument("--format", choices=typing.get_args(FormatName), help="the answer's format; else found out")
    _add_writing(parser)


def _add_writing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="write what was placed; else nothing is written")
    parser.add_argument("--write-amber", action="store_true", help="write also what was placed by a loose match")
    _add_without_undo(parser)
    parser.add_argument("--json", action="store_true", help="only JSON on standard output")


def _add_without_undo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--without-undo",
        action="store_true",
        help="write also what is too large to be kept for taking it back; else that is an error",
    )


def _add_context(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(
        commands,
        "context",
        "The files and lines of a folder that a question is about, best first; its index is brought up to date before. "
        "Files that git ignores, and those that no model may see, are left out.",
    )
    parser.add_argument("folder", metavar="FOLDER", help="the project")
    parser.add_argument("query", metavar="QUERY", nargs="?", help="the question")
    parser.add_argument(
        "--queries", metavar="FILE", help='questions in a file, or - for standard input: {"id": …, "query": …} a line'
    )
    parser.add_argument("--limit", type=_count, default=10, metavar="N", help="at most N files (default 10)")
    parser.add_argument("--budget", type=_count, metavar="TOKENS", help="only lines that have so many tokens in all")
    parser.add_argument("--no-wait", action="store_true", help="do not wait until the index is complete")
    parser.add_argument("--json", action="store_true", help="a JSON object for each question, one a line")


def _add_history(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(commands, "history", "What the program wrote into a folder, the newest step first.")
    parser.add_argument("folder", metavar="FOLDER", help="the project")
    parser.add_argument("--file", metavar="PATH", help="only the steps of one file, relative to FOLDER")
    parser.add_argument("--limit", type=_count, metavar="N", help="only the newest N steps")
    parser.add_argument("--json", action="store_true", help="only JSON on standard output")


def _add_restore(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(
        commands,
        "restore",
        "Take back what a step of the history wrote, and nothing else: a file that was changed since is merged. A dry "
        "run unless --write; where it conflicts nothing is written.",
    )
    parser.add_argument("folder", metavar="FOLDER", help="the project")
    parser.add_argument("id", metavar="ID", help="the step, as `history` names it")
    parser.add_argument("--file", metavar="PATH", help="only this file, relative to FOLDER")
    parser.add_argument(
        "--to",
        choices=("before", "after"),
        help="put the file (without --file: every file that this step or a later one wrote) back to exactly what it "
        "was right before or right after the step",
    )
    parser.add_argument("--write", action="store_true", help="write it, as a step of its own; else nothing is written")
    _add_without_undo(parser)
    parser.add_argument("--json", action="store_true", help="only JSON on standard output")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or text == "0":
        raise argparse.ArgumentTypeError("it must be a number from 1")
    return int(text)


def _add_keys(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _command(commands, "keys", "Keys in the system's keyring.")
    actions = parser.add_subparsers(dest="action", metavar="list|set|delete", required=True)
    _command(actions, "list", "The profiles, where their keys come from, and the keys' last four characters.")
    for name, summary in (
        ("set", "Keep a key; it is asked for without echo, or read from standard input."),
        ("delete", "Delete a key."),
    ):
        _command(actions, name, summary).add_argument("profile", metavar="PROFILE")
