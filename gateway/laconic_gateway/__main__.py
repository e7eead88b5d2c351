"""Runs the command line as `python -m laconic_gateway`."""

from laconic_gateway.cli import main

if __name__ == "__main__":
    main()
