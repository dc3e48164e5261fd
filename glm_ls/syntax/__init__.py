"""Syntax of code: languages, brackets and literals, tree-sitter windows, scopes.

Importing this package loads no parser: tree-sitter and each grammar come with the first parse.
"""
