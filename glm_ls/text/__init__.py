"""Text as values: documents at a version, positions in three encodings, edits, tokens, secrets."""
