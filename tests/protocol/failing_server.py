"""The real server with an installation that is damaged: a module it loads later is missing."""

from __future__ import annotations

from glm_ls.lsp import server, session

session.LOADED_LATER = ("features.missing",)

if __name__ == "__main__":
    server.main()
