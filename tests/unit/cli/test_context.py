"""`context`: what a question is about, for scripts, as child processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.running import Done, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / "shop").mkdir(parents=True)
    (root / "shop" / "cart.py").write_text("def total_price(cart):\n    return sum(cart)\n")
    (root / "shop" / "mail.py").write_text("def send_invoice(address):\n    return address\n")
    (root / ".env").write_text("INVOICE_PASSWORD=planted\n")
    return root


def lines(done: Done) -> list[dict[str, Any]]:
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_one_question_has_the_id_0(folder: Path) -> None:
    (line,) = lines(run("context", folder, "who sends the invoice?", "--json"))
    assert line["id"] == "0"
    assert line["files"][0] == "shop/mail.py"
    best = line["snippets"][0]
    assert best == {
        "path": "shop/mail.py",
        "start": 1,
        "end": 2,
        "score": best["score"],
        "why": "matches in send_invoice",
    }
    assert ".env" not in line["files"]


def test_many_questions_are_answered_in_their_order(folder: Path, tmp_path: Path) -> None:
    questions = [
        {"id": f"q{number}", "query": query} for number, query in enumerate(["invoice", "total price", "zebra"])
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(json.dumps({**each, "gold": ["x"]}) for each in questions) + "\n\n")
    found = lines(run("context", folder, "--queries", tmp_path / "q.jsonl", "--limit", "1", "--json"))
    assert [line["id"] for line in found] == ["q0", "q1", "q2"]
    assert [line["files"] for line in found] == [["shop/mail.py"], ["shop/cart.py"], []]
    same = lines(
        run("context", folder, "--queries", "-", "--limit", "1", "--json", stdin=(tmp_path / "q.jsonl").read_text())
    )
    assert same == found


def test_people_get_lines_to_read(folder: Path) -> None:
    done = run("context", folder, "total price")
    assert done.code == 0
    assert "shop/cart.py:1–2  matches in total_price" in done.out


def test_a_budget_limits_the_lines(folder: Path) -> None:
    (line,) = lines(run("context", folder, "invoice total price", "--budget", "15", "--json"))
    assert len(line["snippets"]) == 1
    (line,) = lines(run("context", folder, "invoice total price", "--budget", "1", "--json"))
    assert line["snippets"] == []
    assert line["files"]


def test_without_waiting_it_answers_from_what_there_is(folder: Path) -> None:
    lines(run("context", folder, "invoice", "--json"))
    (line,) = lines(run("context", folder, "invoice", "--no-wait", "--json"))
    assert line["files"][0] == "shop/mail.py"


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        ([], ""),
        (["question", "--queries", "-"], ""),
        (["--queries", "missing.jsonl"], ""),
        (["--queries", "-"], "no json\n"),
        (["--queries", "-"], '{"id": 1}\n'),
        (["question", "--limit", "0"], ""),
    ],
)
def test_wrong_arguments_are_usage_errors(folder: Path, arguments: list[str], stdin: str) -> None:
    done = run("context", folder, *arguments, "--json", stdin=stdin)
    assert done.code == 2
    assert done.error_kind == "usage"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = run("context", tmp_path / "none", "question", "--json")
    assert done.code == 2
    assert "none" in done.json["error"]["message"]
