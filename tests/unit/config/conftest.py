"""No key that another test made known, since complaints leave known keys out."""

from __future__ import annotations

import pytest

from glm_ls import log


@pytest.fixture(autouse=True)
def no_known_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_protected", {})
