"""The Language Server Protocol at the edge: the only room that knows pygls and lsprotocol."""
