"""One file a revision, never changed after a release: each says what the schema was then."""
