"""Tables of what people say when a service breaks, and when it does not: one file per kind of saying.

Each table maps a rule's name to its patterns in the notation of `nlp.lexicon.notation`.
"""
