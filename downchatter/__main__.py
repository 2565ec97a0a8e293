"""`python -m downchatter`."""

from downchatter.cli import main

main()
