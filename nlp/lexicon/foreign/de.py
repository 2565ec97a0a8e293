"""German: how it is said that a service is down, or back."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

SAYS: Final[Table] = {
    "outage": """
        geht|gehen|funktioniert|funktionieren|lädt|laedt|läuft|laeuft|startet|reagiert|verbindet|öffnet|tut|
            spielt _? _? _? nicht|nix|nichts|nimmer|ned|net
        nichts|nix geht|funktioniert|lädt mehr
        ist|sind|seit|schon|wieder|mal|alles|komplett|gerade down|offline|tot|gestört|weg|ausgefallen|
            kaputt|nicht|lahmgelegt|überlastet|im
        down|kaputt|gestört|offline QM|oder|?|gerade|wieder
        störung|stoerung|störungen|ausfall|ausfälle|totalausfall|netzausfall|stromausfall
        kann|können|komme|kommen|komm mich|ich|man|nicht|wir|nix|keine|heute? _? _? nicht|keine|kein|
            nix _? _? _? einloggen|anmelden|verbinden|senden|öffnen|rein|zugreifen|spielen|laden|schauen|
            hören|schicken|drauf|ins|abspielen
        kann|komme mich? nicht|nich mehr? einloggen|anmelden|rein|verbinden|ins
        kein|keinen|keine netz|empfang|internet|strom|verbindung|dienst|wlan|signal|zugriff
        bei|habt|hat|geht|haben euch|ihr|noch|jemand|sonst|noch|es auch|jemand|wer|bei _? _? probleme|nicht|
            down|störung|störungen
        probleme|fehler|fehlermeldung|schwierigkeiten|problem mit|bei|beim|im|auf SVC|dem|der|login|
            einloggen|anmelden|server|euch
        server|serverfehler down|nicht|überlastet|weg|tot|offline
        bin ich|nur|bei der|die|mir|ich einzige
        nur bei mir
        stürzt|hängt|spinnt _? ständig|ab|dauernd|sich
        spinnt
        nicht erreichbar|verfügbar
    """,
    "recovery": """
        geht|läuft|funktioniert|funktionieren|laufen|gehts _? _? wieder
        wieder da|online|erreichbar|ok|normal|up|verfügbar|zurück|funktionsfähig
        behoben|gelöst|repariert
    """,
    "relay": """
        störung|ausfall|panne bei|betrifft|legt|trifft|weltweit|weltweite|sorgt|bundesweit _? _? lahm|
            nutzer|kunden|tausende|millionen|weltweit
        weltweiter|weltweite|massive|großflächige|bundesweite störung|ausfall|störungen|ausfälle
        nutzer|kunden melden|klagen|berichten|betroffen
        tausende|millionen nutzer|kunden|menschen
        wir arbeiten|untersuchen|prüfen
    """,
    "complaint": """
        frechheit|sauerei|unverschämt|schlecht|scheiß|scheiss|kündigen|kündige|geld|rückerstattung|abzocke|
            teuer|katastrophe|miserabel
    """,
}
NOT: Final = """
    wenn|falls|sobald _? _? _? ausfällt|down|geht|ist|wäre|abstürzt|ausfallen
    gestern|letzte|letzten|vorige
    aktie|aktien|kurs|börse
    keine|ohne probleme|störung|störungen|ausfälle|fehler
    läuft|geht|funktioniert bei? mir|super|einwandfrei|gut|prima
"""
