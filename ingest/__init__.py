"""Reads public posts and writes them down."""
