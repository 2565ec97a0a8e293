"""Names of services that are also ordinary words, people or places: alone they name nothing."""

from __future__ import annotations

from typing import Final

from nlp.tokens import bag

ORDINARY: Final = bag("""
    affirm alexa ally amazon anchor apple arc arlo aurora azure bard basecamp bell bing blackboard blaze bolt
    boost box brave bumble canvas chase chime citizens clarity clover clubhouse coda compass confluence copilot
    cricket cursor dash delta deliver discord discover drift echo edge ee element evolve express fidelity figure
    fly frontier future gemini giant go grab grok harvest hinge hive hub indeed insight instant intercom kick
    kindle lemonade lime line linear loom lucid mint meet mega meta messenger metro monday mosaic nest notion
    nova o2 oak on optimum orange origin outlook pandora paramount peacock perplexity pipe plaid plume poe prime
    pulse quest quicken rapids regions relay render ring robinhood rogers safari scale segment sequel shell
    signal simple sky slack snap sonic spark spectrum splash split spot sprint square stack steam stride stripe
    suno surge swish switch target tea teams tesla three threads tide tidal toast truth twitch uber unity
    vanguard vice visa vine virgin visible wave wise wonder word workday x zoom
""")
"""Single words, lower case. A service so named needs a telling neighbour even where its file does not say so."""

PEOPLE: Final = bag("alexa apple chase rogers gemini amazon meta delta visa orange sky")
"""Those that stand capitalised in plain prose as people, places or firms: capitals alone never tell."""

GENERAL: Final = bag("""
    account accounts android api app apps automod cloud crash crashed crashes crashing desktop down downdetector
    error errors feature glitch glitching install iphone ios lag laggy lagging loading log login logged logging
    logins offline online outage outages outtage outtages password passwords platform plugin server servers
    settings site sign signin software status subscription support update updated url user username users
    verification web website wifi
""")
"""Words that make an ambiguous name, in its own spelling, the service: people say them of software."""
