"""What makes a day bad: faults, flapping connectors, reboots, updates, reports, polls."""
