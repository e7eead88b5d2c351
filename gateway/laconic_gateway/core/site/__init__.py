"""What a site gateway decides."""
