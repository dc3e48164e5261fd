"""Two small shops, in Python and in TypeScript: what the tests of the engine are about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .conftest import at_cursor

PYTHON = {
    "shop/__init__.py": "from .basket import Basket\nfrom .money import Money\n",
    "shop/money.py": '''\
"""Amounts."""
from dataclasses import dataclass


@dataclass
class Money:
    """An amount in a currency."""

    cents: int
    currency: str = "EUR"

    def plus(self, other: "Money") -> "Money":
        """Add two amounts."""
        return Money(self.cents + other.cents, self.currency)

    def times(self, factor: float) -> "Money":
        return Money(int(self.cents * factor), self.currency)

    def shown(self, locale: str = "de") -> str:
        return f"{self.cents / 100} {self.currency}"


def parse_money(text: str) -> Money:
    """Read an amount."""
    number, currency = text.split()
    return Money(int(float(number) * 100), currency)
''',
    "shop/basket.py": '''\
from shop.money import Money
from shop.article import Article


class Basket:
    """What a customer wants to buy."""

    def __init__(self, customer: str) -> None:
        self.customer = customer
        self.lines: list[tuple[Article, int]] = []

    def add(self, article: Article, count: int = 1) -> None:
        self.lines.append((article, count))

    def total(self) -> Money:
        """Sum up."""
        total = Money(0)
        for article, count in self.lines:
            total = total.plus(article.price.times(count))
        return total

    def clear_all(self) -> None:
        self.lines.clear()
''',
    "shop/article.py": """\
from shop.money import Money


class Article:
    def __init__(self, name: str, price: Money, weight_g: int) -> None:
        self.name = name
        self.price = price
        self.weight_g = weight_g

    def is_heavy(self, limit_g: int) -> bool:
        return self.weight_g > limit_g


def find_article(name: str, catalog: dict[str, Article]) -> Article | None:
    return catalog.get(name)
""",
    "shop/shipping.py": '''\
from shop.article import Article, find_article
from shop.basket import Basket
from shop.money import Money

HEAVY_G = 20_000


def shipping_cost(basket: Basket, country: str) -> Money:
    """Return what it costs to send a basket."""
    cost = Money(490)
    for article, count in basket.lines:
        if article.is_heavy(HEAVY_G):
            cost = cost.plus(Money(900).times(count))
    return cost


def free_shipping(basket: Basket) -> bool:
    return basket.total().cents > 5000
''',
    "shop/größen.py": "def größe_von(名前: str) -> int:\n    '''Größe.'''\n    return len(名前)\n",
    "shop/checkout.py": '''\
"""From a basket to an invoice."""
import logging

from shop import Basket
from shop.money import Money, parse_money
from shop.shipping import free_shipping, shipping_cost

log = logging.getLogger(__name__)


class Checkout:
    """One purchase."""

    def __init__(self, basket: Basket, country: str) -> None:
        self.basket = basket
        self.country = country
        self.discount = Money(0)

    def apply_voucher(self, code: str) -> None:
        amount = parse_money(code)
        self.discount = self.discount.plus(amount)

    def invoice_total(self) -> Money:
        total = self.basket.total()
        if not free_shipping(self.basket):
            total = total.plus(shipping_cost(self.basket, self.country))
        return total

    def summary(self) -> str:
        lines = []
        for article, count in self.basket.lines:
            lines.append(f"{count} {article.name}")
        return "\\n".join(lines)


def checkout_all(baskets: list[Basket], country: str) -> list[Money]:
    totals = []
    for basket in baskets:
        checkout = Checkout(basket, country)
        totals.append(checkout.invoice_total())
    return totals
''',
    "tests/test_checkout.py": """\
from shop.checkout import Checkout


def test_total():
    assert Checkout(None, "de").country == "de"
""",
    "docs/guide.md": "# Guide\n\nCall `shipping_cost` before `invoice_total`.\n",
    ".gitignore": "local_secret.py\n",
    "local_secret.py": "def ignored_secret(basket): ...\n",
    "secrets.py": "def denied_secret(basket): ...\n",
    ".env": "ENV_SECRET=basket\n",
    "hidden_by_setting.py": "def setting_secret(basket): ...\n",
}
SECRETS = ("ignored_secret", "denied_secret", "ENV_SECRET", "setting_secret")
HIDDEN = "hidden_by_setting.py"
"""A pattern of the user's settings."""

TYPESCRIPT = {
    "package.json": '{"name": "shop"}',
    "tsconfig.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["src/*"]}}}',
    "src/lib/index.ts": "export * from './money';\nexport { Basket } from './basket';\n",
    "src/lib/money.ts": (
        "export interface Money { cents: number; currency: string }\n\n"
        "export function plusMoney(a: Money, b: Money): Money {\n"
        "  return { cents: a.cents + b.cents, currency: a.currency };\n}\n"
    ),
    "src/lib/basket.ts": (
        "import { Money } from './money';\n\n"
        "export class Basket {\n  lines: Money[] = [];\n"
        "  addLine(price: Money): void {\n    this.lines.push(price);\n  }\n"
        "  totalOf(country: string): Money {\n    return this.lines[0];\n  }\n}\n"
    ),
    "src/far/away.ts": "export function unrelatedThing(x: number): number {\n  return x;\n}\n",
    "src/app.ts": (
        "import { Basket, plusMoney } from '@/lib';\n\n"
        "export function run(basket: Basket): void {\n  const all = plusMoney(\n}\n"
    ),
}

CHECKOUT = "shop/checkout.py"
TOTAL = "        total = self.basket.total()\n"


def marked(line: str) -> str:
    """Return a document with a line, which holds the cursor, behind a line of a method."""
    before, after = PYTHON[CHECKOUT].split(TOTAL)
    return f"{before}{TOTAL}{line}\n{after}"


def request(root: Path, marked: str | None = None, **more: object) -> dict[str, Any]:
    """Return a request about a document with a mark, or about the file on disk."""
    text, line, col = at_cursor(marked) if marked is not None else (None, 35, 8)
    return {
        "root": str(root), "path": CHECKOUT, "text": text, "line": line, "col": col, "budget": 1000,
        **more,
    }  # fmt: skip


MARKED = PYTHON[CHECKOUT].replace("        return total\n", "        ‸\n        return total\n")
