"""What a site's traffic costs in bytes, and what is done when the month's budget gets short."""
