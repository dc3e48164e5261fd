"""What the model should know about the user's project: a Target goes in, a Bundle comes out."""
