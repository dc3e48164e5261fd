"""One module per source of context: each says which definitions or places help at a cursor."""
