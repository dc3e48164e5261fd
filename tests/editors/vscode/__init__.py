"""The server in real editors, driven as a person would."""
