"""What is known of each language, as a table: LSP language id or file name to `Language`.

A row tells how comments and strings are written, what makes a block and which grammar parses
the language. Rows without a grammar still serve everything that works on text alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

Style = Literal["brace", "indent", "word", "markup", "prose"]
"""What shows where a block ends: braces, indentation, words like `end`, tags; prose has none."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One way to write a string."""

    open: str
    close: str
    multiline: bool = False
    escapes: bool = True
    """Whether a backslash takes the next character's meaning."""


@dataclass(frozen=True, slots=True)
class Language:
    """How a language is written."""

    id: str
    """LSP language id; "" for the neutral row."""
    suffixes: tuple[str, ...] = ()
    """Endings of file names, with the dot, or whole file names, in lower case."""
    grammar: tuple[str, str] | None = None
    """Module and function that give the tree-sitter grammar."""
    line_comment: str = ""
    """Empty where the language has block comments only."""
    block_comment: tuple[str, str] | None = None
    style: Style = "brace"
    quotes: tuple[Quote, ...] = ()
    """Longest opening first."""
    char_literals: bool = False
    """Whether '…' holds a single character, so that a lone ' opens nothing."""
    regex_literals: bool = False
    preprocessor: bool = False
    """Whether lines that start with # are directives, which may stand at the margin anywhere."""
    brackets: str = "()[]{}"
    """Pairs that nest; left out where the language also uses them alone."""
    end_words: tuple[str, ...] = ()
    """What closes a block at the beginning of a line, where braces do not."""
    aliases: tuple[str, ...] = ()
    """Other language ids that clients send for it."""

    def ends_with_word(self, line: str) -> bool:
        """Whether a line begins with a word that closes a block."""
        text = line.lstrip()
        word = next((word for word in self.end_words if text.startswith(word)), None)
        return word is not None and not (word.isalpha() and text[len(word) :][:1].isalnum())

    def is_directive(self, line: str) -> bool:
        """Whether a line is for the preprocessor."""
        return self.preprocessor and line.lstrip().startswith("#")

    @property
    def comment_mark(self) -> str:
        """How a comment begins; `#` where the language has none."""
        return self.line_comment or (self.block_comment or ("#",))[0]

    def is_comment(self, line: str) -> bool:
        """Whether a line holds nothing but a line comment."""
        return bool(self.line_comment) and line.lstrip().startswith(self.line_comment)


DOUBLE = Quote('"', '"')
SINGLE = Quote("'", "'")
BACKTICK = Quote("`", "`", multiline=True)
RAW_BACKTICK = Quote("`", "`", multiline=True, escapes=False)
TRIPLE_DOUBLE = Quote('"""', '"""', multiline=True)
TRIPLE_SINGLE = Quote("'''", "'''", multiline=True)
LONG_DOUBLE = Quote('"', '"', multiline=True)
LONG_SINGLE = Quote("'", "'", multiline=True)
RAW_SINGLE = Quote("'", "'", multiline=True, escapes=False)
SQL_SINGLE = Quote("'", "'", escapes=False)
RUST_RAW = Quote('r#"', '"#', multiline=True, escapes=False)
VERBATIM = Quote('@"', '"', multiline=True, escapes=False)

C_BLOCK = ("/*", "*/")
MARKUP_BLOCK = ("<!--", "-->")

_C_LIKE = Language(
    "",
    line_comment="//",
    block_comment=C_BLOCK,
    quotes=(DOUBLE,),
    char_literals=True,
)
_SCRIPT = replace(
    _C_LIKE, quotes=(DOUBLE, SINGLE, BACKTICK), char_literals=False, regex_literals=True
)
_HASH = Language("", line_comment="#", quotes=(DOUBLE, SINGLE))
_MARKUP = Language("", block_comment=MARKUP_BLOCK, style="markup", brackets="", end_words=("</",))
_PROSE = Language("", style="prose", brackets="")

NEUTRAL = Language("", quotes=(DOUBLE,))
"""For ids and files that no row knows."""

LANGUAGES: tuple[Language, ...] = (
    replace(
        _HASH,
        id="python",
        suffixes=(".py", ".pyi", ".pyw"),
        grammar=("tree_sitter_python", "language"),
        style="indent",
        quotes=(TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE),
    ),
    replace(
        _SCRIPT,
        id="javascript",
        suffixes=(".js", ".mjs", ".cjs"),
        grammar=("tree_sitter_javascript", "language"),
    ),
    replace(
        _SCRIPT,
        id="javascriptreact",
        suffixes=(".jsx",),
        grammar=("tree_sitter_javascript", "language"),
    ),
    replace(
        _SCRIPT,
        id="typescript",
        suffixes=(".ts", ".mts", ".cts"),
        grammar=("tree_sitter_typescript", "language_typescript"),
    ),
    replace(
        _SCRIPT,
        id="typescriptreact",
        suffixes=(".tsx",),
        grammar=("tree_sitter_typescript", "language_tsx"),
    ),
    replace(
        _C_LIKE,
        id="go",
        suffixes=(".go",),
        grammar=("tree_sitter_go", "language"),
        quotes=(DOUBLE, RAW_BACKTICK),
    ),
    replace(
        _C_LIKE,
        id="rust",
        suffixes=(".rs",),
        grammar=("tree_sitter_rust", "language"),
        quotes=(RUST_RAW, LONG_DOUBLE),
    ),
    replace(
        _C_LIKE,
        id="java",
        suffixes=(".java",),
        grammar=("tree_sitter_java", "language"),
        quotes=(TRIPLE_DOUBLE, DOUBLE),
    ),
    replace(
        _C_LIKE,
        id="c",
        suffixes=(".c", ".h"),
        grammar=("tree_sitter_c", "language"),
        preprocessor=True,
    ),
    replace(
        _C_LIKE,
        id="cpp",
        suffixes=(".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx"),
        grammar=("tree_sitter_cpp", "language"),
        preprocessor=True,
        aliases=("cuda-cpp",),
    ),
    replace(
        _C_LIKE,
        id="csharp",
        suffixes=(".cs",),
        grammar=("tree_sitter_c_sharp", "language"),
        preprocessor=True,
        quotes=(TRIPLE_DOUBLE, VERBATIM, DOUBLE),
    ),
    replace(
        _HASH,
        id="ruby",
        suffixes=(".rb", ".rake", ".gemspec", "gemfile", "rakefile"),
        grammar=("tree_sitter_ruby", "language"),
        style="word",
        quotes=(LONG_DOUBLE, LONG_SINGLE),
        end_words=("end",),
    ),
    replace(
        _C_LIKE,
        id="php",
        suffixes=(".php",),
        grammar=("tree_sitter_php", "language_php"),
        quotes=(LONG_DOUBLE, LONG_SINGLE),
        char_literals=False,
    ),
    replace(
        _HASH,
        id="shellscript",
        suffixes=(".sh", ".bash", ".zsh", ".ksh", ".bashrc", ".zshrc"),
        grammar=("tree_sitter_bash", "language"),
        style="word",
        quotes=(LONG_DOUBLE, RAW_SINGLE),
        # A `case` branch ends its pattern with a lone parenthesis.
        brackets="{}[]",
        end_words=("fi", "done", "esac"),
        aliases=("bash", "sh", "zsh", "shell"),
    ),
    Language(
        "lua",
        (".lua",),
        line_comment="--",
        block_comment=("--[[", "]]"),
        style="word",
        quotes=(DOUBLE, SINGLE, Quote("[[", "]]", multiline=True, escapes=False)),
        end_words=("end", "until"),
    ),
    replace(_C_LIKE, id="kotlin", suffixes=(".kt", ".kts"), quotes=(TRIPLE_DOUBLE, DOUBLE)),
    replace(_C_LIKE, id="swift", suffixes=(".swift",), quotes=(TRIPLE_DOUBLE, DOUBLE)),
    replace(_C_LIKE, id="scala", suffixes=(".scala", ".sc"), quotes=(TRIPLE_DOUBLE, DOUBLE)),
    replace(
        _C_LIKE,
        id="dart",
        suffixes=(".dart",),
        quotes=(TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE),
        char_literals=False,
    ),
    replace(
        _C_LIKE,
        id="groovy",
        suffixes=(".groovy", ".gradle", "jenkinsfile"),
        quotes=(TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE),
        char_literals=False,
    ),
    replace(
        _C_LIKE,
        id="objective-c",
        suffixes=(".m",),
        preprocessor=True,
        aliases=("objective-cpp",),
    ),
    Language(
        "zig",
        (".zig",),
        line_comment="//",
        quotes=(DOUBLE,),
        char_literals=True,
    ),
    replace(_C_LIKE, id="proto3", suffixes=(".proto",), aliases=("proto", "protobuf")),
    replace(_C_LIKE, id="jsonc", suffixes=(".jsonc", ".json5")),
    Language("json", (".json",), quotes=(DOUBLE,)),
    replace(_HASH, id="yaml", suffixes=(".yaml", ".yml"), style="indent", brackets="{}[]"),
    replace(
        _HASH,
        id="toml",
        suffixes=(".toml",),
        quotes=(TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE),
    ),
    replace(_HASH, id="dockerfile", suffixes=("dockerfile", ".dockerfile", "containerfile")),
    replace(_HASH, id="makefile", suffixes=("makefile", ".mk"), style="indent", quotes=()),
    replace(_HASH, id="cmake", suffixes=("cmakelists.txt", ".cmake"), quotes=(DOUBLE,)),
    replace(_HASH, id="terraform", suffixes=(".tf", ".tfvars", ".hcl"), aliases=("hcl",)),
    replace(_HASH, id="nix", suffixes=(".nix",), quotes=(DOUBLE,)),
    replace(_HASH, id="graphql", suffixes=(".graphql", ".gql")),
    replace(
        _HASH,
        id="elixir",
        suffixes=(".ex", ".exs"),
        style="word",
        quotes=(TRIPLE_DOUBLE, DOUBLE, SINGLE),
        end_words=("end",),
    ),
    replace(
        _HASH,
        id="julia",
        suffixes=(".jl",),
        style="word",
        quotes=(TRIPLE_DOUBLE, DOUBLE),
        char_literals=True,
        end_words=("end",),
    ),
    replace(_HASH, id="r", suffixes=(".r",)),
    replace(_HASH, id="perl", suffixes=(".pl", ".pm")),
    Language(
        "powershell",
        (".ps1", ".psm1"),
        line_comment="#",
        block_comment=("<#", "#>"),
        quotes=(DOUBLE, SINGLE),
    ),
    Language(
        "haskell",
        (".hs",),
        line_comment="--",
        block_comment=("{-", "-}"),
        style="indent",
        quotes=(DOUBLE,),
        char_literals=True,
    ),
    Language(
        "elm",
        (".elm",),
        line_comment="--",
        block_comment=("{-", "-}"),
        style="indent",
        quotes=(TRIPLE_DOUBLE, DOUBLE),
        char_literals=True,
    ),
    Language(
        "ocaml",
        (".ml", ".mli"),
        block_comment=("(*", "*)"),
        style="indent",
        quotes=(DOUBLE,),
        char_literals=True,
    ),
    Language(
        "fsharp",
        (".fs", ".fsx"),
        line_comment="//",
        block_comment=("(*", "*)"),
        style="indent",
        quotes=(TRIPLE_DOUBLE, DOUBLE),
        char_literals=True,
    ),
    Language("erlang", (".erl", ".hrl"), line_comment="%", quotes=(DOUBLE, SINGLE)),
    Language("clojure", (".clj", ".cljs", ".edn"), line_comment=";", quotes=(LONG_DOUBLE,)),
    Language(
        "lisp",
        (".lisp", ".el", ".scm"),
        line_comment=";",
        quotes=(LONG_DOUBLE,),
        aliases=("emacs-lisp", "scheme"),
    ),
    Language(
        "sql",
        (".sql",),
        line_comment="--",
        block_comment=C_BLOCK,
        quotes=(SQL_SINGLE, DOUBLE),
        aliases=("mysql", "pgsql"),
    ),
    Language("css", (".css",), block_comment=C_BLOCK, quotes=(DOUBLE, SINGLE)),
    Language(
        "scss",
        (".scss", ".less"),
        line_comment="//",
        block_comment=C_BLOCK,
        quotes=(DOUBLE, SINGLE),
        aliases=("less",),
    ),
    replace(_MARKUP, id="html", suffixes=(".html", ".htm")),
    replace(_MARKUP, id="xml", suffixes=(".xml", ".svg", ".xsd")),
    replace(_MARKUP, id="vue", suffixes=(".vue",)),
    replace(_MARKUP, id="svelte", suffixes=(".svelte",)),
    replace(_PROSE, id="markdown", suffixes=(".md", ".markdown", ".mdx"), aliases=("mdx",)),
    replace(_PROSE, id="restructuredtext", suffixes=(".rst",)),
    replace(_PROSE, id="latex", suffixes=(".tex",), line_comment="%", aliases=("tex",)),
    replace(_PROSE, id="plaintext", suffixes=(".txt",), aliases=("text",)),
    replace(_PROSE, id="git-commit", suffixes=("commit_editmsg",), aliases=("gitcommit",)),
)

_BY_ID = {name: row for row in LANGUAGES for name in (row.id, *row.aliases)}
_BY_SUFFIX = {suffix: row for row in LANGUAGES for suffix in row.suffixes}


_DATA = frozenset("json jsonc yaml toml xml html css scss plaintext git-commit graphql".split())
"""Languages whose files say little of how code is written."""


def is_indexed(language: Language) -> bool:
    """Whether files of a language are of use to others as context."""
    return bool(language.id) and language.id not in _DATA


def indexed_suffixes() -> tuple[str, ...]:
    """Return the endings of all names of such files, sorted."""
    return tuple(sorted({s for row in LANGUAGES if is_indexed(row) for s in row.suffixes}))


def language_of(language_id: str, path: str = "") -> Language:
    """Return the row of a language id, else that of a file name, else `NEUTRAL`."""
    known = _BY_ID.get(language_id.lower())
    if known is not None and known.id != "plaintext":
        return known
    name = PurePosixPath(path.replace("\\", "/").lower())
    return _BY_SUFFIX.get(name.name) or _BY_SUFFIX.get(name.suffix) or known or NEUTRAL
