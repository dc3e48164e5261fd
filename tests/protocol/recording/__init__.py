"""On PYTHONPATH, this folder makes each Python process write down what it reaches for."""
