"""What the link costs: measured, and written to docs/link-figures.md by `make link-figures`."""
