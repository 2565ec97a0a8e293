"""What each command does, one file each, for the command line, tests and notebooks alike."""
