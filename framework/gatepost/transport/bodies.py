"""Reading bodies under a deadline, and making request bodies ready to be sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from requests import exceptions
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError, ReadTimeoutError, SSLError

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

    from gatepost.transport.deadline import Deadline

__all__ = ["read_body", "rewind"]

_PIECE = 65_536


def read_body(response: Response, deadline: Deadline | None = None, maximum: int | None = None) -> None:
    """Read the whole body into ``response.content``.

    Args:
        response: A response of a streamed request.
        deadline: Looked at between pieces. A piece is what one read of the socket brings, so that a body that drips is noticed.
        maximum: Bytes beyond which reading stops with an error; None reads all.

    Raises:
        DeadlineExceeded: The deadline passed.
        requests.RequestException: The connection broke, or the body is longer than ``maximum`` or not what its headers say.
    """
    content: object = response._content
    if content is not False:
        return  # a hook has read it
    raw = response.raw
    unbounded = deadline is None and maximum is None
    iterated = response._content_consumed  # type: ignore[attr-defined]  # by a hook: requests has words for that
    # Without a bound, a body in chunks is left to requests, which takes them one by one.
    if iterated or not hasattr(raw, "read1") or (unbounded and getattr(raw, "chunked", True)):
        response.content  # noqa: B018 - requests reads and keeps it
        return
    pieces: list[bytes] = []
    size = 0
    try:
        if unbounded:
            # In one piece: requests' own way is a generator around two more, for bodies that mostly fit into one packet.
            pieces.append(raw.read(decode_content=True))
        while not unbounded:
            if deadline is not None:
                deadline.check()
            piece = raw.read1(_PIECE, decode_content=True)
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
            if maximum is not None and size > maximum:
                raise exceptions.ContentDecodingError(f"The answer is longer than {maximum} bytes", request=response.request)
    except exceptions.RequestException:
        raise  # some of them are errors of urllib3 as well
    except ProtocolError as error:
        raise exceptions.ChunkedEncodingError(error, request=response.request) from error
    except DecodeError as error:
        raise exceptions.ContentDecodingError(error, request=response.request) from error
    except ReadTimeoutError as error:
        raise exceptions.ConnectionError(error, request=response.request) from error
    except SSLError as error:
        raise exceptions.SSLError(error, request=response.request) from error
    except HTTPError as error:
        raise exceptions.ConnectionError(error, request=response.request) from error
    finally:
        raw.release_conn()
    response._content = b"".join(pieces)
    response._content_consumed = True  # type: ignore[attr-defined]


def rewind(request: PreparedRequest) -> bool:
    """Make a request's body ready to be sent again.

    Returns:
        False when it cannot be: a generator, or a stream that does not seek.
    """
    body: object = request.body
    if body is None or isinstance(body, str | bytes):
        return True
    position = getattr(request, "_body_position", None)
    if isinstance(position, int) and hasattr(body, "seek"):
        try:
            body.seek(position)
        except (OSError, ValueError):  # it does not seek, or is closed
            return False
        return True
    return False
