"""How good the judging is, measured: pure functions that return plain tables."""
