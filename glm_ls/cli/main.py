"""Command-line arguments in, an exit code out: 0 fine, 1 something is wrong, 2 usage.

Only the chosen command's module is imported, so that `glm-ls --help` is instant. An error becomes
one line on standard error, or a document with `--json`; never a traceback, never a key.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple, Protocol, cast

from glm_ls import __version__
from glm_ls.cli.output import Report, Screen, UsageError, explained, one_line
from glm_ls.errors import GlmError
from glm_ls.log import logger, redact

FINE, WRONG, USAGE, INTERRUPTED = 0, 1, 2, 130
log = logger("cli")


class Command(Protocol):
    """What a command's module has."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own arguments."""
        ...

    def run(self, options: argparse.Namespace, screen: Screen) -> Report:
        """Do the work; raises GlmError with words for people."""
        ...


class Row(NamedTuple):
    """A command as the help lists it."""

    name: str
    summary: str
    module: str = ""
    """In this package; empty for `serve`, which the entry point itself starts."""


COMMANDS = (
    Row("serve", "speak LSP on standard input and output, as editors start it (the default)"),
    Row("demo", "play an editor: what would have been suggested in a file, and how fast", "demo"),
    Row("complete", "complete at one place of a file", "complete"),
    Row("review", "review what has changed in a git repository", "review"),
    Row("fix", "repair what is wrong at a place of a file", "fix"),
    Row("edit", "rewrite some lines of a file as an instruction says", "edit"),
    Row("context", "show what of the project a prompt would hold, and why", "context"),
    Row("index", "build the index of a project and say what it found", "index"),
    Row("doctor", "check this machine, the settings and the endpoint", "doctor"),
    Row("config", "show the settings that count and where each comes from", "config"),
    Row("models", "show models, their limits and prices, and the providers", "models"),
    Row("stats", "show how much of what was suggested was accepted and stayed", "stats"),
)


def main(argv: Sequence[str]) -> int:
    """Run the command line without the program's name and return the exit code."""
    module = _module_of(argv)
    try:
        options = _parser(argv, module).parse_args(argv)
    except SystemExit as done:  # argparse has printed the help or what is wrong
        return int(done.code or FINE)
    if module is None:
        sys.stderr.write("glm-ls: the server is started by `glm-ls serve` alone\n")
        return USAGE
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # consoles that cannot show every character
    return _run(module, options, Screen.on(sys.stdout, as_json=options.json))


def _module_of(argv: Sequence[str]) -> Command | None:
    names = {row.name: row.module for row in COMMANDS if row.module}
    name = names.get(argv[0]) if argv else None
    return cast(Command, import_module(f"glm_ls.cli.{name}")) if name else None


def _parser(argv: Sequence[str], module: Command | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="glm-ls",
        description="A language server that brings the GLM models into every LSP editor.",
        epilog="`glm-ls COMMAND --help` tells more of a command.",
    )
    parser.add_argument("--version", action="version", version=f"glm-ls {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for row in COMMANDS:
        about = row.summary[0].upper() + row.summary[1:] + "."
        command = commands.add_parser(row.name, help=row.summary, description=about)
        if module is not None and row.name == argv[0]:
            command.add_argument(
                "--json", action="store_true", help="print one JSON document and nothing else"
            )
            module.arguments(command)
    return parser


def _run(module: Command, options: argparse.Namespace, screen: Screen) -> int:
    try:
        report = module.run(options, screen)
        screen.document(report.document)
        return report.code
    except GlmError as error:
        _complain(screen, error.reason, explained(error))
        return USAGE if isinstance(error, UsageError) else WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader, such as `head`, has left; Python would complain of it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:
        log.debug("the command failed", exc_info=True)
        words = f"{type(error).__name__}: {one_line(redact(str(error)))}"
        _complain(screen, "internal", f"an error of glm-ls itself, please report it: {words}")
        return WRONG


def _complain(screen: Screen, reason: str, words: str) -> None:
    screen.document({"error": {"reason": reason, "message": words}})
    sys.stderr.write(f"glm-ls: {words}\n")
