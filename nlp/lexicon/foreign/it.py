"""Italian: how it is said that a service is down, or back."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

SAYS: Final[Table] = {
    "outage": """
        non|nn mi|ci|vi|si|è|sta|stanno? funziona|funzionano|va|vanno|carica|caricano|apre|aprono|parte|
            risponde|connette|accede|funzionando|invia|riproduce|raggiungibile|disponibile|accessibile
        è|e|sono|sta|anche|ancora|tutto di? nuovo? down|giù|morto|offline|bloccato|irraggiungibile|crashato|
            caduto|fermo|saltato
        down QM|oggi|di|da
        non|nn riesco|riusciamo|posso|possiamo|riesce|fa|si ad|a|più? _? accedere|entrare|connettermi|
            collegarmi|aprire|inviare|mandare|giocare|vedere|ascoltare|loggarmi|caricare|usare|riesce|accede
        problemi|problema|errore|disservizio|disservizi|guasto|malfunzionamento con|su|di|a|al|nel|ad|
            per il|la|i|gli? SVC|login|server|accesso|app|accedere|tutti
        problemi|disservizio|disservizi|guasto SVC? QM
        senza|niente|no connessione|internet|linea|corrente|rete|servizio|segnale|luce
        non c'è|c linea|connessione|rete|'|corrente
        solo|capita|succede|funziona a|anche me|voi|qualcuno
        qualcun|qualcuno|c'è|anche altro|ha|anche|a|altri|voi? _? problemi|non|down
        ha|hanno smesso di funzionare
        server giù|down|in|offline
        si è bloccato|bloccata|impallato
        dà|da|mi errore
    """,
    "recovery": """
        tornato|tornata|tornati|tornate|ripristinato|ripristinata|risolto|risolti|riparato|ripartito
        funziona|va|funzionano|funge di nuovo
        ora|adesso|finalmente va|funziona|funzionano|ok|funge
        di nuovo online|attivo|su|funzionante
    """,
    "relay": """
        utenti|clienti segnalano|lamentano|colpiti|isolati
        down|disservizi|guasto|blackout mondiale|globale|in|per|colpisce|blocca tutto|tutta|migliaia|
            milioni|europa
        migliaia|milioni di utenti|persone
        stiamo lavorando|indagando|verificando
    """,
    "complaint": """
        schifo|vergogna|vergognoso|pessimo|pessima|ridicolo|truffa|rimborso|disdetta|soldi|penoso|caro
    """,
}
NOT: Final = """
    se|quando SVC|il|la _? va|andasse|cade|dovesse|fosse|va|smette
    ieri
    azioni|borsa|titolo
    nessun|senza problema|problemi|disservizio
    va|funziona bene|benissimo|tutto|perfettamente
"""
