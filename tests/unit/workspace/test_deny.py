"""Names that are never sent, each group with examples, and near misses that are."""

from __future__ import annotations

import pytest

from glm_ls.workspace.deny import GROUPS, denial

DENIED = {
    "environment file": ".env .env.local .envrc .ENV prod.env .env.d/x",
    "private key": (
        "server.pem tls.KEY a.p12 a.pfx a.jks my.keystore id_rsa id_rsa.pub id_ed25519_work"
        " .ssh/config .ssh/deep/x .gnupg/x a.ppk vault.kdbx"
    ),
    "certificate": "server.crt ca.cer a.der",
    "cloud credentials": (
        ".aws/credentials .aws/config credentials.json credentials-prod.json service-account.json"
        " service-account-ci.json .config/gcloud/x.db .azure/x"
    ),
    "cluster credentials": "kubeconfig kubeconfig.yaml .kube/config .docker/config.json",
    "infrastructure state": "terraform.tfstate x.tfstate.backup prod.tfvars prod.auto.tfvars",
    "login": ".netrc .pypirc .npmrc .git-credentials .htpasswd .git/config .cargo/credentials.toml",
    "secrets file": "secrets.yaml Secrets.toml .secrets/a .vault-token .vault_pass",
    "network access": "office.ovpn",
    "history file": ".bash_history",
    "key of glm-ls": ".glm-ls-key .glm-ls.key.txt glm-ls/keys glm-ls/config.toml",
}

ALLOWED = """
    main.py environment.py env.py dotenv.py keys.py monkey.py key api_key.go pem.py
    id_rsa/notes.md ssh/config aws/credentials kube/config credentials.py credentials.md
    service-account.md tfstate.go secrets/a.py my_secrets.py secret.py vault.py npmrc config
    .github/workflows/ci.yml .gitignore .env-tools/main.py history.py Makefile
"""


@pytest.mark.parametrize(
    ("reason", "name"),
    [(reason, name) for reason, names in DENIED.items() for name in names.split()],
)
@pytest.mark.parametrize("folder", ["/home/u/w/", "", "C:/w/"])
def test_denied_names(reason: str, name: str, folder: str) -> None:
    assert denial(folder + name) == f"denied: {reason}"


@pytest.mark.parametrize("name", ALLOWED.split())
def test_ordinary_names_pass(name: str) -> None:
    assert denial(f"/home/u/w/{name}") is None


def test_every_group_has_an_example() -> None:
    assert [group.reason for group in GROUPS] == list(DENIED)
