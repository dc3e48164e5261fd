"""From a model's reply to edits that land where they were meant, or to the rule that refused."""
