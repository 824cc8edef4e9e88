"""Files that say what encoding they are in: they are read as that, and new text must fit it."""

from __future__ import annotations

import pytest

from copilot_desktop.errors import EncodingError
from copilot_desktop.text.encodings import decode, encode

_LATIN = "# -*- coding: latin-1 -*-\nGREETING = 'Grüße aus Köln'\n"


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("# -*- coding: latin-1 -*-\n", "iso8859-1"),
        ("#!/usr/bin/env python\n# coding=iso-8859-15\n", "iso8859-15"),
        ("# vim: set fileencoding=cp1252 :\n", "cp1252"),
        ("# frozen_string_literal: true\r\n# encoding: ISO-8859-2\r\n", "iso8859-2"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>\n', "iso8859-1"),
        ('<!DOCTYPE html>\n<html><head>\n<meta charset="iso-8859-1">\n', "cp1252"),
        ('<html><meta http-equiv="Content-Type" content="text/html; charset=windows-1250">\n', "cp1250"),
        ('@charset "iso-8859-1";\n', "iso8859-1"),
    ],
)
@pytest.mark.parametrize("body", ["Köln\n", "Cologne\n"])
def test_a_file_is_read_as_it_says(head: str, encoding: str, body: str) -> None:
    data = (head + body).encode(encoding)
    text, text_format = decode(data)
    assert (text, text_format.encoding) == (head + body, encoding)
    assert encode(text, text_format) == data


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("# coding: latin-1\nx = 'Grüße'\n".encode(), "utf-8"),
        (b"# coding: utf-8\nx = 'Gruss'\n", "utf-8"),
        (b"# coding: nonsense\nx = 1\n", "utf-8"),
        (b"# coding: rot13\nx = 1\n", "utf-8"),
        (b"x = 1\ny = 2\n# coding: latin-1\n", "utf-8"),
        (b"x = 'the coding: latin-1'\n", "utf-8"),
        ("# coding: latin-1\nx = 'Grüße – aus Köln'\n".encode("cp1252"), "cp1252"),
    ],
)
def test_what_a_file_says_does_not_count_against_its_bytes(data: bytes, encoding: str) -> None:
    assert decode(data)[1].encoding == encoding


@pytest.mark.parametrize("char", ["—", "€", "Ł"])
def test_a_character_that_the_named_encoding_lacks_is_refused(char: str) -> None:
    text, text_format = decode(_LATIN.encode("latin-1"))
    with pytest.raises(EncodingError, match="ISO 8859-1"):
        encode(text + char, text_format)
