"""The parts of the Mastodon source: its options, its timelines, and what its statuses say."""
