"""The parts of the Reddit source: its options, its budget, its faults, and what its things say."""
