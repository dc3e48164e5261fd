"""PHP files to outlines, what they use to files."""

from __future__ import annotations

import pytest

from glm_ls.index.facts import Import, Outline
from glm_ls.index.languages.php import ROW
from glm_ls.index.project import Project
from tests.unit.index.languages.cases import documented, glanced, hidden, names, outlined, shown

SOURCE = r"""<?php
namespace Acme\Web;

use Acme\Core\Base;
use Acme\{Page, Data\Store as Shop};
use function Acme\Core\render;
use const Acme\Core\LIMIT;
require_once __DIR__ . '/boot.php';
include(dirname(__DIR__) . '/common/all.php');
require ABSPATH . 'inc/load.php';
require $name;

const DEPTH = 1;
define('WIDTH', 2);
define($x, 2);

/**
 * Serves pages.
 */
#[Entity]
abstract class Server extends Base implements Runs, \Countable {
    use Logs, \Acme\Util\Caches { log as debug; }
    const A = 1, B = 2;
    private const string KEY = 'x';
    private ?int $port = 1, $other;
    public static $all = [
        1,
    ];

    /** @var int */
    public function __construct(private readonly Page $page, protected int $size = 1, $plain = 2) {}
    abstract protected function run(int $a): ?string;
    final public static function make(string ...$names): static
    {
        return new \Acme\Core\Factory\Maker;
    }
}
interface Runs extends Goes, Stops { public function go(): void; }
trait Logs { private function log() {} }
enum Mode: string implements Runs { case Fast = 'f'; case Slow; const Z = 1; }
function render(int &...$a): int { return 1; }
if (!function_exists('late')) { function late() {} }
"""


def test_what_a_file_defines() -> None:
    promoted = "private readonly Page $page, protected int $size = 1, $plain = 2"
    assert shown(outlined(ROW, SOURCE)) == [
        ("const", "", "DEPTH", "const DEPTH = 1"),
        ("const", "", "WIDTH", "define('WIDTH', 2)"),
        (
            *("class", "", "Server"),
            r"abstract class Server extends Base implements Runs, \Countable",
        ),
        ("const", "Server", "A", "const A = 1, B = 2"),
        ("const", "Server", "B", "const A = 1, B = 2"),
        ("const", "Server", "KEY", "const string KEY = 'x'"),
        ("field", "Server", "port", "?int $port = 1, $other"),
        ("field", "Server", "other", "?int $port = 1, $other"),
        ("field", "Server", "all", "static $all = ["),
        ("method", "Server", "__construct", f"function __construct({promoted})"),
        ("field", "Server", "page", "readonly Page $page"),
        ("field", "Server", "size", "int $size = 1"),
        ("method", "Server", "run", "abstract function run(int $a): ?string"),
        ("method", "Server", "make", "static function make(string ...$names): static"),
        ("class", "", "Runs", "interface Runs extends Goes, Stops"),
        ("method", "Runs", "go", "function go(): void"),
        ("class", "", "Logs", "trait Logs"),
        ("method", "Logs", "log", "function log()"),
        ("class", "", "Mode", "enum Mode: string implements Runs"),
        ("const", "Mode", "Fast", "case Fast = 'f'"),
        ("const", "Mode", "Slow", "case Slow"),
        ("const", "Mode", "Z", "const Z = 1"),
        ("function", "", "render", "function render(int &...$a): int"),
        ("function", "", "late", "function late()"),
    ]


def test_what_goes_with_it() -> None:
    outline = outlined(ROW, SOURCE)

    assert outline.package == r"Acme\Web"
    assert outline.imports == (
        Import(r"Acme\Core\Base"),
        Import(r"Acme\Page"),
        Import(r"Acme\Data\Store"),
        Import(r"Acme\Core\render", ("render",)),
        Import(r"Acme\Core\LIMIT", ("LIMIT",)),
        Import("./boot.php"),
        Import("./../common/all.php"),
        Import("inc/load.php"),
        Import(r"Acme\Util\Caches"),
        Import(r"Acme\Core\Factory\Maker"),
    )
    assert outline.bases == (
        *(("Server", "Base"), ("Server", "Runs"), ("Server", "Countable"), ("Server", "Logs")),
        *(("Server", "Caches"), ("Runs", "Goes"), ("Runs", "Stops"), ("Mode", "Runs")),
    )
    assert hidden(outline) == ["KEY", "port", "other", "page", "log"]
    assert documented(outline) == {"Server": "Serves pages."}


def test_broken_code_keeps_the_definitions_around() -> None:
    outline = outlined(
        ROW,
        """\
        <?php
        class Before { function a() { return 1; } }
        class Broken { function b() { $this-> } function c() {} }
        function after() {}
        """,
    )

    assert names(outline) == ["Before", "a", "Broken", "b", "c", "after"]


PROJECT = Project(
    """src/Web/Server.php src/Core/Base.php src/functions.php tests/Web/ServerTest.php boot.php
    common/all.php lib/Old/Thing.php packages/mail/src/Send.php wild/Other/Kind.php inc/load.php
    src/Web/Page.php src/Web/page.html""".split(),
    {
        "composer.json": r"""{"autoload": {"psr-4": {"Acme\\": ["gone/", "src/"], "Bad\\": 3},
            "psr-0": {"Old": "lib"}, "files": ["src/functions.php", "none.php"]},
            "autoload-dev": {"psr-4": {"Acme\\Tests\\": "tests/"}}}""",
        "packages/mail/composer.json": r"""{"autoload": {"psr-4": {"Acme\\Mail\\": "src"}}}""",
        "packages/bad/composer.json": "[",
        "packages/odd/composer.json": '{"autoload": {"psr-4": []}, "autoload-dev": 1}',
    },
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Import(r"Acme\Web\Server"), ["src/Web/Server.php"]),
        (Import(r"Acme\Tests\Web\ServerTest"), ["tests/Web/ServerTest.php"]),
        (Import(r"Acme\Mail\Send"), ["packages/mail/src/Send.php"]),
        (Import(r"Old\Thing"), ["lib/Old/Thing.php"]),
        (Import(r"Acme\render", ("render",)), ["src/functions.php"]),
        (Import(r"Unlisted\Other\Kind"), ["wild/Other/Kind.php"]),
        (Import(r"Unlisted\Kind"), []),
        (Import(r"Closure"), []),
        (Import("./../boot.php"), ["boot.php"]),
        (Import("./boot.php"), []),
        (Import("common/all.php"), ["common/all.php"]),
        (Import("load.php"), ["inc/load.php"]),
        (Import(""), []),
    ],
)
def test_uses(wanted: Import, expected: list[str]) -> None:
    assert list(ROW.resolve(wanted, "src/a.php", PROJECT)) == expected


def test_a_folder_shares_its_namespace() -> None:
    assert list(ROW.implicit("src/Web/Server.php", Outline(), PROJECT)) == ["src/Web/Page.php"]


def test_definitions_at_a_glance() -> None:
    text = "final class A {\n  public static function &b($x)\n  const C = 1;\n  $f = fn() => 1;\n"

    assert glanced(ROW, text) == ["A", "b", "C"]
