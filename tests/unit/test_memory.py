"""Free memory is given back where the C library can, and nothing fails where it cannot."""

from __future__ import annotations

import ctypes

import pytest

from glm_ls.memory import give_back


@pytest.mark.parametrize("fault", [OSError("a static program"), AttributeError("malloc_trim")])
def test_another_c_library_costs_nothing(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    asked = []

    def load(name: object) -> object:
        asked.append(name)
        raise fault

    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", load)
    give_back()
    assert asked == [None]
