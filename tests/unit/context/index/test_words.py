from __future__ import annotations

import pytest

from copilot_desktop.context.index.words import (
    counted_plain_terms,
    counted_stemmed_terms,
    plain_terms,
    stem,
    stemmed_terms,
)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("LineRange", "linerange line range"),
        ("parse_http_URL2", "parse_http_url2 parse http url"),
        ("HTTPServer", "httpserver http server"),
        ("_private", "private"),
        ("the price of a cart", "price cart"),
        ("größe Über", "größe über"),
        ("x = 3", ""),
        ("a" * 65, ""),
    ],
)
def test_a_word_is_found_whole_and_by_its_parts(text: str, terms: str) -> None:
    assert plain_terms(text).split() == terms.split()


@pytest.mark.parametrize(
    "same",
    [
        "place places placed placing",
        "stop stopped stopping",
        "pass passes passed",
        "query queries",
        "call calls called",
    ],
)
def test_forms_of_a_word_are_one(same: str) -> None:
    assert len({stem(word) for word in same.split()}) == 1, [stem(word) for word in same.split()]


def test_words_that_only_look_alike_stay_apart() -> None:
    assert stem("class") != stem("clas")
    assert stem("single") != stem("singing")


def test_a_question_and_a_name_meet() -> None:
    asked, named = set(stemmed_terms("opening the files twice").split()), set(stemmed_terms("open_file").split())
    assert asked >= {"open", stem("file")}
    assert named >= {"open", stem("file"), "open_file"}


@pytest.mark.parametrize(
    "text", ["total_price(cart, 2fast, 1e5)", "x.camelCase_and1 = -HTTPServer2('a.b')", "_a __b__ 007"]
)
def test_words_are_the_same_beside_letters_of_any_alphabet(text: str) -> None:
    assert plain_terms(f"{text}\né").split() == plain_terms(text).split()
    assert stemmed_terms(f"{text}\né").split() == stemmed_terms(text).split()


def test_a_word_counts_at_most_four_times() -> None:
    assert sorted(counted_plain_terms("ShopCart " * 9 + "cart").split()) == sorted(
        ["shopcart", "shop", "cart"] * 4 + ["cart"]
    )
    assert counted_stemmed_terms("placing placed " * 9).split() == ["plac"] * 8
