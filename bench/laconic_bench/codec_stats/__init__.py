"""`laconic codec stats`: what recorded traffic costs in frames, and whether it comes back."""
