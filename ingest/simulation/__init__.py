"""A made-up world of posts, seeded and documented, for the demo, drills and tests. All of it is labelled simulated."""
