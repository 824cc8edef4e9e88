"""What a case is, and the files most of them are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from copilot_desktop.edits import FormatName

Files = Mapping[str, str]
BANK = '''\
"""Accounts."""

import os
from decimal import Decimal


class Account:
    """Holds money."""

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.log = []

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.balance += amount
        self.log.append(("deposit", amount))

    def withdraw(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        if amount > self.balance:
            raise ValueError("not enough money")
        self.balance -= amount
        self.log.append(("withdraw", amount))


def total(accounts):
    return sum(account.balance for account in accounts)
'''
GO = """\
package shop

import "fmt"

type Cart struct {
\tItems []string
\tOwner string
}

func (c *Cart) Add(item string) {
\tif item == "" {
\t\treturn
\t}
\tc.Items = append(c.Items, item)
}

func (c *Cart) Print() {
\tfor _, item := range c.Items {
\t\tfmt.Println(item)
\t}
}
"""
JS = """\
import { sum } from './sum.js';

export class Basket {
  constructor(owner) {
    this.owner = owner;
    this.items = [];
  }

  add(item) {
    this.items.push(item);
    return this;
  }

  total() {
    return sum(this.items.map((item) => item.price));
  }
}

export function empty() {
  return new Basket('nobody');
}
"""


@dataclass(frozen=True, slots=True)
class Case:
    """An answer on files, and what must come of it: changed files (None: deleted), or reasons of refusal, or both.

    `notes` is how many notes there are, `is_amber` whether every hunk must be looked at first (None: either).
    """

    name: str
    answer: Any
    files: Files
    right: Mapping[str, str | None]
    refused: tuple[str, ...] = ()
    notes: int | None = None
    is_amber: bool | None = None
    format: FormatName | None = None
    finished: bool = True


def pair(old: str, new: str) -> str:
    """A search/replace block."""
    return f"<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n"


def block(old: str, new: str, path: str = "bank.py") -> str:
    """The block in a fence under its file's name."""
    return f"{path}\n```\n{pair(old, new)}```\n"


def put(text: str, *changes: tuple[str, str]) -> str:
    """The text with parts replaced that stand in it once."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def crlf(text: str) -> str:
    """The text with the line ends of Windows."""
    return text.replace("\n", "\r\n")
