"""What the endpoint answers while an editor is driven, and how often it was asked."""

from __future__ import annotations

import re
from collections.abc import Callable

from glm_ls.text.blocks import ALTERNATIVE
from tests.simulator import Simulator
from tests.simulator.flavors import Json


def going_on(*texts: str) -> Callable[[Json], str]:
    """Return a reply that goes on from what is typed on the cursor's line to a text.

    It is the first that begins so; all of them where the request wants several answers.
    """

    def reply(body: Json) -> str:
        task = body["messages"][-1]["content"].rsplit("The cursor is ", 1)[1]
        line = re.match(r"after `(.*)`\.", task)
        typed = line[1] if line else ""
        rests = [text[len(typed) :] for text in texts if text.startswith(typed)]
        wanted = rests if "different answers" in task else rests[:1]
        return f"\n{ALTERNATIVE}\n".join(wanted)

    return reply


def count_generating(endpoint: Simulator) -> int:
    return sum(exchange.generating for exchange in endpoint.log)
