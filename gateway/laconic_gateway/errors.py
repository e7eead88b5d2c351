"""Failures that are expected: the command line prints one line for them, never a traceback."""


class GatewayError(Exception):
    """Something outside the program is wrong; the text says what, where, and what to do."""


class ConfigError(GatewayError):
    """A configuration file is wrong; the text names the file, the line and the key."""
