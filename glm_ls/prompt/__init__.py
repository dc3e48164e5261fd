"""A Bundle goes in, a Prompt comes out: stable text first, the cursor last, same input same bytes."""
