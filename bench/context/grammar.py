"""What statements are and what an identifier in one does, as tables over tree-sitter's node types.

Apart from the walks in `glm_ls.index.languages`, so that what is measured does not also choose
where it is measured. A role is written `parent type.field`, without a field `parent type.`.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

Role = Literal["bound", "label", "member", "plain"]
"""Names something new; names a key or a module; stands behind a receiver; any other use."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """One family of languages."""

    functions: frozenset[str]
    blocks: frozenset[str]
    """Nodes whose children are statements."""
    compound: frozenset[str]
    """Statements that hold others."""
    skipped: frozenset[str]
    """Children of blocks that are no statements to hide."""
    identifiers: frozenset[str]
    patterns: frozenset[str]
    """Nodes between a bound name and what binds it."""
    binds: frozenset[str]
    labels: frozenset[str]
    members: frozenset[str]
    common: frozenset[str]
    """Names of the language and its standard library that projects use for their own, too."""


def _set(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


_SAID_EVERYWHERE = """
    name names value values data type kind text path size count index items key keys result
    error message options config context args main init open close read write start stop
    next self this parse format print string number length write flush clear reset update
    copy filter"""

GRAMMARS: dict[str, Grammar] = {
    "python": Grammar(
        functions=_set("function_definition"),
        blocks=_set("block"),
        compound=_set("if_statement for_statement while_statement with_statement try_statement"),
        skipped=_set(
            "comment function_definition decorated_definition class_definition import_statement",
            "import_from_statement pass_statement global_statement nonlocal_statement",
        ),
        identifiers=_set("identifier"),
        patterns=_set(
            "pattern_list tuple_pattern list_splat_pattern dictionary_splat_pattern",
            "as_pattern_target typed_parameter",
        ),
        binds=_set(
            "parameters. lambda_parameters. default_parameter.name typed_default_parameter.name",
            "assignment.left for_statement.left for_in_clause.left named_expression.name",
            "as_pattern.alias function_definition.name class_definition.name",
        ),
        labels=_set("keyword_argument.name dotted_name. aliased_import.alias"),
        members=_set("attribute.attribute"),
        common=_set(_SAID_EVERYWHERE)
        | {name for owner in (builtins, str, bytes, list, dict, set) for name in dir(owner)},
    ),
    "typescript": Grammar(
        functions=_set(
            "function_declaration method_definition arrow_function function_expression",
            "generator_function_declaration",
        ),
        blocks=_set("statement_block"),
        compound=_set(
            "if_statement for_statement for_in_statement while_statement do_statement",
            "switch_statement try_statement",
        ),
        skipped=_set("comment function_declaration class_declaration empty_statement"),
        identifiers=_set(
            "identifier property_identifier type_identifier shorthand_property_identifier",
            "shorthand_property_identifier_pattern",
        ),
        patterns=_set(
            "object_pattern array_pattern rest_pattern pair_pattern object_assignment_pattern",
            "assignment_pattern",
        ),
        binds=_set(
            "required_parameter.pattern optional_parameter.pattern variable_declarator.name",
            "for_in_statement.left catch_clause.parameter function_declaration.name",
            "function_expression.name arrow_function.parameter",
        ),
        labels=_set(
            "pair.key pair_pattern.key method_definition.name property_signature.name",
            "import_specifier.name import_specifier.alias import_clause. namespace_import.",
        ),
        members=_set("member_expression.property nested_type_identifier.name"),
        common=_set(
            _SAID_EVERYWHERE,
            """constructor prototype push pop shift slice splice map reduce forEach find some every
            includes indexOf join split concat sort reverse entries assign freeze then catch finally
            resolve reject call apply bind has get set delete done toString trim replace test exec
            Array Object String Number Boolean Error Date RegExp Symbol Promise Function""",
        ),
    ),
    "go": Grammar(
        functions=_set("function_declaration method_declaration"),
        blocks=_set("statement_list"),
        compound=_set(
            "if_statement for_statement expression_switch_statement type_switch_statement",
            "select_statement",
        ),
        skipped=_set("comment empty_statement labeled_statement"),
        identifiers=_set("identifier type_identifier field_identifier"),
        patterns=_set("expression_list literal_element"),
        binds=_set(
            "parameter_declaration.name variadic_parameter_declaration.name range_clause.left",
            "short_var_declaration.left var_spec.name const_spec.name type_switch_statement.alias",
        ),
        labels=_set("labeled_statement.label"),
        members=_set("selector_expression.field qualified_type.name keyed_element.key"),
        common=_set(
            _SAID_EVERYWHERE,
            """Error String Read Write Close Open Get Set Add Delete Name Type Value Lock Unlock
            Wait Done Start Stop Printf Errorf Sprintf Join Split Contains Parse Format Now
            Load Store Next Bytes Size Context Clone Debug Info Warn byte bool append make panic""",
        ),
    ),
    "rust": Grammar(
        functions=_set("function_item"),
        blocks=_set("block"),
        compound=_set(
            "if_expression match_expression for_expression while_expression loop_expression",
        ),
        skipped=_set("line_comment block_comment function_item use_declaration empty_statement"),
        identifiers=_set(
            "identifier type_identifier field_identifier shorthand_field_identifier",
        ),
        patterns=_set(
            "tuple_pattern tuple_struct_pattern struct_pattern field_pattern captured_pattern",
            "ref_pattern mut_pattern reference_pattern slice_pattern or_pattern",
        ),
        binds=_set(
            "let_declaration.pattern let_condition.pattern parameter.pattern closure_parameters.",
            "for_expression.pattern match_pattern. type_parameter.name",
        ),
        labels=_set("use_list. use_as_clause.alias"),
        members=_set(
            "field_expression.field scoped_identifier.name scoped_type_identifier.name",
            "field_initializer.field field_pattern.name",
        ),
        common=_set(
            _SAID_EVERYWHERE,
            """from into clone default iter into_iter push insert remove contains extend unwrap
            expect map_err and_then ok_or unwrap_or as_ref as_mut as_str to_string to_owned collect
            find fold take skip enumerate flush join is_some is_none is_empty Some None Self Option
            Result Vec String Output Item Error Kind""",
        ),
    ),
    "java": Grammar(
        functions=_set("method_declaration constructor_declaration"),
        blocks=_set("block constructor_body"),
        compound=_set(
            "if_statement for_statement enhanced_for_statement while_statement do_statement",
            "switch_expression try_statement try_with_resources_statement synchronized_statement",
        ),
        skipped=_set(
            "line_comment block_comment class_declaration explicit_constructor_invocation"
        ),
        identifiers=_set("identifier type_identifier"),
        patterns=_set(""),
        binds=_set(
            "variable_declarator.name formal_parameter.name catch_formal_parameter.name",
            "enhanced_for_statement.name resource.name lambda_expression.parameters",
            "inferred_parameters. instanceof_expression.name",
        ),
        labels=_set("labeled_statement. scoped_identifier.name"),
        members=_set("method_invocation.name field_access.field switch_label."),
        common=_set(
            _SAID_EVERYWHERE,
            """equals hashCode toString compareTo getClass contains isEmpty containsKey iterator
            append substring startsWith endsWith valueOf stream forEach apply accept build getName
            getValue getKey String Object Integer Boolean List Map Exception Override""",
        ),
    ),
}


def role_of(grammar: Grammar, node: Node) -> Role:
    """Return what an identifier does where it stands."""
    role = _key(node)
    if role in grammar.labels:
        return "label"
    if role in grammar.members or _is_behind_path(node):
        return "member"
    while node.parent is not None and node.parent.type in grammar.patterns:
        if role.endswith(".type"):
            return "plain"
        node = node.parent
        role = _key(node)
        if role in grammar.members:
            return "member"
    return "bound" if role in grammar.binds else "plain"


def _is_behind_path(node: Node) -> bool:
    """Whether `.` or `::` stands before a word among the bare tokens of a macro."""
    inside = node.parent is not None and node.parent.type == "token_tree"
    before = node.prev_sibling if inside else None
    return before is not None and before.type in (".", "::")


def _key(node: Node) -> str:
    parent = node.parent
    if parent is None:
        return ""
    at = next(i for i, child in enumerate(parent.children) if child.id == node.id)
    return f"{parent.type}.{parent.field_name_for_child(at) or ''}"
