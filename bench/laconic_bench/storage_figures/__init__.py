"""What journal and outbox cost and bear: measured, and written to docs/storage-figures.md."""
