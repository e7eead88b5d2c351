"""What touches the world: sockets, files, clocks. Thin: every decision is made in core."""
