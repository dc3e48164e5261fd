"""Entry point: `glm-ls` serves an editor, `glm-ls COMMAND` is the command line.

The server's path imports nothing of the command line and as little as it can of everything else:
the editor waits for it.
"""

from __future__ import annotations

import sys

SERVE = ((), ("serve",), ("--stdio",), ("serve", "--stdio"))


def main() -> None:
    """Run the server or a command, and end the process."""
    if tuple(sys.argv[1:]) in SERVE:
        import gc

        gc.disable()  # hundreds of classes are built at import; enabled again when started
        from glm_ls.lsp.server import main as serve

        serve()
    from glm_ls.cli.main import main as command_line

    sys.exit(command_line(sys.argv[1:]))


if __name__ == "__main__":
    main()
