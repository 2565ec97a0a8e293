"""Dutch: how it is said that a service is down, or back."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

SAYS: Final[Table] = {
    "outage": """
        werkt|werken|doet|doen|laadt|laden|start|opent|reageert|verbindt|speelt|ligt|gaat _? _? niet|nie|niks
        niks|niets werkt|doet|laadt
        ligt|liggen|lag er|eruit|plat|weer|alles|nog _? _? uit|eruit|plat|out|er|helemaal
        eruit|plat
        storing|storingen|stroomstoring|uitval|internetstoring
        is|zijn SVC? weer|nu|nog|alles|ook down|offline|kapot|stuk|onbereikbaar|dood|weg
        kan|kunnen|kom|krijg ik|je|we|nu|heel? _? niet|niks|geen|er|nergens _? _? inloggen|inlogt|openen|
            verbinden|versturen|bij|bereiken|afspelen|spelen|laden|in|verzenden|contact|betalen|op
        geen|zonder internet|verbinding|bereik|stroom|signaal|netwerk|wifi|toegang|ontvangst
        iemand|meer|nog anders|mensen|anderen|iemand _? _? problemen|last|storing|ook|niet|met
        problemen|problem|fout|foutmelding|error met|bij|van|op SVC|het|de|inloggen|login|server
        ben ik de enige
        alleen bij mij
        doet|doen het niet
        hebben|heeft jullie|meer|iemand|nog _? _? problemen|storing
        loopt vast
        server|servers down|plat|onbereikbaar|overbelast
    """,
    "recovery": """
        werkt|doet|doen|werken het? _? weer
        is|zijn|ben weer|terug terug|online|up|bereikbaar|in
        weer in|online|de lucht
        opgelost|hersteld|verholpen|gefixt
    """,
    "relay": """
        storing|uitval bij|treft|legt|wereldwijd|in|landelijk heel|duizenden|miljoenen|plat|wereldwijd|europa
        wereldwijde|grote|landelijke storing
        gebruikers|klanten melden|klagen|getroffen
        duizenden|miljoenen gebruikers|klanten|mensen
        we|wij werken|onderzoeken aan|de|het
    """,
    "complaint": """
        waardeloos|slecht|schandalig|belachelijk|klote|opzeggen|terugbetaling|duur|bagger|prut|rot|oplichting
    """,
}
NOT: Final = """
    als|wanneer|stel SVC|het|de _? ooit|uitvalt|eruit|plat|niet|uit|down
    gisteren|vorige
    aandeel|aandelen|beurs|koers
    geen|zonder storing|problemen|storingen
    werkt prima|gewoon|goed|perfect|bij|hier
"""
