"""A model that changes the lines it is shown, for tests of everything that asks for edits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.simulator import Script


def rewriting(change: Callable[[str], str]) -> Script:
    """Return a model that answers with the selected lines changed."""

    def answer(body: dict[str, Any]) -> str:
        user = body["messages"][1]["content"]
        [given] = re.findall(r"<selected [^>]*>\n(.*?)</selected>", user, re.S)
        [nonce] = set(re.findall(r"^<new_(\w+)>$", user, re.M))
        return f"Here it is.\n<new_{nonce}>\n{change(given)}</new_{nonce}>\n"

    return Script(reply=answer)


FIX = rewriting(lambda text: text.replace("sum(value)", "sum(values)"))
