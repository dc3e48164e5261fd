"""A model's review to findings that stand on the right line, and what becomes of them."""
