"""What a test asks of the server that it runs against."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Mode:
    name: str
    tls: bool = False  # the server has a certificate
    implicit: bool = False  # it also has a port with TLS from the first octet on, and the client uses it
    session_reuse: str = "prefer"  # --tls-session-reuse
    options: tuple = ()  # further ones


def mode(name, **settings):
    """Marks a function of clients/*.py as a test."""

    def mark(function):
        function.mode = Mode(name, **settings)
        return function

    return mark
