"""Secrets never reach the real test server unless the user has chosen so, and edits around them are placed all the
same: the bytes at the server are compared."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

from copilot_desktop.context.budget import PartKind
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.events import TurnFinished, TurnStarted
from copilot_desktop.conversation.turns import RepairRequest, TurnMode, TurnRequest
from copilot_desktop.credentials.masking import Masking
from copilot_desktop.credentials.placeholders import SecretChoices
from copilot_desktop.edits.proposal import Failure
from copilot_desktop.llm.profiles import EditFormat
from copilot_desktop.text.ranges import LineRange
from tests.support.openai_server import OpenAIServer, RecordedRequest, ServerCall
from tests.support.planted_secrets import every_kind, private_key
from tests.unit.conversation.conversing import Talk, converse, text_of

TOKEN = "ghp_" + "a1B2" * 9
CODE = f"import os\n\nTOKEN = '{TOKEN}'\nURL = 'postgres://app:hunter2x@db/prod'\n"


def file_item(text: str, path: str = "app.py", lines: LineRange | None = None) -> ContextItem:
    return ContextItem("i1", ItemKind.FILE if lines is None else ItemKind.SELECTION, path, text, lines)


def user_text(request: RecordedRequest) -> str:
    return str([each["content"] for each in request.body["messages"] if each["role"] == "user"][-1])


def edited(request: RecordedRequest) -> str:
    """An answer that changes the lines with the secrets, as the model sees them."""
    sent = user_text(request).split("```py\n")[1].split("```")[0]
    old = [line for line in sent.splitlines() if "HIDDEN_SECRET_" in line]
    new = [line.replace("TOKEN =", "API_TOKEN =").replace("/prod", "/test") for line in old]
    return "\n".join(["app.py", "```py", "<<<<<<< SEARCH", *old, "=======", *new, ">>>>>>> REPLACE", "```", ""])


def raw(server: OpenAIServer) -> str:
    return json.dumps([request.body for request in server.requests], ensure_ascii=False)


def test_an_edit_around_secrets_is_placed(tmp_path: Path) -> None:
    async def work(talk: Talk) -> None:
        request = talk.request("Use the test database", (file_item(CODE),), {"app.py": CODE})
        events = await talk.ask(request)
        assert isinstance(events[0], TurnStarted)
        assert events[0].note == "2 secrets masked: GitHub token, password in an address."
        finished = events[-1]
        assert isinstance(finished, TurnFinished)
        assert finished.proposal is not None
        assert finished.proposal.failures == ()
        changed = CODE.replace("TOKEN =", "API_TOKEN =").replace("/prod", "/test")
        assert finished.proposal.files == {"app.py": changed}
        # What is shown, and copied, has the values.
        assert TOKEN in text_of(events)
        assert "HIDDEN" not in text_of(events)
        (turn,) = talk.turns()
        assert "HIDDEN" not in turn.answer
        first = user_text(server.requests[0])
        # The next turn tells the same placeholders, and masks what the answer said, too.
        await talk.ask(talk.request("What is hunter2x?"))
        sent = [str(each["content"]) for each in server.requests[1].body["messages"]]
        assert sent[1] == first
        assert sent[2].count("HIDDEN_SECRET_") == 4
        assert sent[3].startswith("What is HIDDEN_SECRET_")
        records = talk.core.ledger.records_of(request.turn_id)
        assert json.loads(records[0].body) == server.requests[0].body

    with OpenAIServer() as server:
        server.answers_with(edited)
        converse(tmp_path, server, work)
        assert TOKEN not in raw(server)
        assert "hunter2x" not in raw(server)


def test_an_unknown_placeholder_in_new_text_is_refused(tmp_path: Path) -> None:
    async def work(talk: Talk) -> None:
        finished = await talk.finished(talk.request("Go", (file_item(CODE),), {"app.py": CODE}))
        assert finished.proposal is not None
        (failure,) = finished.proposal.failures
        assert (failure.reason, finished.proposal.files) == ("placeholder", {})
        assert "stands for no secret that was masked" in failure.message
        repair = RepairRequest("Write it out.", (Failure("app.py", "placeholder", "", failure.block),))
        again = TurnRequest(finished.turn_id, talk.conversation_id, "", (), {"app.py": CODE}, talk.profile)
        await talk.ask(replace(again, repair=repair))

    with OpenAIServer() as server:
        block = "<<<<<<< SEARCH\nimport os\n=======\nKEY = 'HIDDEN_SECRET_0000000000'\n>>>>>>> REPLACE"
        server.answers(f"app.py\n```py\n{block}\n```\n")
        converse(tmp_path, server, work)
        assert len(server.requests) == 2
        assert TOKEN not in raw(server)


def test_calls_carry_no_secret(tmp_path: Path) -> None:
    key = private_key(Random(5))  # noqa: S311 - no real one
    code = f"OLD = '''{key}'''\nx = 1\n"

    async def work(talk: Talk) -> None:
        (seen,) = Masking(talk.conversation_id).mask(code).seen
        old = f"OLD = '''{seen.placeholder}'''\n"
        call = ServerCall.of("edit_file", "a", path="app.py", old_string=old, new_string=old.replace("OLD", "NEW"))
        server.answers("So.", calls=(call,))
        request = talk.request("Go", (file_item(code),), {"app.py": code})
        finished = await talk.finished(request)
        assert finished.proposal is not None
        assert finished.proposal.files == {"app.py": code.replace("OLD", "NEW")}
        (turn,) = talk.turns()
        assert key in json.loads(turn.calls[0].arguments)["new_string"]
        await talk.ask(talk.request("And now?"))
        said = next(each for each in server.requests[1].body["messages"] if each.get("tool_calls"))
        assert json.loads(said["tool_calls"][0]["function"]["arguments"])["old_string"] == old

    with OpenAIServer() as server:
        converse(tmp_path, server, work, edit_format=EditFormat.TOOL_CALL)
        assert key.split("\n")[1] not in raw(server)


def test_no_kind_of_secret_reaches_the_server(tmp_path: Path) -> None:
    """In a file, a selection, a rule file, the prompt and the history."""

    async def work(talk: Talk) -> None:
        for name, line, _secret in every_kind(11):
            item, lines = file_item(f"{line}\n"), file_item(f"{line}\n", "b.py", LineRange(0, 1))
            rule = replace(item, item_id="r", kind=ItemKind.RULE, path="AGENTS.md")
            await talk.ask(talk.request(f"Why {line} ?", (item, lines, rule), {"app.py": f"{line}\n"}))
            assert "HIDDEN_SECRET_" in server.requests[-1].body["messages"][0]["content"], name
            assert "HIDDEN_SECRET_" in user_text(server.requests[-1]), name
        await talk.ask(talk.request("Change it", (lines,), {"b.py": lines.text}, TurnMode.EDIT))

    with OpenAIServer() as server:
        server.answers("ok")
        converse(tmp_path, server, work)
        sent = raw(server)
        assert [name for name, _line, secret in every_kind(11) if json.dumps(secret)[1:-1] in sent] == []


def test_a_value_is_sent_where_the_user_has_chosen_it(tmp_path: Path) -> None:
    async def work(talk: Talk) -> None:
        request = talk.request("Why?", (file_item(CODE),), {"app.py": CODE})
        token, _password = talk.core.runner.plan(request).request.secrets
        chosen = replace(request, choices=SecretChoices(shown=frozenset([token.placeholder])))
        planned = talk.core.runner.plan(chosen)
        assert [(each.label, each.is_masked) for each in planned.request.secrets] == [
            ("GitHub token", False),
            ("password in an address", True),
        ]
        await talk.ask(chosen)
        assert TOKEN in user_text(server.requests[0])
        assert "hunter2x" not in raw(server)
        # The tokens are of what is sent.
        texts = [str(each["content"]) for each in server.requests[0].body["messages"]]
        counted = sum(part.tokens for part in planned.parts if part.kind is not PartKind.FRAME)
        assert counted == sum(map(talk.core.tokens.count, texts))
        # It was for this prompt.
        await talk.ask(talk.request("And now?"))
        assert TOKEN not in json.dumps(server.requests[1].body)

    with OpenAIServer() as server:
        server.answers("ok")
        converse(tmp_path, server, work)
