"""Ruby files to outlines, what they require to files."""

from __future__ import annotations

import pytest

from glm_ls.index.facts import Import
from glm_ls.index.languages.ruby import ROW
from glm_ls.index.project import Project
from tests.unit.index.languages.cases import documented, glanced, hidden, names, outlined, shown

SOURCE = """\
# frozen_string_literal: true

require 'json'
require_relative "../a/b"
require File.expand_path('../../lib/x', __FILE__)
autoload :Loader, 'acme/loader'
autoload :FastLoader
require "acme/#{name}"

module Acme::Web
  ##
  # Serves pages.
  class Server < Core::Base
    include Comparable
    extend Core::Hooks, Other
    attr_accessor :host, :port
    has_many :pages
    LIMIT = 1
    Point = Struct.new(:x, :y) do
      def sum; end
    end
    Failed = Class.new(StandardError)
    delegate :size, :each, to: :pages
    scope :recent, -> { 1 }
    alias_method :len, :size
    alias total size
    def_delegator :@pages, :first, :top

    # Starts it.
    def initialize(host, port: 1) = 1
    def run(job,
            *rest)
      @jobs ||= 3
    end
    def self.make; end
    class << self
      def build(a); end
    end
    def later; end
    memoize def slow; end
    private :later

    private

    def secret; end
    attr_reader :key
    public
    def open?; end
    private def alone=(x); end
    private_class_method def self.none; end
    included do
      def mixed; end
    end
  end
end

def top(a) 1 end
if RUBY_VERSION > "2"
  Acme::NEW = 3
end
"""


def test_what_a_file_defines() -> None:
    accessors = "attr_accessor :host, :port"
    delegated = "delegate :size, :each, to: :pages"
    assert shown(outlined(ROW, SOURCE)) == [
        ("class", "", "Web", "module Acme::Web"),
        ("class", "Web", "Server", "class Server < Core::Base"),
        ("field", "Server", "host", accessors),
        ("field", "Server", "port", accessors),
        ("field", "Server", "pages", "has_many :pages"),
        ("const", "Server", "LIMIT", "LIMIT = 1"),
        ("class", "Server", "Point", "Point = Struct.new(:x, :y)"),
        ("field", "Point", "x", ":x"),
        ("field", "Point", "y", ":y"),
        ("method", "Point", "sum", "def sum"),
        ("class", "Server", "Failed", "Failed = Class.new(StandardError)"),
        ("method", "Server", "size", delegated),
        ("method", "Server", "each", delegated),
        ("method", "Server", "recent", "scope :recent, -> { 1 }"),
        ("method", "Server", "len", "alias_method :len, :size"),
        ("method", "Server", "total", "alias total size"),
        ("method", "Server", "top", "def_delegator :@pages, :first, :top"),
        ("method", "Server", "initialize", "def initialize(host, port: 1)"),
        ("method", "Server", "run", "def run(job, *rest)"),
        ("method", "Server", "make", "def self.make"),
        ("method", "Server", "build", "def build(a)"),
        ("method", "Server", "later", "def later"),
        ("method", "Server", "slow", "def slow"),
        ("method", "Server", "secret", "def secret"),
        ("field", "Server", "key", "attr_reader :key"),
        ("method", "Server", "open?", "def open?"),
        ("method", "Server", "alone=", "def alone=(x)"),
        ("method", "Server", "none", "def self.none"),
        ("method", "Server", "mixed", "def mixed"),
        ("function", "", "top", "def top(a)"),
        ("const", "", "NEW", "Acme::NEW = 3"),
    ]


def test_what_goes_with_it() -> None:
    outline = outlined(ROW, SOURCE)

    assert outline.imports == (
        Import("json"),
        Import("./../a/b"),
        Import("./../lib/x"),
        Import("acme/loader", ("Loader",)),
        Import("fast_loader", ("FastLoader",)),
    )
    assert outline.bases == (
        *(("Server", "Base"), ("Server", "Comparable"), ("Server", "Hooks")),
        *(("Server", "Other"), ("Failed", "StandardError")),
    )
    assert hidden(outline) == ["later", "secret", "key", "alone=", "none"]
    assert documented(outline) == {"Server": "Serves pages.", "initialize": "Starts it."}


def test_broken_code_keeps_the_definitions_around() -> None:
    outline = outlined(
        ROW,
        """\
        class Before
          def a; end
        end
        class Broken
          def b
            call(x, => ]
          end
          def c; end
        end
        def after; end
        """,
    )

    assert names(outline) == ["Before", "a", "Broken", "b", "c", "after"]


PROJECT = Project(
    """lib/acme.rb lib/acme/web/server.rb lib/acme/core/base.rb app/models/user.rb test/helper.rb
    lib/acme/bar_baz.rb vendor/deep/only.rb vendor/json.rb acme.gemspec lib/acme.txt
    engines/a/lib/acme/core/base.rb lib/json/ext.rb""".split()
)


@pytest.mark.parametrize(
    ("module", "file", "expected"),
    [
        ("acme/core/base", "lib/acme.rb", ["lib/acme/core/base.rb"]),
        ("acme/core/base", "engines/a/lib/x.rb", ["engines/a/lib/acme/core/base.rb"]),
        ("acme/core/base.rb", "lib/acme.rb", ["lib/acme/core/base.rb"]),
        ("acme", "test/helper.rb", ["lib/acme.rb"]),
        ("user", "lib/acme.rb", ["app/models/user.rb"]),
        ("helper", "test/a_test.rb", ["test/helper.rb"]),
        ("./core/base", "lib/acme/web.rb", ["lib/acme/core/base.rb"]),
        ("./../lib/acme", "test/helper.rb", ["lib/acme.rb"]),
        ("./core/none", "lib/acme/web.rb", []),
        ("deep/only", "lib/acme.rb", ["vendor/deep/only.rb"]),
        ("json", "lib/acme.rb", []),
        ("ext", "lib/acme.rb", []),
        ("", "lib/acme.rb", []),
    ],
)
def test_requires(module: str, file: str, expected: list[str]) -> None:
    assert list(ROW.resolve(Import(module), file, PROJECT)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class A < Core::Base\nend", ["lib/acme/core/base.rb"]),
        ("class A < BarBaz\nend\nclass B < BarBaz\nend", ["lib/acme/bar_baz.rb"]),
        ("class A < ActiveRecord::Base\nend", []),
        ("class A\nend\ndef b(x) x < Core end", []),
    ],
)
def test_superclasses_lie_where_their_names_say(text: str, expected: list[str]) -> None:
    assert list(ROW.implicit("lib/acme/web/a.rb", outlined(ROW, text), PROJECT)) == expected


def test_definitions_at_a_glance() -> None:
    text = "module A\n  class B::C < D\n    private def e?(x)\n    def self.f; end\n  default\n"

    assert glanced(ROW, text) == ["A", "C", "e?", "f"]
