"""How well and how fast posts are read: what `downchatter evaluate posts`, `bench text` and `explain` call."""
