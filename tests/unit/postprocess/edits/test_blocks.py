"""Blocks are read from replies however they stream in and however sloppy they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_ls.postprocess.edits.blocks import Block, BlockReader, read_blocks, read_replacement
from glm_ls.postprocess.edits.refusal import Refusal, Rule

N = "7f3a"
PLAIN = f"<old_{N}>\nx = 1\n</old_{N}>\n<new_{N}>\nx = 2\n</new_{N}>\n"

READ: dict[str, tuple[str, list[Block | Rule]]] = {
    "plain": (PLAIN, [Block(("x = 2",), ("x = 1",))]),
    "speech around": (f"Sure!\n\n{PLAIN}\nDone.", [Block(("x = 2",), ("x = 1",))]),
    "two": (PLAIN * 2, [Block(("x = 2",), ("x = 1",))] * 2),
    "fences inside": (
        PLAIN.replace("x = 1", "```python\nx = 1\n```").replace("x = 2", "```\nx = 2\n```"),
        [Block(("x = 2",), ("x = 1",))],
    ),
    "all in a fence": (f"```xml\n{PLAIN}```", [Block(("x = 2",), ("x = 1",))]),
    "attributes": (
        PLAIN.replace(f"<old_{N}>", f'<old_{N} path="a/b.py" line="12">'),
        [Block(("x = 2",), ("x = 1",), "a/b.py", 11)],
    ),
    "a range of lines": (
        PLAIN.replace(f"<old_{N}>", f"<old_{N} lines=12-14>"),
        [Block(("x = 2",), ("x = 1",), line=11)],
    ),
    "no end of the quote": (PLAIN.replace(f"</old_{N}>\n", ""), [Block(("x = 2",), ("x = 1",))]),
    "on one line": (f"<old_{N}>x</old_{N}><new_{N}>y</new_{N}>", [Block(("y",), ("x",))]),
    "upper case": (PLAIN.replace("old", "OLD"), [Block(("x = 2",), ("x = 1",))]),
    "windows": (PLAIN.replace("\n", "\r\n"), [Block(("x = 2",), ("x = 1",))]),
    "deletion": (PLAIN.replace("x = 2\n", ""), [Block((), ("x = 1",))]),
    "blank line": (PLAIN.replace("x = 2", ""), [Block(("",), ("x = 1",))]),
    "numbers copied": (
        PLAIN.replace("x = 1", "12| x = 1\n13| y = 2"),
        [Block(("x = 2",), ("x = 1", "y = 2"), line=11)],
    ),
    "other nonce": (PLAIN.replace(N, "ffff"), ["no-block"]),
    "no nonce": (PLAIN.replace(f"_{N}", ""), ["no-block"]),
    "tags of the file": (
        PLAIN.replace("x = 1", "</old>\n</new_0000>"),
        [Block(("x = 2",), ("</old>", "</new_0000>"))],
    ),
    "nothing": ("", ["no-block"]),
    "no end": (PLAIN.replace(f"</new_{N}>", ""), ["unclosed"]),
    "half an end": (PLAIN.removesuffix(">\n"), ["unclosed"]),
    "quote alone": (PLAIN.partition(f"<new_{N}>")[0], ["unclosed"]),
    "no end, then a good one": (
        PLAIN.replace(f"</new_{N}>", "") + PLAIN,
        ["unclosed", Block(("x = 2",), ("x = 1",))],
    ),
    "empty quote": (PLAIN.replace("x = 1", "  "), ["empty-quote"]),
    "endless": (PLAIN.replace("x = 2", "x = 2\n" * 40_000), ["too-long"]),
}


def shown(found: list[Block | Refusal]) -> list[Block | Rule]:
    return [each.rule if isinstance(each, Refusal) else each for each in found]


@pytest.mark.parametrize("name", READ)
def test_reply(name: str) -> None:
    reply, blocks = READ[name]
    assert shown(read_blocks(reply, N)) == blocks


@given(st.sampled_from([reply for reply, _ in READ.values() if len(reply) < 1000]), st.data())
def test_pieces_of_a_stream_make_no_difference(reply: str, data: st.DataObject) -> None:
    reader = BlockReader(N)
    found: list[Block | Refusal] = []
    rest = reply
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        found += reader.feed(rest[:size])
        rest = rest[size:]
    whole = shown(read_blocks(reply, N))
    assert shown(found + reader.close()) == ([] if whole == ["no-block"] else whole)


def test_a_block_is_there_as_soon_as_its_last_tag_is() -> None:
    reader = BlockReader(N)
    assert reader.feed(PLAIN.removesuffix(">\n")) == []
    assert len(reader.feed(">")) == 1


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (f"<new_{N}>\nx\n</new_{N}>", Block(("x",))),
        (PLAIN, Block(("x = 2",))),
        ("```python\nx\n```", Block(("x",))),
        ("x", "no-block"),
        ("Here:\n```python\nx\n```", "no-block"),
        ("```python\nx\n", "no-block"),
        (PLAIN * 2, "too-many-blocks"),
        (f"<new_{N}>\nx\n", "unclosed"),
    ],
)
def test_the_replacement_of_a_range(reply: str, outcome: Block | Rule) -> None:
    assert shown([read_replacement(reply, N)]) == [outcome]


def test_a_fence_of_a_markdown_file_stays() -> None:
    reply = f"<new_{N}>\n```\nx\n```\n</new_{N}>"
    assert shown([read_replacement(reply, N, unfence=False)]) == [Block(("```", "x", "```"))]
