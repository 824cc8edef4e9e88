"""Committing by the git program, so that hooks, signing and filters are right; its output is told as it comes.

Nothing here pushes, and nothing is rewritten but the last commit, where no upstream has it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from itertools import islice
from typing import Final

import pygit2

from copilot_desktop.child_processes import start_process
from copilot_desktop.errors import RepositoryError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.git.program import run_git
from copilot_desktop.workspace.git.repository import GitRepository, refusals_as_sentences
from copilot_desktop.workspace.git.restraint import RESTRAINED, git_environment, git_program, restrained

_PIECE_BYTES: Final = 8192
_OUTPUT_LIMIT: Final = 200_000
"""Characters of output that are kept: a hook may run a test suite."""
_END_S: Final = 5.0
_RESTRICTED: Final = (
    "No hooks are run and nothing is signed: the folder is restricted, "
    "or what it would run has changed since you trusted it.\n"
)
_SEARCHED: Final = 200
"""Commits that are looked at for messages."""


@dataclass(frozen=True, slots=True)
class CommitPlan:
    """A commit that may be made: in which folder, of what. `old_id`: the last commit, which an amended one replaces.

    `restraint`: what git is told so that it runs nothing else, in a folder that is not trusted.
    """

    folder: str
    message: str
    is_amended: bool = False
    old_id: str = ""
    restraint: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitDone:
    """A commit that was made, with all that git and the hooks said. `old_id`: the commit it took the place of."""

    commit_id: str
    title: str
    output: str
    old_id: str = ""


def plan_commit(repository: GitRepository, message: str, *, is_amended: bool) -> CommitPlan:
    """Check what can be checked before hooks run. Raises RepositoryError with the reason."""
    git_program()
    if not message.strip():
        raise RepositoryError("A commit needs a message.", advice="Say in a line what it changes and why.")
    with refusals_as_sentences("commit"):
        conflicts = repository.git.index.conflicts
        if conflicts is not None and any(True for _each in conflicts):
            raise RepositoryError(
                "There are conflicts, so nothing can be committed yet.", advice="Resolve and stage them first."
            )
        head = repository.head_id
        if is_amended:
            _refuse_amending(repository, head)
        elif not repository.operation and not _has_staged(repository):
            raise RepositoryError("Nothing is staged, so there is nothing to commit.", advice="Stage changes first.")
    restraint = () if repository.runs_programs else restrained(repository.folder)
    return CommitPlan(str(repository.folder), message, is_amended, head, restraint)


def last_message(repository: GitRepository) -> str:
    """The message of the last commit; "" before the first one."""
    if repository.git.head_is_unborn:
        return ""
    return repository.git.head.peel(pygit2.Commit).raw_message.decode("utf-8", "replace").strip()


def recent_messages(repository: GitRepository, count: int) -> list[str]:
    """The messages of the last commits that were not made by merging, the newest first."""
    if repository.git.head_is_unborn:
        return []
    with refusals_as_sentences("read the last commits"):
        walk = repository.git.walk(repository.git.head.peel(pygit2.Commit).id)
        commits = (each for each in islice(walk, _SEARCHED) if len(each.parents) < 2)
        texts = (each.raw_message.decode("utf-8", "replace").strip() for each in commits)
        return list(islice((text for text in texts if text), count))


async def run_commit(plan: CommitPlan, tell: Callable[[str], None]) -> tuple[int, str]:
    """Run `git commit`; `tell` hears pieces of its output. Returns its exit code and all of the output.

    Cancelling ends git and its hooks.
    """
    options = [*(["--amend"] if plan.is_amended else []), *(["--no-verify", "--no-gpg-sign"] if plan.restraint else [])]
    command = [git_program(), *plan.restraint, "-C", plan.folder, "commit", "--file=-", *options]
    process = await start_process(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=git_environment(**(RESTRAINED if plan.restraint else {})),
        start_new_session=sys.platform != "win32",
    )
    try:
        note = _RESTRICTED if plan.restraint else ""
        if note:
            tell(note)
        output = note + await _talk(process, plan.message, tell)
        return await process.wait(), output
    finally:
        await _end(process)


def committed(repository: GitRepository, plan: CommitPlan, code: int, output: str) -> CommitDone:
    """What came of it. Raises RepositoryError where git or a hook refused."""
    head = repository.head_id
    if code or head == plan.old_id:
        raise RepositoryError(
            f"git did not commit (it ended with {code}); what is staged is still staged.",
            advice="What git or a hook of the repository said is shown below the message.",
            detail=output,
        )
    title = last_message(repository).split("\n")[0]
    return CommitDone(head, title, output, plan.old_id if plan.is_amended else "")


def restore_commit(repository: GitRepository, old_id: str, new_id: str) -> None:
    """Have the branch end at a commit that was amended; what the amended one holds beside it is staged then.

    Raises RepositoryError where the branch has gone on since.
    """
    if repository.head_id != new_id:
        raise RepositoryError(
            "There is another commit by now, so the previous one was not restored.",
            advice=f"It is still there as {old_id[:12]}: “git show {old_id[:12]}” in a terminal.",
        )
    run_git(repository, ("reset", "--soft", old_id))


def _has_staged(repository: GitRepository) -> bool:
    tree = repository.head_tree
    if tree is None:
        return len(repository.git.index) > 0
    return len(repository.git.index.diff_to_tree(tree)) > 0


def _refuse_amending(repository: GitRepository, head: str) -> None:
    if not head:
        raise RepositoryError("There is no commit yet that could be amended.", advice="Commit first.")
    if repository.operation:
        raise RepositoryError(
            f"A {repository.operation} is under way, so the last commit is not amended.", advice="Finish it first."
        )
    name = _published_in(repository, head)
    if name:
        raise RepositoryError(
            f"The last commit is in {name} already: amending it would rewrite what others may have.",
            advice="Make a new commit instead.",
        )


def _published_in(repository: GitRepository, head: str) -> str:
    """An upstream branch that has a commit, "" for none."""
    git = repository.git
    seen = set()
    for raw in git.raw_listall_references():
        if not raw.startswith(b"refs/remotes/"):
            continue
        try:
            tip = git.lookup_reference(os.fsdecode(raw)).peel(pygit2.Commit).id
        except (KeyError, ValueError, pygit2.GitError):
            continue
        if tip in seen:
            continue
        seen.add(tip)
        if str(tip) == head or git.descendant_of(tip, head):
            return os.fsdecode(raw).removeprefix("refs/remotes/")
    return ""


async def _talk(process: asyncio.subprocess.Process, message: str, tell: Callable[[str], None]) -> str:
    assert process.stdin is not None  # noqa: S101 - they were asked for
    assert process.stdout is not None  # noqa: S101
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(message.encode("utf-8") + b"\n")
        await process.stdin.drain()
    process.stdin.close()
    pieces: list[str] = []
    length = 0
    while data := await process.stdout.read(_PIECE_BYTES):
        text = data.decode("utf-8", "replace")
        if length < _OUTPUT_LIMIT:
            pieces.append(text)
            tell(text)
        length += len(text)
    return "".join(pieces)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End git and what it has started, where it still runs."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            # Git takes its lock files away when it is asked to end.
            os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), _END_S)
        return
    with contextlib.suppress(ProcessLookupError):
        if sys.platform != "win32":
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
