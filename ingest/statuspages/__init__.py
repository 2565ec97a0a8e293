"""The documents in which status pages tell their incidents, each read into the same steps."""
