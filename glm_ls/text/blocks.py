"""Marks by which prompts ask for structure and post-processing finds it again."""

from __future__ import annotations

ALTERNATIVE = "<|or|>"
"""Stands on a line of its own between two different answers."""
