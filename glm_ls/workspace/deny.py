"""Names that give a file away as one that is never sent, whatever the ignore files say.

A pattern is matched without regard to case against the absolute path: `name` is the last part of
the path, `folder/` any folder on the way, `folder/name` the end of the path; `*` stays in a part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns that are denied for one reason."""

    reason: str
    patterns: str
    """Separated by spaces."""


GROUPS = (
    # Environment files hold the credentials of every service an application talks to.
    Group("environment file", ".env* *.env .env.d/"),
    # Private keys and the containers they travel in.
    Group(
        "private key",
        "*.pem *.key *.p12 *.pfx *.pkcs12 *.p8 *.ppk *.jks *.keystore *.keytab *.kdbx"
        " id_rsa* id_dsa* id_ecdsa* id_ed25519* .ssh/ .gnupg/",
    ),
    # Certificates name hosts and people, and bundles of them often carry the key as well.
    Group("certificate", "*.crt *.cer *.der *.csr"),
    # Access to cloud accounts.
    Group(
        "cloud credentials",
        ".aws/credentials .aws/config .azure/ .config/gcloud/ .boto .s3cfg .oci/config"
        " credentials*.json service-account*.json service_account*.json"
        " application_default_credentials.json",
    ),
    # Access to clusters and container registries.
    Group(
        "cluster credentials",
        "kubeconfig kubeconfig.* *.kubeconfig .kube/config .docker/config.json .dockercfg",
    ),
    # Terraform writes every secret of an infrastructure into its state, in the clear.
    Group("infrastructure state", "*.tfstate* *.tfvars *.tfvars.json .terraformrc terraform.rc"),
    # Logins that command-line tools keep in the home directory or next to a project.
    Group(
        "login",
        ".netrc _netrc .pypirc .npmrc .git-credentials .git/config .htpasswd .pgpass .my.cnf"
        " .cargo/credentials* .gem/credentials .config/gh/hosts.yml",
    ),
    # Files whose name says that they hold secrets.
    Group("secrets file", "secrets.* .secrets/ .vault* *.vault"),
    # Tunnels into private networks.
    Group("network access", "*.ovpn wg0.conf .wireguard/"),
    # What was typed into a shell, passwords included.
    Group("history file", ".bash_history .zsh_history .python_history .psql_history"),
    # The files glm-ls itself reads keys from: the user file may hold one too.
    Group("key of glm-ls", ".glm-ls*key* glm-ls/key* glm-ls/config.toml"),
)


def denial(path: str) -> str | None:
    """Return why a file is never sent, None when its name allows it; `path` has slashes."""
    path = "/" + path.lower()
    if not _any().search(path):  # Almost always; one question is a tenth of the price of all.
        return None
    return next((f"denied: {group.reason}" for group in GROUPS if _of(group).search(path)), None)


@cache
def _any() -> re.Pattern[str]:
    return _compiled(" ".join(group.patterns for group in GROUPS))


@cache
def _of(group: Group) -> re.Pattern[str]:
    return _compiled(group.patterns)


def _compiled(patterns: str) -> re.Pattern[str]:
    # The slash in front is what the search looks for before it tries any pattern.
    return re.compile(f"/(?:{'|'.join(map(_regex, patterns.split()))})")


def _regex(pattern: str) -> str:
    glob = re.escape(pattern).replace(r"\*", "[^/]*")
    return glob + ("" if pattern.endswith("/") else r"\Z")
