"""A Bundle goes in, a Prompt comes out: stable text first, cursor last; same input, same bytes."""
