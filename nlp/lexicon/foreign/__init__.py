"""How people say "is down", "not working", "is back" in languages that the models do not know: one file each.

`SAYS` maps a kind to its patterns, `NOT` holds what takes a report back: hypotheticals, yesterday, share prices,
denials. In languages written without spaces every character is a token, so a saying is written as it is and matches
anywhere. ``SVC`` is the service's name; a pattern may do without it.
"""

from __future__ import annotations

from typing import Final

from nlp.lexicon.foreign import de, es, fr, it, ja, ko, nl, pt, tr
from nlp.lexicon.foreign import id as indonesian
from nlp.lexicon.notation import Table

SAYS: Final[dict[str, Table]] = {
    "es": es.SAYS,
    "pt": pt.SAYS,
    "fr": fr.SAYS,
    "de": de.SAYS,
    "it": it.SAYS,
    "nl": nl.SAYS,
    "ja": ja.SAYS,
    "ko": ko.SAYS,
    "tr": tr.SAYS,
    "id": indonesian.SAYS,
}
NOT: Final[dict[str, str]] = {
    "es": es.NOT,
    "pt": pt.NOT,
    "fr": fr.NOT,
    "de": de.NOT,
    "it": it.NOT,
    "nl": nl.NOT,
    "ja": ja.NOT,
    "ko": ko.NOT,
    "tr": tr.NOT,
    "id": indonesian.NOT,
}
