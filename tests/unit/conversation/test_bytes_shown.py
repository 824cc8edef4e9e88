"""What is shown before and after is what the server gets, to the byte, on 200 random selections of context."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.sent_text import sent_text
from copilot_desktop.credentials.placeholders import SecretChoices
from copilot_desktop.llm.as_curl import as_curl
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from tests.support.openai_server import OpenAIServer
from tests.support.planted_secrets import every_kind
from tests.unit.conversation.conversing import Talk, converse

ROUNDS = 200
ODD = (
    "x = 1\n",
    "π = '`' * 3\r\n",
    "```py\nfence\n```\n",
    "\ttabs \u2028 and 😀\n",
    "",
    "no end\n",
    "an end without one ",
    '{"a": "\\\\n"}\n',
)


def selection(chance: Random, lines: list[str]) -> tuple[ContextItem, ...]:
    """Files and lines of files, of which some hold secrets."""
    items = []
    for number in range(chance.randint(0, 4)):
        text = "".join(chance.choice((*ODD, *lines)) for _ in range(chance.randint(0, 12)))
        rows = split_lines(text)
        start = chance.randint(0, len(rows))
        end = chance.randint(start, len(rows))
        is_file = chance.random() < 0.4
        kind = ItemKind.FILE if is_file else ItemKind.SELECTION
        shown = text if is_file else "".join(rows[start:end])
        path = f"src/file{number}.py"
        items.append(ContextItem(f"i{number}", kind, path, shown, None if is_file else LineRange(start, end)))
    return tuple(items)


def test_bytes_received_are_bytes_shown(tmp_path: Path) -> None:
    chance = Random(8)  # noqa: S311 - selections
    kinds = list(every_kind(3))
    lines = [f"{line}\n" for _name, line, _secret in kinds]
    shown_by_choice: set[str] = set()

    async def work(talk: Talk) -> None:
        for number in range(ROUNDS):
            items = selection(chance, lines)
            prompt = chance.choice(("Why?", "a\n\nb ", f"Is {chance.choice(lines)} fine?"))
            if number % 4 == 0:
                talk.conversation_id = talk.core.conversations.new_conversation("/project", "").conversation_id
            request = talk.request(prompt, items, {item.path: item.text for item in items})
            secrets = talk.core.runner.plan(request).request.secrets
            if secrets and number % 10 == 0:
                one = chance.choice([each for each in secrets if each.is_named] or list(secrets))
                request = replace(request, choices=SecretChoices(frozenset([one.placeholder])))
                shown_by_choice.add(one.value)
            before = sent_text(talk.core.runner.plan(request).request)
            await talk.ask(request)
            received = server.requests[-1].body
            told = "\n\n".join(f"[{_HEADS[each['role']]}]\n{each['content']}" for each in received["messages"])
            assert before == told
            (record,) = talk.core.ledger.records_of(request.turn_id)
            assert json.loads(record.body) == received
            assert record.body.encode() in as_curl(record.url, record.body, None).replace("'\"'\"'", "'").encode()

    with OpenAIServer() as server:
        server.answers("ok")
        converse(tmp_path, server, work)
        assert len(server.requests) == ROUNDS
        everything = json.dumps([request.body for request in server.requests], ensure_ascii=False)
        leaked = [name for name, _line, secret in kinds if json.dumps(secret, ensure_ascii=False)[1:-1] in everything]
        chosen = {
            name for name, _line, secret in kinds if any(secret in each or each in secret for each in shown_by_choice)
        }
        assert shown_by_choice
        assert set(leaked) <= chosen


_HEADS = {"system": "Instructions", "user": "From you", "assistant": "From the model"}
