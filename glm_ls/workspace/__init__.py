"""What may be worked on and where it lies: open documents, roots, what is never sent, files."""
