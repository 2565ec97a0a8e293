"""The sentences between the tables of the scorecard's page."""

from typing import Final

INTRO: Final = """\
# Scorecard

How good the judging is, what was asked of it, and the command behind each figure. This page is made by `downchatter
evaluate --write`; the figures behind it, all of them, are in `nlp/evaluation/scorecard.json`. Seeded figures come
out the same wherever they are run. `downchatter evaluate --short` measures a small part again in well under a
minute; a test does so on every change, and fails when fewer outages are found, later, or with more false alarms than
here. Recordings are other people's posts and do not come with the program: their rows are from the last run that had
them."""
POWER: Final = """\
Counts of reports are drawn at random: three weeks of usual traffic from a cold start, then the rise. "Least" is the
mean delay that no method can beat at the same run length between false alarms, where that is long (Lorden 1971; Lai
1998 where the rate varies), never below one minute. Its ratio to the mean delay is given where every rise was found.
Five voices are asked for, and a sixth where accounts post again and again, which costs the rarest services some time:
"least with five voices" is the time until the fifth person speaks, on average, where that is longer. The detector was
tuned on series drawn from other seeds than these.

"CUSUM" is the CUSUM that knows by how much reports rise: its mean delay at the same run length, exactly (Brook and
Evans 1972), in whole minutes and whole people, for steps at even rates. No procedure has a shorter delay in the worst
case (Moustakides 1986). Where few people are enough it comes before Lorden's bound, and where a minute tells much,
after it. In {beyond} of the {plain} well-specified cells (even rate, variance 1, every rise found) the CUSUM or the
fifth voice comes later than 1.3 times Lorden's bound: nobody can keep to that bound there who asks for as many. A
choice of {shown} of {all} rows:"""
CALM: Final = """\
False alarms in the same traffic before the rise, against the promise of at most one per service in 30 days. The
judge begins from nothing; its first days are counted."""
SILENCE: Final = """\
Counts of people who speak of a service are drawn at random: four weeks of usual talk, of which silences are judged from
the third on, then hardly anyone or nobody speaks for six hours. Every kind was measured with as many services. False
alarms are of the calm weeks."""
RIVALS: Final = """\
Each detector's threshold is set on the calm weeks before the rises so that it gives one false alarm a month there, and
all are tried on the same counts. Cells: rises found, median delay in minutes, false alarms a month. "evidence" is the
judge on equal terms: its promise is set like the others' thresholds, and like them it asks for no voices, for that rule
is against brigades and could be put on any detector. "as shipped" keeps its own promise and asks for five voices. The
river detectors are slow and had fewer series."""
VERDICTS: Final = """\
Who was ahead of the judge beyond chance, and whom nothing tells apart from it. Delays are compared rise by rise on the
same counts; a rise never found counts as found when it ends, after six hours. Beyond chance is where the 95 % interval
of the mean difference, for all rivals of a contest at once (Student, Bonferroni), lies on one side of zero. In
brackets: by how many minutes the judge was sooner, on average."""
PARTS: Final = """\
Three weeks of {services} services, made, with {outages} known outages; and with threads, five accounts that post a
hundred times, one text from a hundred accounts, bots, headlines, a price rise and viral talk, none of which is an
outage. Posts are read as the shipped reader reads labelled posts of their kind, errors included. Judged again with
one part taken out:"""
TALK: Final = """\
The same made weeks, each with talk that spreads and is about nothing that fails: a joke, praise, a scandal. It is to be
told as unusual talk, once, and never as an outage or frustration. A service has to be known for two days, and is told
of once a day, unless twice as many people speak as then."""
TRUTH: Final = """\
`downchatter evaluate --posts FILE --truth FILE --services FILE` does the same for anyone's posts. A truth file
(.csv, .jsonl, .parquet) has the columns `service, start, end` (UTC; without an end an outage is an instant). An
incident is true if it opened from half an hour before an outage of its service began to three hours after it ended.
An outage is found if any incident is true for it; its delay runs from its start to the first of them. `--parts`
judges it again with one part taken out."""
HN: Final = """\
Hacker News: three of the fourteen outages never had a title there, so that nobody could have found them. The truth
file holds outages with a public post-mortem only: the titles behind most "false" incidents report real outages that
are not on it, which the command lists. Votes at first sight are decisive there: without them next to nothing is
found (`--parts`)."""
STORM: Final = """\
Frustration is told where it exceeds what more talk explains, so that a storm of talk alone is not anger. Tweets to
six US airlines, 16 to 24 February 2015; a winter storm on the 22nd (Pacific). "Angry" is how many times the usual
number of tweets were labelled negative on that day. American's collection begins on that day, so that its rise is an
artefact, and so are its outage incidents."""
NAB: Final = """\
The scoring reproduces the published scores of `windowedGaussian` to the last digit (a test does). `volume` answers
the benchmark's question (anything unusual, announced once) by one fixed set of parameters; the outage detector was
not shown it. What was looked at while `volume` was designed, on the benchmark itself: its scores over all files, on
the tweets and on two halves of both, and where alarms fell; for about a hundred views of the series one by one and
joined, the ways to join them, the size of the tail, the level and the rule of silence. So its scores are flattered."""
