"""Formats by the name a user gives."""

from __future__ import annotations

from collections.abc import Callable

from glm_ls.cli.formats import github, markdown, plain_json, rdjson, sarif, text
from glm_ls.postprocess.findings.report import Report

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": text.written,
    "json": plain_json.written,
    "sarif": sarif.written,
    "rdjson": rdjson.written,
    "github": github.written,
    "markdown": markdown.written,
}
