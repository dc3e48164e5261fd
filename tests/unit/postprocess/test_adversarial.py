"""Every fault of a chat answer, in six languages, cut at every place: code and nothing but code."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from glm_ls.postprocess.site import Site
from glm_ls.postprocess.stream import CompletionStream
from glm_ls.postprocess.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class Place:
    """A site with the code that belongs there."""

    language: str
    document: str
    """With the code between ⟦ and ⟧."""

    @property
    def site(self) -> Site:
        return Site(self.parts[0], self.parts[2], self.language)

    @property
    def code(self) -> str:
        return self.parts[1]

    @property
    def parts(self) -> tuple[str, str, str]:
        prefix, _, rest = self.document.partition("⟦")
        code, _, suffix = rest.partition("⟧")
        return prefix, code, suffix

    @property
    def line(self) -> str:
        """What stands before the cursor on its line."""
        return self.parts[0].rpartition("\n")[2]

    @property
    def lines(self) -> str:
        """The line above, and what stands before the cursor on its line."""
        return "\n".join(self.parts[0].split("\n")[-2:])


PLACES = [
    Place(
        "python",
        "import math\n\n\ndef area(radius):\n    return ⟦math.pi * radius**2⟧\n\n\n"
        "def volume(radius):\n    return 4 / 3 * math.pi * radius**3\n",
    ),
    Place(
        "python",
        "class Stack:\n    def pop(self):\n        ⟦if not self.items:\n"
        '            raise IndexError("empty")\n        return self.items.pop()⟧\n\n'
        "    def push(self, item):\n        self.items.append(item)\n",
    ),
    Place(
        "javascript",
        "export function clamp(value, low, high) {\n  ⟦const floor = Math.max(value, low);\n"
        "  return Math.min(floor, high);⟧\n}\n\nexport const ZERO = clamp(0, 0, 0);\n",
    ),
    Place(
        "typescript",
        "const names = users⟦.filter((user) => user.active).map((user) => user.name);⟧\n"
        "console.log(names);\n",
    ),
    Place(
        "go",
        "package shape\n\nfunc Area(w, h float64) (float64, error) {\n\t⟦if w < 0 || h < 0 {\n"
        "\t\treturn 0, ErrNegative\n\t}\n\treturn w * h, nil⟧\n}\n\n"
        "func Half(x float64) float64 {\n\treturn x / 2\n}\n",
    ),
    Place(
        "go",
        'package shape\n\nfunc Name(id int) string {\n\treturn fmt.⟦Sprintf("shape-%d", id)⟧\n}\n',
    ),
    Place(
        "rust",
        "impl Stack {\n    fn last(&self) -> Option<&Item> {\n        ⟦match self.items.len() {\n"
        "            0 => None,\n            n => self.items.get(n - 1),\n        }⟧\n    }\n\n"
        "    fn clear(&mut self) {\n        self.items.clear();\n    }\n}\n",
    ),
    Place(
        "rust", "fn main() {\n    let total: i32 = ⟦values.iter().sum();⟧\n    report(total);\n}\n"
    ),
    Place(
        "java",
        "class Account {\n    void deposit(long amount) {\n        ⟦if (amount <= 0) {\n"
        '            throw new IllegalArgumentException("amount");\n        }\n'
        "        balance += amount;⟧\n    }\n\n    long balance() {\n"
        "        return balance;\n    }\n}\n",
    ),
    Place(
        "java",
        "class Account {\n    String owner() {\n        return ⟦this.owner.trim();⟧\n    }\n}\n",
    ),
    Place(
        "c",
        "size_t count(const char *text, char wanted)\n{\n    ⟦size_t found = 0;\n"
        "    for (; *text; text++) {\n        found += *text == wanted;\n    }\n"
        "    return found;⟧\n}\n\nint main(void)\n{\n    return 0;\n}\n",
    ),
    Place("c", "int square(int x)\n{\n    return ⟦x * x;⟧\n}\n"),
]

SAID = "Here is the completed code:\n\n"
THOUGHT = "Okay, the user wants me to finish this.\nLet me see what is missing."
MORE = "\n\nThis completes the function as its name says."

FAULTS: dict[str, Callable[[Place], str]] = {
    "none": lambda p: p.code,
    "thinking": lambda p: f"<think>{THOUGHT}</think>{p.code}",
    "thinking on lines": lambda p: f"<think>\n{THOUGHT}\n</think>\n\n{p.code}",
    "lone end of thinking": lambda p: f"{THOUGHT}\n</think>\n{p.code}",
    "role token behind": lambda p: f"{p.code}<|user|>\nNow the next one.",
    "role token before": lambda p: f"<|assistant|>\n{p.code}",
    "observation": lambda p: f"{p.code}\n<|observation|>\n{p.code}",
    "mask": lambda p: f"[gMASK]<sop>{p.code}",
    "end of text": lambda p: f"{p.code}<|endoftext|>{p.parts[0]}",
    "suffix token": lambda p: f"{p.code}<|code_suffix|>{p.parts[2]}",
    "prefix token": lambda p: f"{p.code}\n<|code_prefix|>{p.parts[0]}",
    "fence": lambda p: f"```\n{p.code}\n```",
    "fence with language": lambda p: f"```{p.language}\n{p.code}\n```\n",
    "open fence": lambda p: f"```{p.language}\n{p.code}\n",
    "tag": lambda p: f"<COMPLETION>\n{p.code}\n</COMPLETION>",
    "sentence": lambda p: f"Sure, here is the missing part:\n{p.code}",
    "sentence and fence": lambda p: f"{SAID}```{p.language}\n{p.code}\n```",
    "explanation": lambda p: f"```{p.language}\n{p.code}\n```{MORE}",
    "Chinese sentence": lambda p: (
        f"以下是补全的代码：\n\n```\n{p.code}\n```\n\n这段代码完成了函数。"
    ),
    "line again": lambda p: p.line + p.code,
    "lines again": lambda p: p.lines + p.code,
    "everything again": lambda p: "".join(p.parts),
    "suffix again": lambda p: p.code + p.parts[2],
    "all at once": lambda p: (
        f"<think>{THOUGHT}</think>{SAID}```{p.language}\n{p.lines}{p.code}{p.parts[2]}```{MORE}"
        "<|user|>"
    ),
    "windows line ends": lambda p: f"```\n{p.code}\n```".replace("\n", "\r\n"),
}

STREAMS = [(place, fault) for place in PLACES for fault in FAULTS]


def splits(answer: str, seed: int) -> list[list[str]]:
    """Return the answer as one piece, as characters, and in pieces of random length."""
    rng = random.Random(seed)
    cuts = sorted(rng.randrange(len(answer)) for _ in range(len(answer) // 4))
    pieces = [answer[a:b] for a, b in zip([0, *cuts], [*cuts, len(answer)], strict=True)]
    return [[answer], list(answer), pieces]


def suggested(site: Site, pieces: list[str]) -> Suggestion | None:
    """Feed every piece, even those that come after enough has come."""
    stream = CompletionStream(site, chat=True)
    for piece in pieces:
        stream.feed(piece)
    return stream.close(whole=True)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "place", PLACES, ids=lambda place: f"{place.language} {place.line.strip()}"
)
def test_nothing_but_the_code_is_suggested(place: Place, fault: str) -> None:
    answer = FAULTS[fault](place)

    results = [suggested(place.site, pieces) for pieces in splits(answer, seed=len(answer))]

    assert results[0] is not None
    assert results[0].text == place.code
    assert results == [results[0]] * len(results)


def test_the_matrix_is_large_enough() -> None:
    assert len(STREAMS) >= 200
