"""From the stream of a model to what may be shown: nothing but code that fits its place."""
