"""What the filters make of answers whose truth is known: holes in real files, filled again."""
