"""What the site does by itself while the CSMS cannot be reached."""
