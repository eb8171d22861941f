"""Which of the codes of `core.sources` a broken connection is. Repeats no text of what was raised.

The texts of these errors can hold addresses, passwords and tokens.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from socket import gaierror

from ritualsd.errors import SourceTrouble

_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (gaierror, "dns"),
    (ConnectionRefusedError, "refused"),
    (ssl.SSLCertVerificationError, "tls-verify"),
    (TimeoutError, "timeout"),
    (ssl.SSLError, "tls"),
)


def from_error(error: BaseException) -> SourceTrouble:
    """The trouble a broken connection is, judged by its kind and by the kinds of what caused it."""
    codes = (code for cause in _causes(error) for kind, code in _KINDS if isinstance(cause, kind))
    return SourceTrouble(next(codes, "connection"))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(8):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__
