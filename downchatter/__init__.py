"""Conducts: the settings, the main flow and the command line."""
