"""Complete code from the user's own code: a copy model that needs no network and no weights."""
