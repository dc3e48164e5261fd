"""A path in, whether a program wrote the file out: nobody mends such a file by hand.

By name alone, because a diff seldom shows the head of a file, where generators leave their mark.
The names are those by which GitHub's linguist knows generated files.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

FOLDERS = frozenset({"node_modules", "vendor", "__snapshots__"})
"""In lower case, as the names are."""
NAMES = (
    # What package managers resolved.
    "*.lock", "*.lock.json", "*-lock.json", "*-lock.yaml", "*.lockb", "go.sum", "go.work.sum",
    "npm-shrinkwrap.json", "gradle.lockfile", "package.resolved", ".terraform.lock.hcl",
    # What bundlers and minifiers made.
    "*.min.js", "*.min.mjs", "*.min.css", "*.js.map", "*.mjs.map", "*.css.map", "*.d.ts.map",
    # What compilers of interfaces made.
    "*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py", "*.pb.go", "*.pb.gw.go", "*.pb.cc",
    "*.pb.h", "*_pb.js", "*_pb.d.ts", "*_pb.ts", "*.g.dart", "*.freezed.dart", "*.g.cs",
    "*.designer.cs", "*.generated.cs", "*.generated.ts", "*.gen.go", "zz_generated.*.go",
    # What tests recorded.
    "*.snap",
)  # fmt: skip


def is_generated(path: str) -> bool:
    """Whether the name of a file, or a folder of it, is one that programs give (slashes: `/`)."""
    *folders, name = path.lower().split("/")
    return not FOLDERS.isdisjoint(folders) or any(fnmatchcase(name, each) for each in NAMES)
