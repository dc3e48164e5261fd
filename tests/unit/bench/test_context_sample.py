"""Where the context benchmark asks, and what it takes an identifier for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.context.gold import Gold, read_gold
from bench.context.grammar import GRAMMARS, role_of
from bench.context.measure import hidden, private_copy
from bench.context.position import Cursor
from bench.context.sample import choose_positions
from glm_ls.syntax.languages import language_of
from glm_ls.syntax.parser import encode, parse

STORE = '''class Store:
    """Keeps things."""

    def put_thing(self, key: str) -> None:
        self.keys = key


def open_store(path: str) -> Store:
    return Store()
'''
USER = (
    '''from store import open_store


def keep(wanted):
    """Keep what is wanted."""
    place = open_store("here")
    for each in wanted:
        place.put_thing(each)
    return place
'''
    + "\n" * 20
)  # files of a few lines are not asked about


@pytest.fixture
def gold(tmp_path: Path) -> Gold:
    (tmp_path / "store.py").write_text(STORE)
    (tmp_path / "user.py").write_text(USER)
    (tmp_path / "left").mkdir()
    (tmp_path / "left" / "out.py").write_text(STORE)
    return read_gold(tmp_path, "python", ["left"])


def test_what_is_hidden_is_a_statement_that_uses_another_file(gold: Gold) -> None:
    chosen = choose_positions(gold, 10)
    assert chosen["hard"]
    for position in (*chosen["hard"], *chosen["general"]):
        assert position.before + position.hidden + position.after == USER
        assert {target.name for target in position.targets} <= {"put_thing", "open_store"}
        assert all(target.name in position.hidden for target in position.targets)


def test_the_file_says_no_name_of_a_hard_position(gold: Gold) -> None:
    for position in choose_positions(gold, 10)["hard"]:
        assert [target.name for target in position.targets] == ["put_thing"]
        assert "put_thing" not in position.before + position.after


def test_a_seed_gives_the_same_positions(gold: Gold) -> None:
    again = Gold(gold.root, gold.family, dict(gold.sources))
    assert choose_positions(gold, 10) == choose_positions(again, 10)


def test_the_file_is_cut_while_it_is_asked_about(gold: Gold, tmp_path: Path) -> None:
    copy = private_copy(gold, tmp_path / "copy")
    packer = _Reader(copy.root)
    position = choose_positions(copy, 10)["hard"][0]
    with hidden(copy, position, packer):
        assert packer.pack(position.cursor(), 0) == position.before + position.after
    assert (copy.root / position.path).read_text() == USER
    assert packer.shown == {position.path: USER}


class _Reader:
    """Packs what is on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.shown: dict[str, str] = {}

    def pack(self, cursor: Cursor, budget: int) -> str:
        return (self.root / cursor.path).read_text()

    def show(self, path: str, text: str) -> None:
        self.shown[path] = text


ROLES = [
    ("a.py", "def f(aa, bb=1, *cc):\n    dd, ee = ff.gg(hh=ii)\n", "bound aa bb cc dd ee f; "
     "label hh; member gg; plain ff ii"),
    ("a.py", "for aa in bb:\n    with cc() as dd:\n        ee.ff = [gg for gg in hh]\n",
     "bound aa dd gg; member ff; plain bb cc ee gg hh"),
    ("a.ts", "const { aa, bb: cc } = dd.ee<FF>({ gg: hh, ii });", "bound aa cc; label bb gg; "
     "member ee; plain FF dd hh ii"),
    ("a.ts", "for (const aa of bb) { let cc = (dd: EE) => ff!.gg; }", "bound aa cc dd; member gg; "
     "plain EE bb ff"),
    ("a.go", "func aa(bb CC) {\n\tdd, ee := ff.GG(hh)\n\tii = JJ{KK: ll}\n}", "bound bb dd ee; "
     "member GG KK; plain CC JJ aa ff hh ii ll"),
    ("a.rs", "fn aa(bb: CC) { let Some((dd, ee)) = FF::gg(hh).ii else { jj!(kk.ll) }; }",
     "bound bb dd ee; member gg ii ll; plain CC FF Some aa hh jj kk"),
    ("A.java", "class AA { void bb(CC dd) { EE ff = gg.hh(this.ii); for (JJ kk : ll) mm(); } }",
     "bound dd ff kk; member hh ii mm; plain AA CC EE JJ bb gg ll"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "roles"), ROLES)
def test_what_an_identifier_does(path: str, text: str, roles: str) -> None:
    language = language_of("", path)
    grammar = GRAMMARS["typescript" if path.endswith("ts") else language.id]
    tree, data = parse(language, text), encode(text)
    assert tree is not None
    found: dict[str, set[str]] = {}
    waiting = [tree.root_node]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.children)
        if node.type in grammar.identifiers and not node.child_count:
            name = data[node.start_byte : node.end_byte].decode()
            found.setdefault(role_of(grammar, node), set()).add(name)
    said = {
        role: set(names.split()) for role, _, names in (r.partition(" ") for r in roles.split("; "))
    }
    assert found == said
