"""Whether edits land where a model meant them: right, refused or in the wrong place."""
