"""Many records as one: however a corpus came about, it says the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glm_ls.index.corpus import Corpus, Entry, lists_of
from glm_ls.index.postings import Postings
from glm_ls.index.words import code_of

from .conftest import entry_of, signatures

TEXTS = (
    "class Reader(Base):\n    def read(self, path: Path) -> str:\n        return open_file(path)\n",
    "def open_file(path):\n    return Reader(path).read(path)\n\n\nlimit = 3\n",
    "class Größe:\n    def namen(self) -> 名前: ...\n",
    "",
    "import reader\n\n\nx = [reader.read]\n" * 4,
    "class Base: ...\nclass Reader(Base, Other):\n    size: int = 0\n    def read(self): ...\n",
)
PATHS = ("a.py", "b.py", "pkg/a.py", "pkg/test_c.py")
FILES = st.tuples(st.sampled_from(PATHS), st.sampled_from(TEXTS))


def entries(files: dict[str, str]) -> list[tuple[Entry, bytes]]:
    return [entry_of(path, text) for path, text in files.items()]


def view(corpus: Corpus) -> dict[str, object]:
    """Return everything a corpus says of each living file, whatever the numbers are."""
    return {path: _file(corpus, at) for path, at in corpus.at.items()}


def _file(corpus: Corpus, at: int) -> dict[str, object]:
    symbols, functions, buckets, bases, codes = (
        corpus.span(group, at) for group in ("symbols", "functions", "buckets", "bases", "codes")
    )
    words = corpus.columns["codes"][codes]

    def each(column: str, ends: str, span: slice) -> list[list[int]]:
        return [corpus.list_of(column, ends, one).tolist() for one in range(span.start, span.stop)]

    of_functions = corpus.columns["function_symbols"][functions] - symbols.start
    return {
        "codes": words.tolist(),
        "signatures": signatures(corpus)[corpus.entries[at].path],
        **{
            name: corpus.columns[name][symbols].tolist()
            for name in ("names", "owners", "kinds", "flags", "starts", "ends")
        },
        "mentions": each("mentions", "mention_ends", symbols),
        "parts": each("parts", "part_ends", symbols),
        "bases": [corpus.columns[name][bases].tolist() for name in ("base_types", "bases")],
        "functions": of_functions.tolist(),
        "bodies": [
            words[row].tolist() for row in each("function_words", "function_ends", functions)
        ],
        "buckets": [words[row].tolist() for row in each("bucket_words", "bucket_ends", buckets)],
        "is_test": bool(corpus.tests[at]),
        "folder": corpus.folder_names[corpus.folders[at]],
    }


def found(corpus: Corpus) -> dict[str, object]:
    """Return what the postings lead to in living files, as (path, number within the file)."""
    codes = np.unique(corpus.columns["codes"])
    of_base = np.repeat(np.arange(len(corpus.entries)), np.diff(corpus.starts["bases"]))

    def living(postings: Postings, group: str, file_of: np.ndarray) -> set[tuple[int, str, int]]:
        which, items = postings.of_each(codes)
        return {
            (int(codes[at]), corpus.entries[file].path, int(item - corpus.starts[group][file]))
            for at, item, file in zip(which, items, file_of[items], strict=True)
            if corpus.alive[file]
        }

    which, files = corpus.files_by_code.of_each(codes)
    of_symbol = corpus.file_of_symbol
    return {
        "files": {
            (int(codes[at]), corpus.entries[file].path)
            for at, file in zip(which, files, strict=True)
            if corpus.alive[file]
        },
        "names": living(corpus.symbols_by_name, "symbols", of_symbol),
        "owners": living(corpus.symbols_by_owner, "symbols", of_symbol),
        "bases": living(corpus.bases_by_type, "bases", of_base),
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(FILES, max_size=3).map(dict), min_size=1, max_size=4))
def test_appending_is_as_good_as_building_at_once(batches: list[dict[str, str]]) -> None:
    """In any order; a file that comes again replaces itself."""
    grown = Corpus.of(entries(batches[0]))
    for batch in batches[1:]:
        grown = grown.with_files(entries(batch))
    final = {path: text for batch in batches for path, text in batch.items()}
    built = Corpus.of(entries(final))
    assert view(grown) == view(built)
    assert found(grown) == found(built)
    assert grown.dead == sum(map(len, batches)) - len(final)
    assert sorted(grown.path_order.tolist()) == list(range(len(grown.entries)))


@settings(max_examples=15, deadline=None)
@given(st.sets(st.sampled_from(PATHS)))
def test_files_taken_away_are_dead(gone: set[str]) -> None:
    files = dict(zip(PATHS, TEXTS, strict=False))
    corpus = Corpus.of(entries(files)).without([*gone, "unknown.py"])
    left = {path: text for path, text in files.items() if path not in gone}
    assert view(corpus) == view(Corpus.of(entries(left)))
    assert corpus.dead == len(gone)


def test_a_corpus_that_has_grown_keeps_its_numbers() -> None:
    """What was chosen from one can be weighed in the other, until it is built afresh."""
    one = Corpus.of(entries({"a.py": TEXTS[0]}))
    more = one.with_files(entries({"b.py": TEXTS[1]}))
    less = more.without(["a.py"])
    assert one.lineage is more.lineage is less.lineage
    assert one.lineage is not Corpus.of(entries({"a.py": TEXTS[0]})).lineage
    assert [more.signature(n) for n in range(one.symbol_count)] == signatures(one)["a.py"]


def test_a_corpus_may_grow_in_two_ways() -> None:
    """The room behind its columns is taken by whichever comes first."""
    one = Corpus.of(entries({"a.py": TEXTS[0]})).with_files(entries({"b.py": TEXTS[1]}))
    seen = view(one)
    grown = [one.with_files(entries({path: TEXTS[5]})) for path in ("c.py", "d.py", "e.py")]
    for path, corpus in zip(("c.py", "d.py", "e.py"), grown, strict=True):
        more = corpus.with_files(entries({"f.py": TEXTS[2]}))
        built = {"a.py": TEXTS[0], "b.py": TEXTS[1], path: TEXTS[5], "f.py": TEXTS[2]}
        assert view(more) == view(Corpus.of(entries(built)))
    assert view(one) == seen


def test_nothing_is_a_corpus_too() -> None:
    empty = Corpus.of([])
    assert (empty.symbol_count, empty.dead, view(empty)) == (0, 0, {})
    assert len(empty.symbols_by_name.get(code_of("Reader"))) == 0
    assert view(empty.with_files(entries({"a.py": TEXTS[0]}))).keys() == {"a.py"}


@pytest.mark.parametrize("split", [0, 1, 3])
def test_how_common_a_name_is(split: int) -> None:
    """Users count files, namesakes definitions."""
    files = {"a.py": TEXTS[0], "b.py": TEXTS[1], "c.py": TEXTS[5]}
    items = list(files.items())
    corpus = Corpus.of(entries(dict(items[:split]))).with_files(entries(dict(items[split:])))
    at = corpus.symbols_by_name.get(code_of("Reader"))
    assert corpus.users[at].tolist() == [3, 3]
    assert corpus.namesakes[at].tolist() == [2, 2]
    assert {corpus.signature(int(one)) for one in at} == {
        "class Reader(Base):",
        "class Reader(Base, Other):",
    }


def test_lists_of_several_owners() -> None:
    corpus = Corpus.of(entries({"a.py": TEXTS[0], "b.py": TEXTS[1]}))
    which = np.array([corpus.symbol_count - 1, 0, 1])
    values, counts = lists_of(corpus, "mentions", "mention_ends", which)
    each = [corpus.list_of("mentions", "mention_ends", int(one)).tolist() for one in which]
    assert counts.tolist() == [len(one) for one in each]
    assert values.tolist() == [code for one in each for code in one]
    assert code_of("Path") in values
