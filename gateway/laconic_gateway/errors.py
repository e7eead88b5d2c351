"""Failures that are expected: the command line prints one line for them, never a traceback."""


class GatewayError(Exception):
    """Something outside the program is wrong; the text says what, where, and what to do."""

    def __init__(self, text: str, *, is_for_want_of_space: bool = False) -> None:
        """`is_for_want_of_space`: it will be possible when the disk has space again."""
        super().__init__(text)
        self.is_for_want_of_space = is_for_want_of_space


class UsageError(GatewayError):
    """A command was given what it cannot use; its exit code is 2, as for a wrong option."""


class ConfigError(UsageError):
    """A configuration file is wrong; the text names the file, the line and the key."""
