"""TypeScript and JavaScript files to outlines, their imports to files."""

from __future__ import annotations

import pytest

from glm_ls.index.facts import Import
from glm_ls.index.languages.typescript import ROW
from glm_ls.index.project import Project
from tests.unit.index.languages.cases import glanced, hidden, names, outlined, shown

SOURCE = """\
import fallback, { a as b, type C, default as D } from "./x.js";
import * as everything from "./y";
import legacy = require("./z");
import "./side-effect";
export * from "./barrel";
export { one as two, default as Three } from "./three";

/** Serves users.
 *  More of it. */
@Injectable()
export class Users<T> extends Base<T> implements Reader, ns.Writer<T> {
  private static readonly limit: number = 1;
  @Input() title = "x";
  #hidden?: string;
  constructor(private readonly repo: Repo, public size = 1) { super(); }
  /** Finds one. */
  @Get("/:id")
  protected async find(
    id: string,
  ): Promise<User> { const local = 1; return local; }
  handler = (event: Event): void => {
  };
}
export default abstract class Shape { abstract area(): number; }
export interface Options extends Base, Other<X> { retries?: number; run(x: number): void }
export type Alias = Base & { a: string };
export type Props = {
  name: string;
  onClick(): void;
};
export enum Level { Low, High = "high" }
export const handle = async (c: Context): Promise<Response> => {
  return c.text("ok");
};
const add = (a: number, b: number) => a + b, limit: number = 3;
export const { first, second: renamed } = hooks;
export const api = { get(id: string) { }, post: async (b: Body) => { }, url: "x" } as const;
declare function ambient(a: number): string;
declare module "vue" { interface Vue { $x: X } }
namespace Inner.Deep { export function run(): void {} }
function* produce(): Iterator<number> {}
export { produce };
"""


def test_what_a_module_defines() -> None:
    assert shown(outlined(ROW, SOURCE)) == [
        ("class", "", "Users", "class Users<T> extends Base<T> implements Reader, ns.Writer<T>"),
        ("field", "Users", "limit", "static readonly limit: number = 1"),
        ("field", "Users", "title", 'title = "x"'),
        ("field", "Users", "#hidden", "#hidden?: string"),
        (
            "method",
            "Users",
            "constructor",
            "constructor(private readonly repo: Repo, public size = 1)",
        ),
        ("field", "Users", "repo", "readonly repo: Repo"),
        ("field", "Users", "size", "size = 1"),
        ("method", "Users", "find", "async find( id: string, ): Promise<User>"),
        ("method", "Users", "handler", "handler = (event: Event): void =>"),
        ("class", "", "Shape", "abstract class Shape"),
        ("method", "Shape", "area", "abstract area(): number"),
        ("class", "", "Options", "interface Options extends Base, Other<X>"),
        ("field", "Options", "retries", "retries?: number"),
        ("method", "Options", "run", "run(x: number): void"),
        ("type", "", "Alias", "type Alias = Base & { a: string }"),
        ("class", "", "Props", "type Props ="),
        ("field", "Props", "name", "name: string"),
        ("method", "Props", "onClick", "onClick(): void"),
        ("class", "", "Level", "enum Level"),
        ("const", "Level", "Low", "Low"),
        ("const", "Level", "High", 'High = "high"'),
        ("function", "", "handle", "const handle = async (c: Context): Promise<Response> =>"),
        ("function", "", "add", "const add = (a: number, b: number) => a + b"),
        ("const", "", "limit", "const limit: number = 3"),
        ("const", "", "first", "const { first, second: renamed } = hooks"),
        ("const", "", "renamed", "const { first, second: renamed } = hooks"),
        (
            "const",
            "",
            "api",
            'const api = { get(id: string) { }, post: async (b: Body) => { }, url: "x" } as const',
        ),
        ("method", "api", "get", "get(id: string)"),
        ("method", "api", "post", "post: async (b: Body) => { }"),
        ("function", "", "ambient", "function ambient(a: number): string"),
        ("class", "", "Vue", "interface Vue"),
        ("field", "Vue", "$x", "$x: X"),
        ("class", "", "Inner.Deep", "namespace Inner.Deep"),
        ("function", "Inner.Deep", "run", "function run(): void"),
        ("function", "", "produce", "function* produce(): Iterator<number>"),
    ]


def test_what_a_module_takes_and_hands_on() -> None:
    assert outlined(ROW, SOURCE).imports == (
        Import("./x.js", ("fallback", "a", "C", "D")),
        Import("./y"),
        Import("./z"),
        Import("./side-effect"),
        Import("./barrel", reexport=True),
        Import("./three", ("one", "Three"), reexport=True),
    )


def test_what_types_extend() -> None:
    assert outlined(ROW, SOURCE).bases == (
        ("Users", "Base"),
        ("Users", "Reader"),
        ("Users", "Writer"),
        ("Options", "Base"),
        ("Options", "Other"),
        ("Alias", "Base"),
    )


def test_lines_documentation_and_mentions() -> None:
    of = {symbol.name: symbol for symbol in outlined(ROW, SOURCE).symbols}

    assert (of["Users"].start, of["Users"].body, of["Users"].end) == (10, 10, 22)
    assert (of["find"].start, of["find"].body, of["find"].end) == (17, 19, 19)
    assert of["Users"].doc == "Serves users."
    assert of["find"].doc == "Finds one."
    assert of["find"].mentions == ("id", "Promise", "User")
    assert of["handle"].mentions == ("c", "Context", "Promise", "Response")


def test_what_other_files_cannot_use() -> None:
    assert set(hidden(outlined(ROW, SOURCE))) == {
        *("limit", "#hidden", "repo", "add", "ambient", "Inner.Deep")
    }
    assert hidden(outlined(ROW, "function script() {}")) == []


@pytest.mark.parametrize(
    ("text", "exported"),
    [
        ("const Page = () => 1;\nexport default memo(Page);", "Page"),
        ("class A {}\nexport { A as B };", "A"),
        ("class A {}\nexport default A;", "A"),
    ],
)
def test_what_is_exported_apart_from_its_definition_is_public(text: str, exported: str) -> None:
    assert [(one.name, one.private) for one in outlined(ROW, text).symbols] == [(exported, False)]


def test_an_import_that_is_exported_again_is_handed_on() -> None:
    text = 'import { A } from "./a";\nimport { B } from "./b";\nexport { A };'

    assert [found.reexport for found in outlined(ROW, text).imports] == [True, False]


@pytest.mark.parametrize("language_id", ["javascript", "javascriptreact"])
def test_what_a_script_of_commonjs_defines(language_id: str) -> None:
    source = """\
        const { join, dirname: dir } = require("./paths");
        var thing = require("./things").thing;
        class Queue extends Emitter {
          #size = 0;
          static shared;
          constructor(limit) { super(); this.limit = limit; this.limit = 2; }
          get length() { return this.limit; }
        }
        Queue.prototype.push = function (item) {};
        app.use = function use(fn) {};
        exports.start = async (port) => { await import("./late"); };
        exports.VERSION = "1";
        module.exports = { join, stop() {}, run: function (a) {} };
        module.exports.Task = class Task { go() {} };
        """
    found = outlined(ROW, source, language_id)

    assert shown(found) == [
        ("class", "", "Queue", "class Queue extends Emitter"),
        ("field", "Queue", "#size", "#size = 0"),
        ("field", "Queue", "shared", "static shared"),
        ("method", "Queue", "constructor", "constructor(limit)"),
        ("field", "Queue", "limit", "this.limit = limit"),
        ("method", "Queue", "length", "get length()"),
        ("method", "Queue", "push", "Queue.prototype.push = function (item) {}"),
        ("method", "app", "use", "app.use = function use(fn) {}"),
        (
            "function",
            "",
            "start",
            'exports.start = async (port) => { await import("./late"); }',
        ),
        ("const", "", "VERSION", 'exports.VERSION = "1"'),
        ("function", "", "stop", "stop()"),
        ("function", "", "run", "run: function (a) {}"),
        ("class", "", "Task", "module.exports.Task = class Task"),
        ("method", "Task", "go", "go()"),
    ]
    assert found.imports == (
        Import("./paths", ("join", "dirname")),
        Import("./things", ("thing",)),
        Import("./late"),
    )
    assert found.bases == (("Queue", "Emitter"),)


def test_calls_that_import_are_found_in_every_grammar() -> None:
    text = 'async function f() { const { a } = await import("./a"); return require("./b").c; }'

    for language_id in ROW.ids:
        assert outlined(ROW, text, language_id).imports == (
            Import("./a", ("a",)),
            Import("./b", ("c",)),
        )


def test_broken_code_keeps_the_definitions_around() -> None:
    text = "class A { m() {} }\nexport const = ;\nfunction f(x: {\n\nexport class B { n() {} }\n"

    assert {"A", "m", "B"} <= set(names(outlined(ROW, text)))


@pytest.mark.parametrize(
    "text", ["", "import", "export {", "class", "const {", "import x = ;", "enum"]
)
def test_fragments_are_no_error(text: str) -> None:
    assert outlined(ROW, text).symbols == ()


def test_definitions_in_text_that_is_not_parsed() -> None:
    assert glanced(ROW, SOURCE) == [
        *("Users", "Shape", "Options", "Alias", "Props", "Level", "handle", "add"),
        *("api", "ambient", "Inner", "produce"),
    ]


FILES = (
    "src/app.ts",
    "src/x.ts",
    "src/view.tsx",
    "src/lib/index.ts",
    "src/esm.mts",
    "src/plain.js",
    "src/types.d.ts",
    "packages/core/src/index.ts",
    "packages/core/src/util/text.ts",
    "packages/ui/main.ts",
    "web/src/components/Button.tsx",
    "web/src/app.ts",
)
TSCONFIG = """{
  // JSON with comments, "quoted" ones too
  "extends": "./tsconfig.base",
  "compilerOptions": { "paths": { "@lib/*": ["src/lib/*", "src/*"], "exact": ["src/x.ts"], }, },
}"""
MANIFESTS = {
    "tsconfig.json": TSCONFIG,
    "tsconfig.base.json": '{"compilerOptions": {"baseUrl": "."}} /* end */',
    "packages/core/package.json": """{
        "name": "@acme/core",
        "exports": {".": {"types": "./dist/index.d.ts"}, "./util/*": "./dist/esm/util/*.js"}
    }""",
    "packages/ui/package.json": '{"name": "ui", "main": "./dist/main.js"}',
    "web/package.json": '{"imports": {"#ui/*": "./src/components/*.tsx"}}',
    "broken/package.json": '{"name": ',
}


@pytest.mark.parametrize(
    ("module", "file", "expected"),
    [
        ("./x", "src/app.ts", "src/x.ts"),
        ("./x.js", "src/app.ts", "src/x.ts"),
        ("./view.js", "src/app.ts", "src/view.tsx"),
        ("./esm.mjs", "src/app.ts", "src/esm.mts"),
        ("./plain.js", "src/app.ts", "src/plain.js"),
        ("./types", "src/app.ts", "src/types.d.ts"),
        ("./lib", "src/app.ts", "src/lib/index.ts"),
        (".", "src/lib/index.ts", "src/lib/index.ts"),
        ("..", "src/lib/index.ts", None),
        ("../x?raw", "src/lib/index.ts", "src/x.ts"),
        ("../../../etc", "src/app.ts", None),
        ("@lib/index", "src/app.ts", "src/lib/index.ts"),
        ("@lib/x", "src/app.ts", "src/x.ts"),
        ("exact", "src/app.ts", "src/x.ts"),
        ("src/x", "web/src/app.ts", "src/x.ts"),
        ("@acme/core", "src/app.ts", "packages/core/src/index.ts"),
        ("@acme/core/util/text", "src/app.ts", "packages/core/src/util/text.ts"),
        ("ui", "src/app.ts", "packages/ui/main.ts"),
        ("#ui/Button", "web/src/app.ts", "web/src/components/Button.tsx"),
        ("@/components/Button", "web/src/app.ts", "web/src/components/Button.tsx"),
        ("~/lib", "src/app.ts", "src/lib/index.ts"),
        ("react", "src/app.ts", None),
        ("node:fs", "src/app.ts", None),
        ("", "src/app.ts", None),
        ("/", "src/app.ts", None),
    ],
)
def test_the_file_a_module_name_means(module: str, file: str, expected: str | None) -> None:
    project = Project(FILES, MANIFESTS)

    assert tuple(ROW.resolve(Import(module), file, project)) == ((expected,) if expected else ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"extends": "./tsconfig.json"}',
        '{"extends": 1, "compilerOptions": []}',
        '{"compilerOptions": {"baseUrl": 1, "paths": {"a": 1, "b/*": [1, "x"]}}}',
    ],
)
def test_malformed_configurations_are_left_out(text: str) -> None:
    project = Project(("a.ts", "b.ts"), {"tsconfig.json": text, "package.json": text})

    assert tuple(ROW.resolve(Import("c"), "a.ts", project)) == ()
    assert tuple(ROW.resolve(Import("./b"), "a.ts", project)) == ("b.ts",)
