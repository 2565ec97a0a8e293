"""Shows what is published. Nothing in here opens the live database."""
