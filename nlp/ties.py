"""Phrases that tie trouble to a name: where one of them holds an ambiguous name, the name is the service's.

A table of spaCy `Matcher` patterns with a placeholder for the name, so that ``discord is down`` and ``log in to slack``
are told from ``sowing discord`` and ``slack off``. Patterns are matched in lower case.
"""

from __future__ import annotations

from typing import Any, Final

from nlp.lexicon.notation import Pattern


def _any(words: str, op: str = "") -> dict[str, Any]:
    token: dict[str, Any] = {"LOWER": {"IN": words.split()}}
    return {**token, "OP": op} if op else token


_BE: Final = """
    is was isn't ain't been went gone goes going 's has keeps seems appears looks be being wasn't hasn't s isnt
    ist est está esta è
"""
_FILL: Final = """
    still just currently really totally completely also all actually literally apparently again now acting so
    being been back like to be having not keeps keep both officially definitely fully always straight fucking
    fuckin freaking goddamn legit possibly prob probably temporarily partially mostly basically finally getting
    going suddenly somehow constantly anyone here today ever
"""
_BROKEN: Final = """
    down offline unavailable unreachable unresponsive broken dead crashing crashed lagging laggy glitching
    glitchy buggy borked loading working responding sending opening connecting bugging bugged outage outages
    issues errors error wonky fucked toast acting trippin tripping failing hacked erroring failed kaput degraded
"""
_CANT: Final = """
    won't wont can't cant cannot doesn't doesnt isn't isnt ain't aint not don't dont didn't didnt couldn't never
    stopped stop keeps refuses
"""
_VERB: Final = """
    working work load loading open opening connect connecting send sending respond responding let start starting
    launch update updating play log sync syncing crashing freezing lagging glitching logging kicking signing
    disconnecting dropping buffering sign
"""
_THING: Final = """
    outage outages server servers app apps website site login api status support account accounts notifications
    downtime mobile desktop web issues update premium client logins password uptime incident services
"""
_INTO: Final = """
    log logged logging login sign signed signing signin get getting connect connecting load loading reach
    reaching access accessing open opening join use using reinstall reinstalled restart restarted
"""
_FOREIGN_AFTER: Final = """
    caido caído caida caída caiu kaputt offline gestört gestoort storing störung çöktü cöktü çalışmıyor
    açılmıyor error eror lemot ngelag rusto plante planté bug beugue down panne fora lento lenta funciona
    funzionano funziona funktioniert geht werkt marche fonctionne anda abre carga carrega va
"""
_NOT: Final = "no não nao nicht non ne pas niet gak ga nggak tidak n'est kein"

SIGN: Final = "svc"
"""What the name is turned into before the patterns are tried."""
NAME: Final = _any(SIGN)

AFTER: Final[list[Pattern]] = [
    [NAME, _any(_BE), _any(_FILL, "*"), _any(_BROKEN)],
    [NAME, _any(_BE), _any(_FILL, "*"), _any("not"), _any(_FILL, "*"), _any(_VERB)],
    [NAME, _any(_FILL, "*"), _any(_CANT), _any(_FILL, "*"), _any(_VERB)],
    [NAME, _any("down offline outage outages crashed crashing lagging glitching broken borked dead laggy")],
    [NAME, _any(_THING)],
    [NAME, _any("is has had have keeps having"), _any(_FILL, "*"), _any("having a an some major massive huge")],
    [NAME, _any("down is"), _any("? ! again ??"), {"LOWER": {"IN": ["down", "anyone", "?"]}, "OP": "?"}],
    [NAME, _any("running"), _any("slow slowly")],
    [NAME, _any("is"), _any("back"), _any("up online working")],
    [
        NAME,
        _any("keeps"),
        _any("crashing freezing disconnecting kicking logging lagging dying glitching dropping buffering failing"),
    ],
]

BEFORE: Final[list[Pattern]] = [
    [
        _any("is are was s 's isn't has"),
        _any("ms my your our the", "?"),
        NAME,
        _any(_FILL, "*"),
        _any("down working broken offline dead lagging loading crashing glitching laggy acting slow out up"),
    ],
    [
        _any("anyone anybody anyone's everyone everyone's anyones"),
        _any("else else's having 's s", "*"),
        NAME,
        _any(_FILL + " " + _BE, "*"),
        _any(_BROKEN),
    ],
    [_any(_INTO), _any("in on to into onto at my the", "*"), NAME],
    [
        _any("outage outages issue issues problem problems trouble downtime"),
        _any("with on at for in of hitting affecting"),
        _any("the my ms", "?"),
        NAME,
    ],
    [_any("logged kicked locked signed"), _any("me us out of off", "+"), NAME],
    [_any("down"), _any("detector"), NAME],
    [_any("r u is", "?"), _any("hey dear dammit damn ffs wtf yo"), NAME, _any("is fix your what why wtf")],
    [_any("fix"), _any("your the", "?"), NAME],
    [_any("status"), _any("of"), NAME],
    [_any("why is why's whats what's"), _any("is with up wrong", "*"), NAME, _any("not so down broken slow lagging")],
]

FOREIGN: Final[list[Pattern]] = [
    [NAME, {"OP": "?"}, _any(_NOT), {"OP": "?"}, _any(_FOREIGN_AFTER)],
    [
        NAME,
        _any("está esta se ha ist est è is lagi sedang a", "*"),
        _any(
            "caido caído caida caída caiu kaputt gestört storing down çöktü error eror plante planté fora offline tot"
        ),
    ],
    [NAME, _any("geht funktioniert funziona marche fonctionne werkt"), {"OP": "?"}, _any("nicht pas niet plus non")],
    [_any("funciona sirve anda abre carga funfa pega va"), _any("o el la lo il le a", "?"), NAME],
    [_any("cayó cayo caiu murió murio"), _any("o el la lo", "?"), NAME],
    [NAME, {"OP": "?"}, {"OP": "?"}, {"OP": "?"}, _any("落 障 繋 重 死 不 먹 안 터 접 오")],
]


def patterns() -> list[Pattern]:
    """The whole table. `NAME` stands for the name, as one token."""
    return AFTER + BEFORE + FOREIGN
