"""French: how it is said that a service is down, or back."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

SAYS: Final[Table] = {
    "outage": """
        ne|n'est|n'|n|est|c'est? marche|fonctionne|fonctionnent|charge|répond|repond|ouvre|démarre|
            lance plus|pas
        marche|fonctionne|fonctionnent|charge|répond|ouvre|connecte plus|pas|plus|toujours
        en panne
        est|sont|c'est|toujours|encore|serait|a|tout down|hs|planté|plante|mort|bugué|bug|buggé|
            inaccessible|indisponible|tombé|coupé|ko
        peux|arrive|peut|arrivons|arrives|possible|moyen plus|pas|à|a|de d'|à|a|de|me|m'|plus|
            pas? _? _? connecter|accéder|acceder|ouvrir|envoyer|jouer|lire|charger|entrer|regarder|écouter|
            connexion|identifier
        impossible de|d|d' _? _? connecter|accéder|acceder|ouvrir|envoyer|jouer|lire|charger|entrer|utiliser|
            écouter|regarder
        panne|panne|bug|souci|soucis|problème|probleme|problèmes|coupure de|chez|sur|avec|générale|generale|
            du|des|internet|d SVC|serveur|serveurs|connexion|réseau|internet|l'app|'
        panne QM|générale|chez
        plus|pas de|d' réseau|internet|connexion|courant|électricité|service|wifi|'
        vous|d'autres|quelqu'un|quelqu|qqn|y'a|d aussi|un|avez|a|d'autre|autres|'|autre _? _? problème|
            problèmes|souci|soucis|bug|bugs|panne
        suis|que|je le|la|chez|moi|suis seul|seule|moi
        message|code|une d'erreur|erreur|d
        serveurs|serveur down|hs|en|plein|saturés
        ça|ca|cela|rien ne? marche|charge|fonctionne|s'ouvre plus|pas
    """,
    "recovery": """
        remarche|refonctionne|rétabli|retabli|rétablie|résolu|resolu|réparé|repare|revenu|revenue
        est|c'est|de|'est de retour|revenu
        marche|fonctionne à|a|de nouveau
        marche|fonctionne enfin|maintenant
        c'est|c|' bon|reparti|revenu ça|maintenant|pour|!|.|les
        ça|ca remarche|refonctionne|remarche
    """,
    "relay": """
        panne|coupure géante|mondiale|massive|majeure|touche|affecte|généralisée|prive
        utilisateurs|clients|internautes signalent|touchés|privés|rapportent
        des|plusieurs milliers|millions d'|de|d
        nous|équipes enquêtons|travaillons|investiguons|sont
    """,
    "complaint": """
        nul|nulle|honteux|honte|scandaleux|arnaque|remboursement|résilier|pourri|inadmissible|cher|lamentable
    """,
}
NOT: Final = """
    si|quand SVC|ça|il|elle tombe|plante|tombait|bug|est
    hier
    actions|bourse|baisse
    pas|aucun|aucune en|de|d'|panne|problème|souci panne|problème|souci|bug|chez|?
    marche très|bien|super|parfaitement
"""
