"""Reads posts and judges minutes. Nothing in here touches network or disk, except to load a shipped model."""
