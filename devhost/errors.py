"""What stops the host before it listens.

StartupError          the text tells the operator what to change; the process ends with exit code 2
"""

from __future__ import annotations


class StartupError(Exception):
    """The app or its configuration cannot be served as it is."""
