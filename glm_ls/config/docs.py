"""The settings schema goes in; docs/settings.md and the editors' JSON Schema come out.

`python -m glm_ls.config.docs` in a checkout writes the page and the settings in the VS Code
extension's manifest; with `--check` it only compares and exits with 1 if one of them is stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from glm_ls.config.kinds import Number, Secret
from glm_ls.config.paths import USER_FILE, VARIABLES, WORKSPACE_FILE
from glm_ls.config.schema import SECTIONS, SETTINGS, variable_of
from glm_ls.config.setting import Narrowing, Setting

PAGE = Path("docs/settings.md")
MANIFEST = Path("editors/vscode/package.json")

_INTRODUCTION = f"""\
# Settings

<!-- Written by `python -m glm_ls.config.docs` from glm_ls/config/schema.py; edit that. -->

Nothing has to be set: with a key in the environment, or with none at all, glm-ls works as it is.

## Where settings come from

Each place overrules the ones above it.

| place | how it is written |
|---|---|
| defaults | the tables below |
| user file | `{USER_FILE}` in the user's configuration folder: `~/.config/glm-ls` on Linux, \
`~/Library/Application Support/glm-ls` on macOS, `%LOCALAPPDATA%\\glm-ls` on Windows |
| editor | `initializationOptions` and the answer to `workspace/configuration`, bare or under \
`glm-ls`; `max_tokens`, `maxTokens` and dotted keys such as `completion.max_tokens` all work |
| environment | `GLM_LS_` and the key in capitals: `{variable_of("base_url")}`, \
`{variable_of("completion.max_tokens")}`; lists with commas, switches as 1/true/yes/on or \
0/false/no/off; an empty variable counts as not set |

Last comes `{WORKSPACE_FILE}` in the root of a workspace. It belongs to the repository, so it may \
only narrow what you allow, as the last column of the tables says. It never sets an endpoint, a \
key, a proxy or a command.

A setting that cannot be used has no effect: one warning names it, the place it came from and \
what would do instead. Rows of `dialects` and `models` add up over the places.

```toml
# {USER_FILE}
provider = "zai"
api_key_command = ["pass", "show", "z.ai"]

[completion]
languages_off = ["markdown"]
```

The variables `{VARIABLES[0]}` and `{VARIABLES[1]}` move the folders of the user file and of \
what is kept.
"""

_MAY: Mapping[Narrowing, str] = {
    "no": "–",
    "off": "may switch off",
    "on": "may switch on",
    "manual": "may choose `manual`",
    "lower": "may lower",
    "add": "may add",
    "trusted": "may add in a trusted folder",
}


_CONFIGURATION = '    "configuration": [\n'
_CONFIGURATION_END = "\n    ]"
"""The lines of the manifest around the groups of settings."""


def settings_markdown() -> str:
    """Return docs/settings.md."""
    parts = [_INTRODUCTION, _section("General", "What everything else hangs on.", "")]
    parts += [_section(name, _summary(owner), f"{name}.") for name, owner in SECTIONS.items()]
    return "\n".join(parts)


def json_schema() -> dict[str, object]:
    """Return a JSON Schema (draft-07) of the settings an editor may keep, by dotted key.

    Secrets are left out: editors keep settings in plain files and synchronize them. `scope` is
    for VS Code: a folder's own settings come with a repository, so they reach only switches.
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "glm-ls",
        "type": "object",
        "properties": {
            f"glm-ls.{key}": _property(about)
            for key, about in SETTINGS.items()
            if not isinstance(about.kind, Secret)
        },
    }


def manifest_with_settings(manifest: str) -> str:
    """Return the VS Code manifest with our settings, a group for each section.

    The first group is the extension's own and stays as it is; it and all else keep their layout.
    """
    properties = cast(Mapping[str, object], json_schema()["properties"])
    groups = []
    for section in ("", *SECTIONS):
        keys = [f"glm-ls.{key}" for key in SETTINGS if key.rpartition(".")[0] == section]
        chosen = {key: properties[key] for key in keys if key in properties}
        groups.append({"title": section.capitalize() or "General", "properties": chosen})
    own = json.loads(manifest)["contributes"]["configuration"][0]
    head, mark, rest = manifest.partition(_CONFIGURATION)
    _, end, tail = rest.partition(_CONFIGURATION_END)
    lines = ",\n".join(f"      {json.dumps(group, ensure_ascii=False)}" for group in (own, *groups))
    return f"{head}{mark}{lines}{end}{tail}"


def main(arguments: list[str]) -> int:
    """Write or check the generated files under the current folder; return the exit code."""
    files = {PAGE: settings_markdown()}
    if MANIFEST.is_file():
        files[MANIFEST] = manifest_with_settings(MANIFEST.read_text("utf-8"))
    if "--check" not in arguments:
        for path, text in files.items():
            path.write_text(text, "utf-8", newline="\n")
        return 0
    stale = [
        path
        for path, text in files.items()
        if not path.is_file() or path.read_text("utf-8") != text
    ]
    for path in stale:
        sys.stderr.write(f"{path} is stale: run python -m glm_ls.config.docs\n")
    return 1 if stale else 0


def _section(title: str, summary: str, prefix: str) -> str:
    head = [f"## {title}", "", summary, ""]
    head += ["| setting | type | default | meaning | workspace file |", "|---|---|---|---|---|"]
    keys = [key for key in SETTINGS if key.rpartition(".")[0] == prefix.rstrip(".")]
    return "\n".join([*head, *(_row(key, SETTINGS[key]) for key in keys), ""])


def _summary(owner: type) -> str:
    return (owner.__doc__ or "").strip()


def _row(key: str, about: Setting) -> str:
    default = f"`{json.dumps(about.default)}`"
    meaning = f"{about.sentence} ({about.special})" if about.special else about.sentence
    return f"| `{key}` | {_type(about)} | {default} | {meaning} | {_MAY[about.workspace]} |"


def _type(about: Setting) -> str:
    kind = about.kind
    if isinstance(kind, Number):
        return f"{kind.name}, {kind.allowed} {kind.unit}"
    return f"{kind.name}: {kind.allowed}" if kind.allowed else kind.name


def _property(about: Setting) -> dict[str, object]:
    unit = f" In {about.kind.unit}." if isinstance(about.kind, Number) else ""
    special = f" {about.special}." if about.special else ""
    switches = about.workspace in ("off", "manual")
    return {
        **about.kind.schema(),
        "default": json.loads(json.dumps(about.default)),
        "markdownDescription": about.sentence + unit + special,
        "scope": "window" if switches else "machine",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
