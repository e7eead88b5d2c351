"""Journal and outbox on SQLite."""
