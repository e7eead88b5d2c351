"""What an expander decides."""
