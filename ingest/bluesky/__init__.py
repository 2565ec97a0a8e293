"""The parts of the Bluesky source: where we are in a stream, the wires it comes over, and what its records say."""
