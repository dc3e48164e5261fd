"""Which files programs wrote, by their names."""

from __future__ import annotations

import pytest

from glm_ls.workspace.generated import is_generated


@pytest.mark.parametrize(
    "path",
    [
        "yarn.lock", "web/package-lock.json", "pnpm-lock.yaml", "Cargo.lock", "go.sum",
        "Package.resolved", "dist/app.min.js", "dist/app.js.map", "api/user_pb2.py",
        "api/user.pb.go", "Forms/Main.Designer.cs", "src/__snapshots__/a.test.ts",
        "vendor/github.com/x/y.go", "web/node_modules/left/pad.js",
    ],
)  # fmt: skip
def test_generated(path: str) -> None:
    assert is_generated(path)


@pytest.mark.parametrize(
    "path",
    [
        "src/lock.py", "lock.json", "package.json", "go.mod", "src/vendor.py", "admin.js",
        "map.js", "pb2.py", "snap.rs", "src/generated.py", "vendors/a.go", "Cargo.toml",
    ],
)  # fmt: skip
def test_written_by_hand(path: str) -> None:
    assert not is_generated(path)
