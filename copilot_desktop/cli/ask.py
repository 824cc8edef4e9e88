"""`ask`: one prompt to a model, its answer, and the changes it proposes."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from copilot_desktop.assembly import Core, build_core
from copilot_desktop.cli.folder_files import FolderFiles
from copilot_desktop.cli.output import Output
from copilot_desktop.cli.placing import Placed, failures_json, files_json, place, recovered, saying_amber, show, write
from copilot_desktop.context.collecting import Collected, collect
from copilot_desktop.context.rules.finding import FoundRules, find_rules, item_of_rule
from copilot_desktop.conversation.events import ErrorNotice, RetryScheduled, TextArrived, TurnFinished, TurnStarted
from copilot_desktop.conversation.proposing import MadeProposal
from copilot_desktop.conversation.store import IN_MEMORY
from copilot_desktop.conversation.turns import TurnRequest, new_id, title_of
from copilot_desktop.edits.proposal import Proposal
from copilot_desktop.errors import CopilotError, UsageError
from copilot_desktop.llm.profile_checks import check_address, check_command
from copilot_desktop.llm.profiles import EditFormat, KeySource, Profile, ProviderKind
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.workspace.lifted import lifted_border
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.trust.folder_trust import FolderTrust

_KEY_VARIABLE = "OPENAI_API_KEY"
_COMMAND_LINE_PROFILE = "command line"
# What to do where the window would name its settings: a server given on the command line has no profile there.
_SETTINGS = "Settings, Models"
_COMMAND_LINE_ADVICE = {
    "auth": f"Put the server's key into {_KEY_VARIABLE} and try again.",
    "keyring": "Run the command of --key-command in a terminal to see what it prints.",
    "model": "Check --model; most servers list their models at the base URL followed by /models.",
}
_OTHER_ADVICE = "Check the network and --base-url, which usually ends in /v1; then try again."
# The window keeps it; a command that failed has only its error.
_KEPT = "What arrived is kept. "


@dataclass(slots=True)
class _Answer:
    """What a turn brought."""

    text: str
    notes: list[str]
    finished: TurnFinished


class _EndedError(CopilotError):
    """A turn that failed; the conversation's notice in the form of an error."""

    def __init__(self, finished: TurnFinished, profile: Profile) -> None:
        notice = finished.error
        super().__init__(
            notice.message if notice else "The turn was stopped.",
            advice=_advice(notice, profile) if notice else "",
            detail=notice.detail if notice else "",
        )
        self.kind = notice.kind if notice else "usage"


def _advice(notice: ErrorNotice, profile: Profile) -> str:
    if profile.name == _COMMAND_LINE_PROFILE and _SETTINGS in notice.advice:
        return _COMMAND_LINE_ADVICE.get(notice.kind, _OTHER_ADVICE)
    return notice.advice.removeprefix(_KEPT)


def run(arguments: argparse.Namespace, environ: Mapping[str, str], output: Output) -> int:
    """Ask, show, and write where that is asked for; the exit code. Raises CopilotError."""
    prompt = _prompt(arguments.prompt)
    workspace = Workspace.at(Path(arguments.folder))
    notes = recovered(workspace, environ)
    border = lifted_border(workspace, program_folders(environ).state)
    collected = collect(border, tuple(arguments.file))
    files = FolderFiles(workspace, border, read=dict(collected.files))
    core = build_core(program_folders(environ), environ, conversations=IN_MEMORY)
    try:
        request = _request(core, arguments, prompt, collected)
        if not (arguments.no_rules or request.profile.is_weak):
            rules = _rules(core, border, tuple(collected.files))
            request = replace(request, items=(*request.items, *map(item_of_rule, rules.applied)))
            notes = (*notes, *_told_of(rules))
    except BaseException:
        core.close_stores()
        raise
    answer = asyncio.run(_ask(core, request, files, output))
    finished = answer.finished
    if finished.error is not None:
        raise _EndedError(finished, request.profile)
    made = MadeProposal(finished.proposal or Proposal(), finished.files)
    model = request.profile.model
    placed = place(made, files, turn_id=request.turn_id, title=title_of(prompt), model=model, prompt=prompt)
    placed = placed.with_notes(notes)
    is_written = arguments.write or arguments.write_amber
    placed = write(placed, files, environ, arguments) if is_written else saying_amber(placed)
    show(placed, output)
    output.json(_told(answer, placed))
    return placed.exit_code


def _rules(core: Core, border: ModelBorder, paths: tuple[str, ...]) -> FoundRules:
    """The rule files that go with the prompt: none in a folder that was not trusted in the window."""
    return find_rules(border, FolderTrust(border.workspace, core.folders.state).agreed(), paths)


def _told_of(rules: FoundRules) -> Iterator[str]:
    if rules.applied:
        named = ", ".join(f"{each.path} ({each.why})" for each in map(item_of_rule, rules.applied))
        yield f"Rule files that went with the prompt: {named}."
    if rules.unseen:
        named = ", ".join(rules.unseen)
        yield f"Not applied, since you have not agreed to it in the window of this folder: {named}."
    yield from rules.problems


def _prompt(argument: str) -> str:
    prompt = argument
    if argument == "-":
        try:
            prompt = sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise UsageError("The prompt on standard input is not UTF-8.", detail=str(error)) from error
    if not prompt.strip():
        raise UsageError("The prompt is empty.", advice="Say what you want to know or to have changed.")
    return prompt


def _request(core: Core, arguments: argparse.Namespace, prompt: str, collected: Collected) -> TurnRequest:
    profile = _profile(core, arguments)
    if arguments.edit_format is not None:
        profile = replace(profile, edit_format=EditFormat(arguments.edit_format))
    conversation = core.conversations.new_conversation(arguments.folder, title_of(prompt))
    return TurnRequest(
        turn_id=new_id(),
        conversation_id=conversation.conversation_id,
        prompt=prompt,
        items=collected.items,
        files={path: file.text for path, file in collected.files.items()},
        profile=profile,
    )


def _profile(core: Core, arguments: argparse.Namespace) -> Profile:
    if arguments.base_url is None:
        if any(given is not None for given in (arguments.model, arguments.kind, arguments.key_command)):
            raise UsageError(
                "--model, --kind and --key-command need --base-url.", advice="Or choose a profile with --profile."
            )
        if arguments.profile is None:
            return core.default_profile()
        profiles = core.profiles()
        for profile in profiles:
            if profile.name == arguments.profile:
                return profile
        names = ", ".join(profile.name for profile in profiles)
        raise UsageError(f"There is no profile “{arguments.profile}”.", advice=f"There are: {names}.")
    if arguments.profile is not None:
        raise UsageError("--profile and --base-url exclude each other.")
    if not arguments.model:
        raise UsageError("--base-url needs --model.")
    if urlsplit(arguments.base_url).scheme not in ("http", "https") or not urlsplit(arguments.base_url).netloc:
        raise UsageError(
            f"{arguments.base_url} is not a URL of a server.", advice="It begins with http:// or https://."
        )
    has_key = bool(core.keys.environ.get(_KEY_VARIABLE, "").strip())
    source = KeySource.ENVIRONMENT if has_key else KeySource.NONE
    check_address(arguments.base_url)
    check_command(arguments.key_command or "")
    return Profile(
        name=_COMMAND_LINE_PROFILE,
        kind=ProviderKind(arguments.kind or ProviderKind.CHAT),
        base_url=arguments.base_url,
        model=arguments.model,
        key_source=KeySource.COMMAND if arguments.key_command else source,
        environment_variable=_KEY_VARIABLE,
        key_command=arguments.key_command or "",
    )


async def _ask(core: Core, request: TurnRequest, files: FolderFiles, output: Output) -> _Answer:
    pieces: list[str] = []
    notes: list[str] = []
    finished: TurnFinished | None = None
    try:
        async with aclosing(core.runner.run(request, files.text_of)) as events:
            async for event in events:
                match event:
                    case TextArrived(_, text):
                        pieces.append(text)
                        output.text(text)
                    case TurnStarted(_, _, note) if note:
                        notes.append(note)
                    case RetryScheduled(_, delay_s, reason):
                        output.note(f"{reason} Trying again in {delay_s:.0f} s.")
                    case TurnFinished():
                        finished = event
    finally:
        if pieces and not pieces[-1].endswith("\n"):
            output.text("\n")
        await core.aclose()
    if finished is None:
        raise RuntimeError("a turn ended without its last event")
    if finished.note:
        notes.append(finished.note)
    return _Answer("".join(pieces), notes, finished)


def _told(answer: _Answer, placed: Placed) -> dict[str, Any]:
    usage = answer.finished.usage
    return {
        "answer": answer.text,
        "files": files_json(placed),
        "written": list(placed.written),
        "usage": {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cached_tokens": usage.cached_tokens,
            "cost_usd": answer.finished.cost_usd,
            "requests": answer.finished.requests,
        },
        "failures": failures_json(placed.made.proposal.failures),
        "notes": [*answer.notes, *placed.notes],
    }
