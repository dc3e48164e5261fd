"""The command line: what an editor does, for people and for CI."""
