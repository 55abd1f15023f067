"""Errors of the engine at the places of a body or query that they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bookable.codecs._forms import located
from bookable.errors import BookableError, CodecError, UnknownIdError, shown


@contextmanager
def fields_at(paths: Mapping[str, str], otherwise: str | None = None) -> Iterator[None]:
    """Errors raised inside that name one of these fields become `CodecError` at its path.

    Others go on as they are, or stand at *otherwise*. Ids that exist are not told.
    """
    try:
        yield
    except CodecError:
        raise
    except BookableError as error:
        named = f"{getattr(error, 'field', '')} {getattr(error, 'limit', '')}".split()
        path = next((paths[each] for each in named if each in paths), otherwise)
        if path is None:
            raise
        if isinstance(error, UnknownIdError):
            reason = f"there is no {error.kind} {shown(error.id)} here"
            raise CodecError(path, reason, error.code) from error
        raise located(error, path) from error
