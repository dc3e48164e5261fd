"""What a user gets, one file each: values of `text` in, Outcomes out; no JSON, no LSP."""
