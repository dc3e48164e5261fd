"""Every setting of glm-ls: name, default, meaning, allowed values, and what a repository may do.

This is the only place that knows them. `layers` fills a Settings from files, client and
environment, `trust` reads the workspace column, `docs` writes docs/settings.md and the editors'
schemas from it. A setting's key is its dotted name: `completion.max_tokens`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, cast

from glm_ls.config.filters import FILTERS
from glm_ls.config.kinds import (
    Choice,
    Command,
    FilePath,
    Number,
    Secret,
    SomeOf,
    Switch,
    Tables,
    Text,
    Words,
)
from glm_ls.config.setting import METADATA, Section, Setting, setting
from glm_ls.errors import SettingsError


@dataclass(frozen=True, repr=False, eq=False)
class Completion(Section):
    """Ghost text and completion items."""

    enabled: bool = setting(True, "Complete code while you type.", Switch(), "off")
    mode: Literal["auto", "manual"] = setting(
        "auto",
        "When to complete: at each pause in typing, or only when you ask for it.",
        Choice(("auto", "manual")),
        "manual",
    )
    max_tokens: int = setting(
        256, "Longest answer of one completion.", Number(1, 8192, "tokens", whole=True), "lower"
    )
    temperature: float = setting(
        0.2,
        "How freely the model chooses; 0 always takes the likeliest token.",
        Number(0.0, 1.0, "softmax temperature"),
    )
    debounce_ms: int = setting(
        -1,
        "How long typing must pause before the model is asked.",
        Number(-1, 10_000, "milliseconds", whole=True),
        special="-1: what suits the provider",
    )
    candidates: int = setting(
        3,
        "How many different answers to fetch when you ask for a completion by hand.",
        Number(1, 8, "answers", whole=True),
    )
    prefetch: Literal["auto", "on", "off"] = setting(
        "auto",
        "Ask for the next completion while one is shown, so that it is there on acceptance; "
        "`auto` does so only where tokens cost nothing (vLLM, SGLang, llama.cpp, Ollama, "
        "LM Studio).",
        Choice(("auto", "on", "off")),
    )
    multiline: bool = setting(True, "Allow completions of more than one line.", Switch())
    languages_off: tuple[str, ...] = setting(
        (), "LSP language ids in which nothing is completed, such as `markdown`.", Words(), "add"
    )
    filters_off: tuple[str, ...] = setting(
        (),
        "Steps between a model's answer and what is shown that are left out, by the names under "
        "which the debug log says what they did.",
        SomeOf(FILTERS),
    )
    menu: Literal["auto", "always", "never"] = setting(
        "auto",
        "Offer completions as menu items too, decided when glm-ls starts; `auto` does so only in "
        "editors without ghost text.",
        Choice(("auto", "always", "never")),
    )


@dataclass(frozen=True, repr=False, eq=False)
class NextEdit(Section):
    """The edit that comes after the one you made, elsewhere in the file, when your editor asks."""

    enabled: bool = setting(True, "Predict the next edit.", Switch(), "off")
    max_tokens: int = setting(
        1024,
        "Longest answer of one prediction, which repeats some lines around the cursor.",
        Number(1, 8192, "tokens", whole=True),
        "lower",
    )


@dataclass(frozen=True, repr=False, eq=False)
class Actions(Section):
    """What the code action menu offers."""

    look_around: bool = setting(
        False,
        "Offer *Fix with GLM (look around)*, in which the model reads and searches files of the "
        "project, step by step, before it proposes edits.",
        Switch(),
    )
    most_steps: int = setting(
        12, "How often the model may look around in one fix.", Number(1, 50, "steps", whole=True)
    )
    most_tokens: int = setting(
        60_000,
        "How many tokens, prompts and answers together, one such fix may use.",
        Number(1_000, 1_000_000, "tokens", whole=True),
        "lower",
    )
    prompts: Mapping[str, Mapping[str, object]] = setting(
        {},
        "Prompts of your own for *Rewrite*: the name the menu shows, and its `instruction`.",
        Tables(),
    )


@dataclass(frozen=True, repr=False, eq=False)
class Context(Section):
    """What of your code the model gets to see."""

    max_tokens: int = setting(
        4096,
        "How much of the code around the cursor a completion prompt may hold.",
        Number(256, 131_072, "tokens", whole=True),
        "lower",
    )
    project_tokens: int = setting(
        2000,
        "How much a completion prompt may hold of the project's other files: signatures of what "
        "the code around the cursor needs, and excerpts of similar code. They are chosen from an "
        "index in your cache directory.",
        Number(0, 131_072, "tokens", whole=True),
        "lower",
        "0: nothing is indexed",
    )
    suffix_share: float = setting(
        0.25,
        "How much of the code around the cursor may come from after it.",
        Number(0.0, 0.9, "share of that code"),
    )


@dataclass(frozen=True, repr=False, eq=False)
class Review(Section):
    """What is found wrong in your changes, when you ask for it."""

    on_save: bool = setting(
        False, "Review what has changed in a file each time you save it.", Switch(), "off"
    )
    saves_per_hour: int = setting(
        20,
        "How many reviews saving may start in any hour.",
        Number(1, 3600, "reviews", whole=True),
        "lower",
    )
    filter: Literal["added", "diff_context", "file", "nofilter"] = setting(
        "diff_context",
        "Which findings are shown: those on lines that are new, on a change and the three lines "
        "around it, or anywhere in what was looked at of a changed file (`file` and `nofilter`).",
        Choice(("added", "diff_context", "file", "nofilter")),
    )
    code_lens: bool = setting(
        False,
        "Offer a review above each changed function and class, where the editor shows such lines; "
        "decided when glm-ls starts.",
        Switch(),
    )
    rules: tuple[str, ...] = setting(
        (),
        "Rules of the project that a review looks for besides, a sentence each.",
        Words(),
        "trusted",
    )


@dataclass(frozen=True, repr=False, eq=False)
class Network(Section):
    """How the endpoint is reached."""

    connect_s: float = setting(
        5.0, "How long connecting may take, TLS included.", Number(0.1, 300.0, "seconds")
    )
    first_byte_s: float = setting(
        8.0,
        "How long the endpoint may think before it answers the first byte.",
        Number(0.1, 600.0, "seconds"),
    )
    idle_s: float = setting(
        5.0, "How long an answer may pause between two pieces.", Number(0.1, 600.0, "seconds")
    )
    proxy: str = setting(
        "", "URL of the proxy; empty: HTTPS_PROXY and NO_PROXY of the environment decide.", Text()
    )
    ca_bundle: str = setting(
        "",
        "PEM file with the certificates to trust; empty: those of the operating system.",
        FilePath(),
    )
    keepalive: int = setting(
        4, "How many idle connections are kept open.", Number(0, 32, "connections", whole=True)
    )


@dataclass(frozen=True, repr=False, eq=False)
class Limits(Section):
    """Caps on what is asked of the endpoint, across all features."""

    concurrency: int = setting(
        2, "How many requests may run at once.", Number(1, 64, "requests", whole=True), "lower"
    )
    requests_per_hour: int = setting(
        0,
        "How many requests may be sent in any hour.",
        Number(0, 1_000_000, "requests", whole=True),
        "lower",
        "0: no cap",
    )
    tokens_per_day: int = setting(
        0,
        "How many tokens, prompt and answer together, may be used in a day.",
        Number(0, 10**12, "tokens", whole=True),
        "lower",
        "0: no cap",
    )


@dataclass(frozen=True, repr=False, eq=False)
class Privacy(Section):
    """What never leaves your machine."""

    ignore: tuple[str, ...] = setting(
        (),
        "Patterns, written as in .gitignore, of files that are never sent; they add to the "
        "built-in list.",
        Words(),
        "add",
    )
    hide_secrets: bool = setting(
        True, "Replace keys and passwords by placeholders in what is sent.", Switch(), "on"
    )
    max_file_mb: float = setting(
        5.0,
        "Larger files are neither read as context nor completed.",
        Number(0.01, 100.0, "megabytes"),
        "lower",
    )


@dataclass(frozen=True, repr=False, eq=False)
class Embedded(Section):
    """The engine that completes from your own code, without a network."""

    enabled: bool = setting(True, "Use the embedded engine at all.", Switch(), "off")
    takeover: bool = setting(
        True, "Let it answer while the endpoint is down or has no key.", Switch()
    )
    min_probability: float = setting(
        0.5,
        "How sure it must be of a suggestion inside a line.",
        Number(0.0, 1.0, "probability"),
    )
    min_probability_line_start: float = setting(
        0.8,
        "How sure it must be of a suggestion that starts a line.",
        Number(0.0, 1.0, "probability"),
    )
    max_source_mb: float = setting(
        2.0, "How much of your code it learns from.", Number(0.0, 100.0, "megabytes")
    )


@dataclass(frozen=True, repr=False, eq=False)
class Log(Section):
    """What is written down for finding faults; never a key, never your code."""

    level: Literal["error", "warning", "info", "debug"] = setting(
        "info", "The least severe messages to write.", Choice(("error", "warning", "info", "debug"))
    )
    file: str = setting("", "File to append to; empty: standard error only.", FilePath())


@dataclass(frozen=True, repr=False, eq=False)
class Settings(Section):
    """All settings, ready to use."""

    enabled: bool = setting(True, "Switch everything on or off.", Switch(), "off")
    provider: str = setting(
        "auto",
        "Which endpoint answers: `zai`, `zai-coding`, `bigmodel`, `cometapi`, `openrouter`, "
        "`vllm`, `sglang`, `llamacpp`, `ollama`, `lmstudio`, `openai-compatible`, `embedded`, a "
        "row of `dialects`, or `auto`: the one whose key is found, else `embedded`.",
        Text(),
    )
    model: str = setting("", "Model to ask; empty: the provider's default, `glm-4.6`.", Text())
    base_url: str = setting("", "URL of the endpoint; empty: the provider's own.", Text())
    api_key: str = setting(
        "",
        "The key itself; better kept in the environment, the keyring or behind `api_key_command`. "
        "In the user file it counts only while nobody else can read that file.",
        Secret(),
    )
    api_key_command: tuple[str, ...] = setting(
        (), "Command that prints the key, run without a shell.", Command()
    )
    dialects: Mapping[str, Mapping[str, object]] = setting(
        {}, "Endpoints of your own, or changed facts about a known one.", Tables()
    )
    models: Mapping[str, Mapping[str, object]] = setting(
        {}, "Models of your own, or changed facts about a known one.", Tables()
    )

    trusted_folders: tuple[str, ...] = setting(
        (),
        "Folders whose own guides for contributors and `review.rules` a review follows, those "
        "below them included.",
        Words(),
    )

    completion: Completion = field(default_factory=Completion)
    next_edit: NextEdit = field(default_factory=NextEdit)
    actions: Actions = field(default_factory=Actions)
    context: Context = field(default_factory=Context)
    review: Review = field(default_factory=Review)
    network: Network = field(default_factory=Network)
    limits: Limits = field(default_factory=Limits)
    privacy: Privacy = field(default_factory=Privacy)
    embedded: Embedded = field(default_factory=Embedded)
    log: Log = field(default_factory=Log)


SECTIONS: Mapping[str, type] = {
    entry.name: cast(type, entry.default_factory)
    for entry in fields(Settings)
    if METADATA not in entry.metadata
}
"""Section name to its dataclass, in the order of the documentation."""


def _settings_of(owner: type, prefix: str = "") -> Iterator[tuple[str, Setting]]:
    for entry in fields(owner):
        if about := entry.metadata.get(METADATA):
            yield prefix + entry.name, about


SETTINGS: Mapping[str, Setting] = dict(_settings_of(Settings)) | {
    key: about for name, owner in SECTIONS.items() for key, about in _settings_of(owner, f"{name}.")
}
"""Dotted name to what is known of the setting."""


def variable_of(key: str) -> str:
    """Return the environment variable that sets a setting."""
    return "GLM_LS_" + key.upper().replace(".", "_")


def parse_setting(key: str, raw: object) -> object:
    """Return the typed value of what TOML or JSON says; raises SettingsError that names the key."""
    try:
        return SETTINGS[key].kind.parse(raw)
    except SettingsError as trouble:
        raise SettingsError(f"{key} {trouble}") from None


def read_setting(key: str, text: str) -> object:
    """Return the typed value of a variable's text; raises SettingsError that names the key."""
    try:
        return SETTINGS[key].kind.read(text)
    except SettingsError as trouble:
        raise SettingsError(f"{key} {trouble}") from None


def build_settings(values: Mapping[str, object]) -> Settings:
    """Return the Settings with these typed values; a dotted name that is absent has its default."""
    parts: dict[str, dict[str, Any]] = {name: {} for name in ("", *SECTIONS)}
    for key, value in values.items():
        section, _, name = key.rpartition(".")
        parts[section][name] = value
    top = parts.pop("")
    return Settings(**top, **{name: SECTIONS[name](**part) for name, part in parts.items()})
