"""Natural language and code, told apart by the line."""

from __future__ import annotations

import pytest

from glm_ls.postprocess.frame import Frame
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.speech import is_speech


def says(language_id: str, line: str) -> bool:
    return is_speech(Frame.of(Site("", "", language_id), chat=True), line)


@pytest.mark.parametrize(
    "line",
    [
        "Here is the completion:",
        "Here's the completed code:",
        "Sure!",
        "Certainly, this finishes the function.",
        "To complete `add(a, b)`, return the sum.",
        "The missing code is:",
        "The user wants me to finish this function.",
        "I need to look at the code first.",
        "We need to return a list of names",
        "This function returns the sum of its arguments.",
        "Explanation:",
        "**Explanation:**",
        "Okay, so we have x = 1 before the cursor.",
        "Adding both values gives the sum of them.",
        "以下是补全的代码：",
        "好的，代码如下",
    ],
)
def test_sentences(line: str) -> None:
    assert says("python", line)


@pytest.mark.parametrize(
    ("language_id", "line"),
    [
        ("python", ""),
        ("python", "# Here is the sum:"),
        ("python", "return a"),
        ("python", "result: int"),
        ("python", "for this in things:"),
        ("python", "Result = namedtuple('Result', 'a b')"),
        ("python", "class The(Base):"),
        ("python", "raise ValueError('The code is wrong.')"),
        ("rust", "let me = 5;"),
        ("rust", "Some(value) => value,"),
        ("javascript", "// To complete this:"),
        ("javascript", "this.code = code;"),
        ("typescript", "note: string;"),
        ("typescript", "answer: number"),
        ("go", "return nil, err"),
        ("sql", "SELECT name FROM users"),
        ("ruby", "it 'returns the sum' do"),
        ("c", "int main(void)"),
        ("java", "This is = new This();"),
    ],
)
def test_code(language_id: str, line: str) -> None:
    assert not says(language_id, line)
