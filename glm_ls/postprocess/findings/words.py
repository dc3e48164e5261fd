"""Words by which models name kinds, severities and fields, to ours: a table per question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from glm_ls.postprocess.findings.finding import Kind, Severity

Name = TypeVar("Name", bound=str)

FIELDS = {
    "path": "path", "file": "path", "filename": "path", "路径": "path", "文件": "path",
    "line": "line", "lines": "line", "行": "line", "行号": "line",
    "kind": "kind", "type": "kind", "category": "kind", "类型": "kind", "类别": "kind",
    "severity": "severity", "严重性": "severity", "严重程度": "severity", "级别": "severity",
    "confidence": "confidence", "置信度": "confidence", "信心": "confidence",
    "title": "title", "标题": "title",
}  # fmt: skip

_KINDS: dict[Kind, str] = {
    "security": "secur vulnerab inject 安全 漏洞 注入",
    "concurrency": "concurr race deadlock thread 并发 竞态 死锁",
    "resource": "resource leak memory 资源 泄漏 泄露 内存",
    "error-handling": "error exception 错误处理 异常",
    "performance": "perform efficien 性能 效率",
    "api": "api misuse interface compat 接口 误用",
    "test": "test coverage 测试",
    "documentation": "doc comment typo 文档 注释",
    "style": "style naming readab maintain format consisten nit 风格 命名 可读",
    "bug": "bug correct logic defect fault problem runtime 缺陷 错误 逻辑 正确",
}
"""Beginnings of words; the first kind with one of them counts."""

_SEVERITIES: dict[Severity, str] = {
    "high": "high critical blocker severe major error 严重 高 致命",
    "medium": "medium moderate warning normal mid 中 一般 警告",
    "low": "low minor info trivial nit hint suggestion 低 轻微 建议 提示",
}
_CONFIDENCES = {"high": 90, "medium": 60, "low": 30}
DEFAULT_CONFIDENCE = 50
"""Where the model states none that can be read."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def kind_of(text: str) -> Kind:
    """Return the kind a model means; `other` where no word is known."""
    return _named(_KINDS, text) or "other"


def severity_of(text: str) -> Severity:
    """Return the severity a model means; `low` where no word is known, which shows least."""
    return _named(_SEVERITIES, text) or "low"


def confidence_of(text: str) -> int:
    """Return a confidence in percent, from percents, shares and words."""
    if found := _NUMBER.search(text):
        value = float(found[0])
        share = value <= 1 and "." in found[0]
        tenth = "/10" in text.replace(" ", "") and "/100" not in text.replace(" ", "")
        return min(100, round(value * (100 if share else 10 if tenth else 1)))
    word = _named(_SEVERITIES, text)
    return _CONFIDENCES[word] if word else DEFAULT_CONFIDENCE


def line_of(text: str) -> int | None:
    """Return the first line number in a text, 0-based."""
    found = re.search(r"\d{1,9}", text)
    return max(int(found[0]) - 1, 0) if found else None


def _named(table: Mapping[Name, str], text: str) -> Name | None:
    words = text.lower()
    for name, beginnings in table.items():
        for beginning in beginnings.split():
            at_word = rf"(?<![a-z]){beginning}" if beginning.isascii() else beginning
            if re.search(at_word, words):
                return name
    return None
