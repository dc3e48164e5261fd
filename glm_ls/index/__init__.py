"""Source files in, facts out: what a project defines, imports and mentions, kept on disk."""
