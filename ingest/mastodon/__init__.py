"""The parts of the Mastodon source: what its statuses say."""
