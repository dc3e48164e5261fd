"""Measurements: each module runs by `python -m bench.<name>` and prints its figures."""
