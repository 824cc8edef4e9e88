"""The vectors of a folder: kept by what a text says, found by meaning, and never of what no model may see."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from copilot_desktop.context.index.embedding import Embedding, embed_missing
from copilot_desktop.context.index.forgetting import forget_unused
from copilot_desktop.context.index.ranking import rank
from copilot_desktop.context.index.schema import forget_index, index_place, open_index
from copilot_desktop.context.index.vectors import nearest, open_vectors, size_of_vectors, vectors_place
from copilot_desktop.errors import StoreError
from copilot_desktop.workspace.files import read_file
from tests.support.embedding_answers import vector_of
from tests.support.planted_secrets import every_kind
from tests.unit.context.index.test_building import Indexed, make

SAME = {"purchase": "buy", "letter": "mail"}
MODEL = "http://here test"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Indexed]:
    root = tmp_path / "shop"
    root.mkdir()
    make(
        root,
        cart_dot_py="def buy(cart):\n    return cart.buy()\n\n\ndef total(cart):\n    return sum(cart)\n",
        mail_dot_py="def mail(address):\n    return address.mail()\n",
        zip_dot_py="def pack(folder):\n    return folder.pack()\n",
        locale__de_dot_po='msgid "buy"\nmsgstr "kaufen"\n' * 20,
    )
    indexed = Indexed(root, tmp_path / "cache")
    indexed.update()
    yield indexed
    indexed.close()


class Model:
    """Makes vectors and keeps what it was told."""

    def __init__(self, dimensions: int = 64, fails_after: int | None = None) -> None:
        self.texts: list[str] = []
        self._dimensions, self._fails_after = dimensions, fails_after

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        if self._fails_after is not None and len(self.texts) >= self._fails_after:
            raise StoreError("The network is gone.")
        self.texts += texts
        return [vector_of(text, SAME, self._dimensions) for text in texts]


def place_of(shop: Indexed) -> Path:
    return vectors_place(shop.place)


def embed(shop: Indexed, model: Model, name: str = MODEL) -> list[tuple[int, int]]:
    told = list[tuple[int, int]]()

    def read(path: str) -> str:
        return read_file(shop.workspace, path).text

    with closing(open_vectors(place_of(shop), name)) as vectors:
        asyncio.run(embed_missing(Embedding(shop.database, vectors, read), model.embed, lambda *of: told.append(of)))
    return told


def similar(shop: Indexed, question: str, name: str = MODEL) -> list[str]:
    found = nearest(shop.database, place_of(shop), name, vector_of(question, SAME))
    return [f"{each.path}:{each.lines.start}" for each in found]


def test_what_means_the_same_is_found_though_no_word_is(shop: Indexed) -> None:
    assert rank(shop.database, "purchase", 10).files == ()
    told = embed(shop, Model())
    assert (told[0], told[-1]) == ((0, 3), (3, 3))
    assert similar(shop, "purchase")[0] == "cart.py:0"
    near = nearest(shop.database, place_of(shop), MODEL, vector_of("purchase", SAME))
    found = rank(shop.database, "purchase", 10, similar=near)
    assert found.files[0] == "cart.py"
    assert (found.snippets[0].path, found.snippets[0].why) == ("cart.py", "similar in meaning")
    assert found.snippets[0].name == "buy"
    both = rank(shop.database, "buy", 10, similar=nearest(shop.database, place_of(shop), MODEL, vector_of("buy", SAME)))
    assert both.snippets[0].why == "matches in buy, similar in meaning"


def test_data_is_not_embedded_and_nothing_is_twice(shop: Indexed) -> None:
    model = Model()
    embed(shop, model)
    assert all("msgid" not in text for text in model.texts)
    assert len(model.texts) == len(set(model.texts)) == 4
    assert model.texts[0].startswith("cart.py buy\ndef buy(cart):")
    again = Model()
    embed(shop, again)
    assert again.texts == []


def test_only_changed_pieces_are_embedded_again(shop: Indexed) -> None:
    embed(shop, Model())
    cart = shop.workspace.root / "cart.py"
    cart.write_text(cart.read_text().replace("sum(cart)", "sum(cart) * 2"), encoding="utf-8")
    shop.update()
    # Until then, lines of a file that holds something else now are not shown.
    assert all(not each.startswith("cart.py") for each in similar(shop, "purchase"))
    model = Model()
    embed(shop, model)
    assert len(model.texts) == 1
    assert "* 2" in model.texts[0]
    assert similar(shop, "purchase")[0] == "cart.py:0"
    cart.unlink()
    shop.update()
    embed(shop, Model())
    assert all(not each.startswith("cart.py") for each in similar(shop, "purchase"))


def test_what_was_paid_for_is_kept_when_it_stops(shop: Indexed) -> None:
    make(shop.workspace.root, **{f"f{at:03}_dot_py": f"def f{at}():\n    return {at} * {at}\n" for at in range(100)})
    shop.update()
    broken, rest = Model(fails_after=64), Model()
    with pytest.raises(StoreError, match="network"):
        embed(shop, broken)
    assert len(broken.texts) >= 64
    embed(shop, rest)
    assert not set(broken.texts) & set(rest.texts)
    assert len(broken.texts) + len(rest.texts) == 104


def test_a_model_that_has_changed_is_told(shop: Indexed) -> None:
    embed(shop, Model())
    make(shop.workspace.root, new_dot_py="def new():\n    return 'something'\n")
    shop.update()
    with pytest.raises(StoreError, match="32 dimensions now, and had 64"):
        embed(shop, Model(dimensions=32))
    assert similar(shop, "purchase")[0] == "cart.py:0"
    assert nearest(shop.database, place_of(shop), MODEL, vector_of("buy", SAME, 32)) == ()


def test_another_model_begins_anew(shop: Indexed) -> None:
    embed(shop, Model())
    assert similar(shop, "purchase", "another") == []
    model = Model()
    embed(shop, model, "another")
    assert len(model.texts) == 4
    assert similar(shop, "purchase") == []
    assert similar(shop, "purchase", "another")[0] == "cart.py:0"


def test_secrets_are_masked_and_a_key_over_lines_keeps_its_file_out(shop: Indexed) -> None:
    kinds = list(every_kind(6))
    for at, (_name, line, _secret) in enumerate(kinds):
        # So that it stands where a long piece is cut as well.
        filler = "x = 1  # " + "y" * 80 + "\n"
        text = f"def f{at}():\n" + f"    {filler}" * 29 + f"    z = 0{' ' * (at % 60)}\n{line}\n"
        (shop.workspace.root / f"secret{at}.py").write_text(text, encoding="utf-8")
    shop.update()
    model = Model()
    embed(shop, model)
    told = "\n".join(model.texts)
    for name, _line, secret in kinds:
        pieces = [secret[:20]] if "\n" not in secret else [each for each in secret.splitlines() if len(each) > 30]
        for piece in pieces:
            assert piece not in told, name


def test_what_may_not_be_read_stays(shop: Indexed) -> None:
    def read(path: str) -> str:
        if path == "mail.py":
            raise StoreError("No model may see it.")
        return read_file(shop.workspace, path).text

    model = Model()
    with closing(open_vectors(place_of(shop), MODEL)) as vectors:
        embedding = Embedding(shop.database, vectors, read)
        asyncio.run(embed_missing(embedding, model.embed, lambda _done, _all: None))
        assert embedding.amount(len).files == embedding.begin() == 1
    assert all("mail" not in text for text in model.texts)


def test_how_much_it_would_be_is_told_before(shop: Indexed) -> None:
    def read(path: str) -> str:
        return read_file(shop.workspace, path).text

    amount = Embedding(shop.database, None, read).amount(len)
    model = Model()
    embed(shop, model)
    assert (amount.files, amount.pieces) == (3, 4)
    assert amount.tokens == sum(map(len, model.texts))
    assert amount.example in model.texts
    assert not place_of(shop).parent.joinpath("other").exists()


@contextmanager
def damaged(place: Path) -> Iterator[None]:
    with place.open("r+b") as file:
        file.seek(0)
        file.write(os.urandom(4096))
    yield


def test_damaged_vectors_are_made_anew(shop: Indexed) -> None:
    embed(shop, Model())
    with damaged(place_of(shop)), pytest.raises(StoreError):
        similar(shop, "purchase")
    model = Model()
    embed(shop, model)
    assert len(model.texts) == 4
    assert similar(shop, "purchase")[0] == "cart.py:0"


def test_they_stay_when_the_index_is_made_anew_and_go_with_its_folder(shop: Indexed, tmp_path: Path) -> None:
    embed(shop, Model())
    forget_index(shop.place)
    assert size_of_vectors(place_of(shop)) > 0
    other = index_place(tmp_path / "cache", tmp_path / "other")
    with closing(open_index(other)):
        pass
    with closing(open_index(shop.place)):
        pass
    os.utime(shop.place, (1, 1))
    forget_unused(other)
    assert not shop.place.exists()
    assert size_of_vectors(place_of(shop)) == 0


def test_vectors_of_texts_that_are_gone_do_not_grow_for_ever(shop: Indexed) -> None:
    for turn in range(5):
        lines = "".join(f"def f{at}():\n    return 'turn {turn} {at}'\n\n\n" for at in range(200))
        (shop.workspace.root / "many.py").write_text(lines, encoding="utf-8")
        shop.update()
        embed(shop, Model())
    with closing(sqlite3.connect(place_of(shop))) as database:
        (kept,) = database.execute("SELECT count(*) FROM signs").fetchone()
    assert kept == 204
    assert similar(shop, "purchase")[0] == "cart.py:0"
