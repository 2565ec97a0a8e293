"""Tells people and machines what changed: the mirror image of the collectors."""
