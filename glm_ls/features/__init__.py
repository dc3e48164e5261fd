"""What a user gets, one file each: a Target in, an Answer out; no JSON, no LSP."""
