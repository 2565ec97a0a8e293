"""Made-up posts in several tones. `{s}` is the service; words in braces are drawn from `WORDS`.

None of them was written by a real person. They are varied enough not to pass for copies of one another.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Final

WORDS: Final[Mapping[str, Sequence[str]]] = {
    "place": ("Ohio", "Leeds", "Manila", "São Paulo", "Berlin", "Texas", "Toronto", "Lagos", "Sydney", "Lyon", "Utah"),
    "since": (
        "for ten minutes",
        "since lunch",
        "for half an hour",
        "since I got on the bus",
        "for a while now",
        "since about a quarter past",
        "all of a sudden",
        "for the last twenty minutes",
        "since the last refresh",
    ),
    "error": (
        "a 502",
        "error 500",
        "a blank page",
        '"something went wrong"',
        "a 503 error",
        "a spinning wheel",
        '"please try again later"',
        "a timeout",
        '"service unavailable"',
        "a white screen",
        "a 504 gateway timeout",
    ),
    "device": ("my phone", "my laptop", "the app", "the website", "my tablet", "desktop", "Android", "my iPhone"),
    "part": (
        "login",
        "my messages",
        "the app",
        "chat history",
        "the home page",
        "search",
        "my account",
        "notifications",
    ),
    "hope": (
        "fix it please",
        "anyone know more?",
        "send help",
        "please hurry",
        "guess I'll go outside",
        "great timing",
        "I had plans",
        "right in the middle of my shift",
        "of course on a Friday",
        "time for tea I suppose",
    ),
    "mood": ("lol", "ugh", "sigh", "wow", "hmm", "well", "okay", "oh no", "not again", "fantastic", "hey"),
    "friend": ("my sister", "my roommate", "our whole office", "my cousin", "half my class", "my group chat", "dad"),
    "thing": (
        "a story",
        "my notes",
        "a playlist",
        "homework",
        "a recipe",
        "the new season",
        "a long reply",
        "a raid",
        "party plans",
        "an old photo",
        "a birthday card",
        "a trip to the coast",
        "a crossword",
    ),
    "day": (
        "today",
        "tonight",
        "this morning",
        "this week",
        "lately",
        "after work",
        "on the train",
        "again",
        "at last",
    ),
    "topic": (
        "pirates",
        "space whales",
        "my cat",
        "the election of a mayor",
        "a detective in Rome",
        "gardening",
        "old maps",
        "a haunted lighthouse",
        "sourdough",
        "medieval taxes",
        "two rival bakers",
        "a shy dragon",
    ),
    "n": ("2", "3", "4", "5", "6", "7", "8"),
    "pct": ("1.2", "2.4", "3.1", "4.7", "5.5", "0.8"),
    "outlet": ("Tech Ledger", "The Daily Switch", "Morning Circuit", "Wireframe News", "Byte Courier"),
}

FIRST_HAND: Final = (
    "{s} is down for me",
    "{s} down?? getting {error} on {device}",
    "I can't log in to {s}, I keep getting {error}",
    "{mood} {s} is not working {since}",
    "{s} won't load on {device}, just {error}",
    "{s} keeps crashing on {device} {since}, {hope}",
    "is it just me or is {s} down in {place}",
    "{part} on {s} is broken, all I see is {error}",
    "{s} has been down {since} here in {place}. {hope}",
    "my {s} messages aren't sending, {error} every time. {hope}",
    "{s} isn't loading for me or {friend}, {error}",
    "{mood}, {s} went down while I was writing {thing}",
    "can't open {s} at all, {error} on {device} and on {friend}'s too",
    "{s} servers are down again, {error} {since}",
    "tried {n} times and {s} still gives me {error}",
    "{s} not responding {since}. {friend} in {place} has the same problem",
    "{s} logged me out and now I can't get back in, {error}",
    "{s} outage in {place}? {part} stopped working {since}",
    "{part} is not working on {s} and {device} shows {error}",
)
QUESTIONS: Final = (
    "{s} down?",
    "is {s} down?",
    "is {s} down for anyone else?",
    "anyone else having problems with {s}?",
    "{mood} is {s} down right now",
    "is {s} down or is it my wifi here in {place}?",
    "{s} not working for anyone else {since}?",
    "are the {s} servers down? {friend} can't get in either",
    "does {s} work for you? I get {error} {since}",
    "what's going on with {s}? {part} won't load on {device}",
)
RELAYS: Final = (
    "{outlet}: {s} is down for thousands of users, reports show",
    "{s} confirms outage, says engineers are investigating - {outlet}",
    "{s} outage: what we know so far | {outlet}",
    "BREAKING: {s} suffers major outage, users in {place} report {error}",
    "{s} says it is aware of an issue affecting {part} and is working on a fix",
    "{outlet} reports widespread {s} outage from {place}",
)
RECOVERY: Final = (
    "{s} is back",
    "{s} is back up for me!",
    "{mood}, {s} is working again on {device}",
    "looks like {s} is back online in {place}",
    "{s} is fixed, {part} works again",
    "ok {s} is back, I can log in again and so can {friend}",
    "{s} back up here, finally finished {thing}",
)
COMPLAINTS: Final = (
    "{s} support has ignored my ticket for {n} days, this is ridiculous",
    "why does {s} keep raising the price? I'm so tired of this",
    "worst update ever from {s}, who asked for this new {part} screen",
    "{s} is so slow {day} and I am fed up with it",
    "I hate what {s} did to {part}, bring the old one back",
    "{s} charged me {n} times for {thing}, absolutely furious",
    "honestly {s} used to be good, now it's ads every {n} minutes. cancelling {day}",
    "{s} deleted {thing} without asking, I am so angry",
)
CAUSES: Final = (
    "bet {s} pushed a bad update, it's down everywhere from {place} to {place2}",
    "{s} is down, probably the cloud region again, {error} on {device}",
    "someone tripped over a cable at {s}, nothing loads {since}",
    "{s} down and so is my will to write {thing}. {hope}",
)
TALK: Final = (
    "writing {thing} about {topic} with {s} {day}",
    "{s} and a cup of tea {day}, {mood}",
    "just found {topic} on {s}, lovely",
    "does anyone have tips for {topic} on {s}?",
    "{friend} got me into {s} for {topic}",
    "been on {s} for {n} hours talking about {topic}, {mood}",
    "{s} added something new for {topic}? {friend} told me {day}",
    "looking for people on {s} who like {topic}",
    "my favourite thing on {s} is {topic} and {thing}",
    "{topic} day on {s}! come say hi from {place}",
    "made {thing} about {topic}, sharing it on {s} {day}",
    "how do I share {thing} on {s} with {friend}?",
    "{n} things I learned about {topic} on {s}",
    "{s} recommended {topic} to me {day}, it was right",
)
PRAISE: Final = (
    "love {s}, it helped me finish {thing} {day}",
    "{s} is honestly the best, {friend} agrees",
    "the new {s} update is great, {part} is so fast",
    "thank you {s} for {topic}, made my day",
    "{mood} {s} never lets me down, {thing} done in {n} minutes",
)
SHARES: Final = (
    "{s} shares are down {pct} % after hours",
    "{s} stock drops {pct} percent as the market falls",
    "analysts cut {s} price target, shares down {pct} % {day}",
    "is it time to buy {s}? stock is down {pct} % this week",
    "{s} up {pct} % on earnings, sold mine {day}",
)
PASTED: Final = (
    "Everyone is leaving {s} because it has been down all week and nobody at the company cares. "
    "Copy and paste this to your page so that they finally notice: {s} is broken, {s} is down, {s} is over."
)
NOUNS: Final[Mapping[str, Sequence[str]]] = {
    "outage": FIRST_HAND,
    "question": QUESTIONS,
    "relay": RELAYS,
    "recovery": RECOVERY,
    "complaint": COMPLAINTS,
    "cause": CAUSES,
    "talk": TALK,
    "praise": PRAISE,
    "shares": SHARES,
    "pasted": (PASTED,),
}
SPOKEN: Final[Mapping[str, Sequence[str]]] = {
    "Character.AI": ("Character.AI", "character.ai", "c.ai", "Character AI", "CharacterAI"),
    "ChatGPT": ("ChatGPT", "chatgpt", "Chat GPT"),
}
_SLOT: Final = re.compile(r"\{(\w+)\}")


def write(tone: str, service: str, dice: random.Random) -> str:
    """One made-up post about a service, in one of the tones of `NOUNS`."""
    name = dice.choice(SPOKEN.get(service, (service,)))

    def fill(slot: re.Match[str]) -> str:
        word = slot[1].rstrip("2") if slot[1] != "s" else "s"
        return name if word == "s" else dice.choice(WORDS[word])

    text = _SLOT.sub(fill, dice.choice(NOUNS[tone]))
    return text[0].upper() + text[1:] if dice.random() < 0.4 and not text.startswith(name) else text
