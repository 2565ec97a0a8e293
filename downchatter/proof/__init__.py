"""The proof: what `downchatter evaluate` measures, the file that keeps it, and the page made from that."""
