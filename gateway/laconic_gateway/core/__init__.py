"""What decides. Pure: time is an argument, nothing here opens a socket or a file."""
