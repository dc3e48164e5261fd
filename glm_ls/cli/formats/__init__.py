"""A review to what people and tools read: one file per format."""
