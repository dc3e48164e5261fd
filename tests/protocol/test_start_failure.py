"""A start that fails leaves nobody waiting."""

from __future__ import annotations

from pathlib import Path

from tests.protocol.editor import at_work

DAMAGED = (str(Path(__file__).with_name("failing_server.py")),)
URI = "file:///code/a.py"


async def test_every_request_is_answered_and_the_reason_is_told_once(tmp_path: Path) -> None:
    async with at_work(tmp_path, {}, command=DAMAGED, errors_logged=True) as editor:
        editor.open(URI, "x = \n")
        for _ in range(2):
            assert (await editor.inline(URI, 0, 4)).result == {"items": []}
        status = await editor.status()
        assert (status["kind"], status["reason"]) == ("Error", "start")
        assert "ModuleNotFoundError" in status["message"]
        assert len(editor.told("window/showMessage")) == 1
        assert [told["reason"] for told in editor.told("didChangeStatus")] == ["start"]
        assert "features.missing" in editor.stderr.decode()
