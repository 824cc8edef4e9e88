"""What `@` finds by its name beside files and symbols: changes in git, commits, earlier conversations. They are listed
on workers, once somebody asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.bridge.context.git_chips import STAGED, WORKING_TREE
from copilot_desktop.bridge.context.mention import Mention, MentionKind
from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.events import GitFailed
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.errors import CopilotError
from copilot_desktop.text import fuzzy

if TYPE_CHECKING:
    from copilot_desktop.context.rules.finding import OtherRule
    from copilot_desktop.conversation.turns import Conversation
    from copilot_desktop.workspace.git.commits import CommitTitle
    from copilot_desktop.workspace.git.repository import GitRepository

SHOWN: Final = 12
_RULES_AMONG: Final = 4
_COMMIT, _CONVERSATION, _RULE = "commit", "conversation", "rule"
_LEAST_LETTERS: Final = 2
_LONGEST_URL: Final = 30
"""In the list, so that there is room for what is said of it."""
_LEAST_ID: Final = 4
_PICTURES: Final = ("image", "picture")
_HASH = re.compile(r"[0-9a-f]{4,40}")
_DIFF_NAMES: Final = (("diff", "git diff", "changes"), ("staged", "diff", "git diff"))
_DIFF_ROWS: Final = (
    Mention(MentionKind.DIFF, "git diff", detail="what differs from the last commit, as saved", source=WORKING_TREE),
    Mention(MentionKind.DIFF, "staged changes", detail="what the next commit would have", source=STAGED),
)
_PICTURE_ROW: Final = Mention(
    MentionKind.PICTURE,
    "image",
    detail="choose a picture; one can be pasted or dropped as well",
    written="the picture",
)
_TOPIC_ROWS: Final = tuple(
    Mention(MentionKind.TOPIC, name, detail=detail, hint=f"{name}s", written=f"{name}:")
    for name, detail in (
        (_COMMIT, "choose one by its message or id"),
        (_CONVERSATION, "choose an earlier one"),
        (_RULE, "choose a rule file that does not apply by itself"),
    )
)


class NamedThings:
    """Of one window. GUI thread. `changed` is called when more is known, or `problem` says why nothing is."""

    def __init__(
        self, thread: AsyncThread, git: GitController, turns: TurnController, store: ConversationStore
    ) -> None:
        self._thread, self._git, self._turns, self._store = thread, git, turns, store
        self.changed: Callable[[], None] = lambda: None
        self.problem = ""
        self.rules: Callable[[], tuple[OtherRule, ...]] = tuple
        """Rule files that apply only where they are asked for."""
        self.is_looking = False
        """What was asked for last is still to come."""
        self._commits: tuple[CommitTitle, ...] | None = None
        self._why_no_commits = ""
        self._conversations: tuple[Conversation, ...] | None = None
        self._asked = 0
        self._wanted: set[str] = set()

    def begin(self) -> None:
        """The list is opened: what it knew may be old."""
        self._commits = self._conversations = None
        self._asked += 1
        self._wanted.clear()
        self.problem = self._why_no_commits = ""

    def rows(self, query: str) -> tuple[Mention, ...]:
        """What is known of these letters now; the first thing that is not known yet is asked for. Without letters
        what may be named so, for those who do not know it."""
        self.problem, self.is_looking = "", False
        letters = query.casefold()
        if letters.startswith(("https://", "http://")):
            detail = "not fetched before you press it"
            title = query if len(query) <= _LONGEST_URL else f"{query[: _LONGEST_URL - 1]}…"
            return (Mention(MentionKind.PAGE, title, detail=detail, source=query, written=query),)
        topic, rest = _topic_of(letters)
        if topic == _COMMIT:
            return self._commit_rows(rest)
        if topic == _CONVERSATION:
            return self._conversation_rows(rest)
        if topic == _RULE and self.rules():
            return self._rule_rows(rest)
        if not letters:
            has_git = self._git.status is not None or not self._git.read.message
            topics = _TOPIC_ROWS[not has_git : None if self.rules() else -1]
            return (*(_DIFF_ROWS[:1] if has_git else ()), *topics, _PICTURE_ROW)
        rows: list[Mention] = []
        if len(letters) >= _LEAST_LETTERS:
            rows += (row for row, names in zip(_DIFF_ROWS, _DIFF_NAMES, strict=True) if _starts(names, letters))
            topics = _TOPIC_ROWS if self.rules() else _TOPIC_ROWS[:-1]
            rows += (row for row in topics if row.title.startswith(letters))
            rows += self._rule_rows(letters)[:_RULES_AMONG]
            rows += (_PICTURE_ROW,) if _starts(_PICTURES, letters) else ()
        if _HASH.fullmatch(letters):
            rows += [row for row in self._commit_rows(letters) if row.source.startswith(letters)]
        return tuple(rows)

    def _commit_rows(self, letters: str) -> tuple[Mention, ...]:
        commits = self._commits
        if commits is None:
            self._ask_commits()
            return ()
        self.problem = self._why_no_commits
        if not letters:
            return tuple(_commit_row(each, ()) for each in commits[:SHOWN])
        by_id = [each for each in commits if len(letters) >= _LEAST_ID and each.commit_id.startswith(letters)]
        # Of commits with the same subject the newest.
        of_subject = {each.subject: each for each in reversed(commits)}
        found = fuzzy.best(letters, list(of_subject), SHOWN)
        by_subject = [_commit_row(of_subject[name], match.positions) for name, match in found]
        return (*(_commit_row(each, ()) for each in by_id), *by_subject)[:SHOWN]

    def _conversation_rows(self, letters: str) -> tuple[Mention, ...]:
        every = self._conversations
        if every is None:
            self._ask_conversations()
            return ()
        shown = self._turns.conversation
        others = [each for each in every if shown is None or each.conversation_id != shown.conversation_id]
        if not others:
            self.problem = "This folder has no other conversation yet."
        of_title = {each.title: each for each in reversed(others)}
        if not letters:
            return tuple(_conversation_row(each, ()) for each in others[:SHOWN])
        found = fuzzy.best(letters, list(of_title), SHOWN)
        return tuple(_conversation_row(of_title[name], match.positions) for name, match in found)

    def _rule_rows(self, letters: str) -> tuple[Mention, ...]:
        by_name = {rule.name: rule for rule in reversed(self.rules())}
        if not letters:
            return tuple(_rule_row(by_name[name], ()) for name in sorted(by_name))[:SHOWN]
        return tuple(
            _rule_row(by_name[name], match.positions) for name, match in fuzzy.best(letters, list(by_name), SHOWN)
        )

    def _ask_commits(self) -> None:
        has_folder = self._git.workspace is not None
        self.is_looking = has_folder
        self.problem = "Looking for commits …" if has_folder else "No folder is open whose commits could be named."
        if _COMMIT in self._wanted or not has_folder:
            return
        self._wanted.add(_COMMIT)
        asked = self._asked

        def read(repository: GitRepository) -> tuple[CommitTitle, ...]:
            from copilot_desktop.workspace.git.commits import recent_commits

            return recent_commits(repository)

        def take(found: tuple[CommitTitle, ...]) -> None:
            if asked == self._asked:
                self._commits = found
                self.changed()

        def fail(failed: GitFailed) -> None:
            self._why_no_commits = f"{failed.message} {failed.advice}".rstrip()
            take(())

        self._git.run(read, take, fail)

    def _ask_conversations(self) -> None:
        self.problem, self.is_looking = "Looking for conversations …", True
        if _CONVERSATION in self._wanted:
            return
        self._wanted.add(_CONVERSATION)
        asked, workspace = self._asked, self._turns.workspace

        def take(found: tuple[Conversation, ...]) -> None:
            if asked == self._asked:
                self._conversations = found
                self.changed()

        def fail(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            take(())

        self._thread.run_in_worker(lambda: self._store.conversations(workspace), take, fail)


def _topic_of(letters: str) -> tuple[str, str]:
    """The topic that they begin with, and what is behind it."""
    for topic in (_COMMIT, _CONVERSATION, _RULE):
        if letters.startswith(topic) and letters[len(topic) : len(topic) + 1] in ("", ":"):
            return topic, letters[len(topic) + 1 :]
    return "", letters


def _starts(names: tuple[str, ...], letters: str) -> bool:
    return any(name.startswith(letters) for name in names)


def _commit_row(commit: CommitTitle, positions: tuple[int, ...]) -> Mention:
    detail = f"{commit.short_id} · {_day(commit.committed_at)}"
    written = f"commit {commit.short_id}"
    return Mention(
        MentionKind.COMMIT,
        commit.subject,
        detail=detail,
        positions=positions,
        source=commit.commit_id,
        written=written,
    )


def _rule_row(rule: OtherRule, positions: tuple[int, ...]) -> Mention:
    return Mention(MentionKind.RULE, rule.name, rule.path, detail=rule.description or rule.path, positions=positions)


def _conversation_row(conversation: Conversation, positions: tuple[int, ...]) -> Mention:
    return Mention(
        MentionKind.CONVERSATION,
        conversation.title,
        detail=_day(conversation.updated_at),
        positions=positions,
        source=conversation.conversation_id,
        written=f"“{conversation.title}”",
    )


def _day(unix_time: float) -> str:
    return datetime.fromtimestamp(unix_time, UTC).astimezone().strftime("%Y-%m-%d")
