"""What goes wrong in PRAW, in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prawcore.exceptions import (
    Forbidden,
    NotFound,
    OAuthException,
    PrawcoreException,
    Redirect,
    ResponseException,
    TooManyRequests,
)

from ingest.errors import SourceRefused, SourceUnreachable
from ingest.reddit.things import SOURCE


@contextmanager
def told_plainly(name: str) -> Iterator[None]:
    """PRAW's errors as ours; `name` is what was read.

    Raises:
        SourceUnreachable: what may pass.
        SourceRefused: what needs a person.
    """
    place = f"{SOURCE}: {name:.100}"
    try:
        yield
    except TooManyRequests as error:
        raise SourceUnreachable(f"{place}: Reddit asks us to slow down ({error.retry_after} s)") from error
    except (Forbidden, NotFound, Redirect) as error:
        raise SourceRefused(
            f"{place}: {error}; a subreddit here is private or does not exist: mend the list"
        ) from error
    except OAuthException as error:
        raise SourceRefused(f"{place}: Reddit does not take the keys ({error}); check them") from error
    except ResponseException as error:
        if error.response.status_code in (400, 401):
            raise SourceRefused(f"{place}: Reddit does not take the keys ({error}); check them") from error
        raise SourceUnreachable(f"{place}: {error}") from error
    except PrawcoreException as error:
        raise SourceUnreachable(f"{place}: {error}") from error
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise SourceUnreachable(f"{place}: sent what PRAW cannot read ({type(error).__name__}: {error})") from error
