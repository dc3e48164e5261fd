"""C# files to outlines, their usings to files."""

from __future__ import annotations

from textwrap import dedent

import pytest

from glm_ls.index.facts import Import, Outline
from glm_ls.index.languages.csharp import ROW
from glm_ls.index.project import Project
from tests.unit.index.languages.cases import documented, glanced, hidden, names, outlined, shown

SOURCE = """\
using System;
using static Acme.Tools.Text;
using Alias = Acme.Data.Store<int>;
global using Acme.Core;

namespace Acme.Web;

/// <summary>
/// Serves <see cref="T:Acme.Page"/> to all.
/// </summary>
[Serializable]
public sealed partial class Server<T> : Base<T>, Core.IServer where T : class
{
    private readonly int _port = 1, _other;
    internal const string Name = "x";
    [Key] public string Host { get; private set; } = "";
    public int Count => 1;
    public int Total { get { return 1; } }
    public event EventHandler Started;

    public Server(int port) : base(port) { }
    ~Server() { }
    public override async Task<int> Run<U>(int x, [In] string y)
        where U : new()
    {
        return 1;
    }
    protected internal static int One() => 1;
    void IServer.Stop() {}
    int _hidden;
    public enum Mode { Fast = 1, Slow }
    public delegate void Done(int x);
    class Inner { public int Deep; }
}

public record Point(int X, string Y) : Shape(X);
internal struct Size { public int Width; }
public interface IServer { void Stop(); int Port { get; } }
"""


def test_what_a_file_defines() -> None:
    assert shown(outlined(ROW, SOURCE)) == [
        (
            *("class", "", "Server"),
            "sealed partial class Server<T> : Base<T>, Core.IServer where T : class",
        ),
        ("field", "Server", "_port", "readonly int _port = 1, _other"),
        ("field", "Server", "_other", "readonly int _port = 1, _other"),
        ("field", "Server", "Name", 'const string Name = "x"'),
        ("field", "Server", "Host", "string Host { get; private set; }"),
        ("field", "Server", "Count", "int Count"),
        ("field", "Server", "Total", "int Total"),
        ("field", "Server", "Started", "event EventHandler Started"),
        ("method", "Server", "Server", "Server(int port)"),
        (
            *("method", "Server", "Run"),
            "async Task<int> Run<U>(int x, [In] string y) where U : new()",
        ),
        ("method", "Server", "One", "static int One()"),
        ("method", "Server", "Stop", "void IServer.Stop()"),
        ("field", "Server", "_hidden", "int _hidden"),
        ("class", "Server", "Mode", "enum Mode"),
        ("const", "Mode", "Fast", "Fast = 1"),
        ("const", "Mode", "Slow", "Slow"),
        ("type", "Server", "Done", "delegate void Done(int x)"),
        ("class", "Server", "Inner", "class Inner"),
        ("field", "Inner", "Deep", "int Deep"),
        ("class", "", "Point", "record Point(int X, string Y) : Shape(X)"),
        ("field", "Point", "X", "int X"),
        ("field", "Point", "Y", "string Y"),
        ("class", "", "Size", "struct Size"),
        ("field", "Size", "Width", "int Width"),
        ("class", "", "IServer", "interface IServer"),
        ("method", "IServer", "Stop", "void Stop()"),
        ("field", "IServer", "Port", "int Port { get; }"),
    ]


def test_what_goes_with_it() -> None:
    outline = outlined(ROW, SOURCE)

    assert outline.package == "Acme.Web"
    assert [one.module for one in outline.imports] == [
        *("System", "Acme.Tools.Text", "Acme.Data.Store", "Acme.Core"),
    ]
    assert outline.bases == (("Server", "Base"), ("Server", "IServer"), ("Point", "Shape"))
    assert hidden(outline) == ["_port", "_other", "Stop", "_hidden", "Inner"]
    assert documented(outline) == {"Server": "Serves Acme.Page to all."}
    assert outline.symbols[0].start == 11


def test_namespaces_in_blocks_and_conditions() -> None:
    outline = outlined(
        ROW, "namespace A { using Q; namespace B {\n#if X\nclass C { }\n#endif\n} }\n"
    )

    assert (outline.package, outline.imports) == ("A", (Import("Q"),))
    assert names(outline) == ["C"]


def test_broken_code_keeps_the_definitions_around() -> None:
    outline = outlined(
        ROW,
        """\
        class Before { int A() { return 1; } }
        class Broken { void F() { G(H. } int C() { return 1; } }
        class After { int B() { return 2; } }
        """,
    )
    assert names(outline) == ["Before", "A", "Broken", "F", "C", "After", "B"]


PROJECT = Project(
    """src/Acme.Web/Server.cs src/Acme.Web/Page.cs src/Acme.Web/Pages/Home.cs src/Acme/Root.cs
    Models/User.cs Models/User.txt deep/down/Models/Other.cs src/Acme.Core/Text.cs
    Linq/Own.cs x/Tools.Text/T.cs""".split()
)


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("Acme.Web.Pages", ["src/Acme.Web/Pages/Home.cs"]),
        ("Acme.Web", ["src/Acme.Web/Page.cs", "src/Acme.Web/Server.cs"]),
        ("Acme.Core.Text", ["src/Acme.Core/Text.cs"]),
        ("MyApp.Models", ["Models/User.cs"]),
        ("Big.Company.Acme.Web.Pages", ["src/Acme.Web/Pages/Home.cs"]),
        ("System.Linq", []),
        ("Text", []),
        ("", []),
    ],
)
def test_usings(module: str, expected: list[str]) -> None:
    assert list(ROW.resolve(Import(module), "tests/T.cs", PROJECT)) == expected


def test_what_is_seen_without_using_it() -> None:
    found = ROW.implicit("src/Acme.Web/Pages/Home.cs", Outline(package="Acme.Web.Pages"), PROJECT)

    assert list(found) == ["src/Acme.Web/Page.cs", "src/Acme.Web/Server.cs", "src/Acme/Root.cs"]


def test_definitions_at_a_glance() -> None:
    text = dedent(
        """\
        public sealed class Foo : Bar
        {
            private static async Task<List<int>> Run<T>(int a)
            {
                return Other(a);
                await Go(1);
            }
            public record struct P(int X);
        }
        """
    )

    assert glanced(ROW, text) == ["Foo", "Run", "P"]
