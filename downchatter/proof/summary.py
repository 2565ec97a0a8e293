"""The scorecard on one screen: what was asked of it, what was measured, whether it is met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from scipy.stats import binomtest

from downchatter.proof.card import Row, Section
from downchatter.tables import cell
from nlp.evaluation.ablations import WHOLE
from nlp.evaluation.power import garwood
from nlp.onset import WITHIN

WELL: Final = 1.3
"""Within so many times the bound a delay is to be where all is as the judge takes it to be."""


def summary(sections: Mapping[str, Section]) -> list[Row]:
    """Rows of `what, measured, target, met` and the command behind each; `met` is None where nothing was asked."""
    rows: list[Row] = []
    for key, tell in TOLD.items():
        if key in sections:
            rows += [{**row, "command": sections[key].command} for row in tell(sections[key].rows)]
    return rows


def calm_kinds(rows: Sequence[Row]) -> list[Row]:
    """The false alarms of the power study, one row for each kind of usual traffic."""
    names = (
        "hourly",
        "rhythm",
        "spread",
        "months",
        "false_alarms",
        "false_per_month",
        "false_low",
        "false_high",
        "command",
    )
    kinds = {(row["hourly"], row["rhythm"], row["spread"]): {name: row[name] for name in names} for row in rows}
    return list(kinds.values())


def wins(rows: Sequence[Row]) -> list[Row]:
    """For each contest, the rivals that were ahead of the judge beyond chance, and those that nothing tells apart."""
    return [
        {
            "cell": where,
            "ahead": [row for row in rows if _cell(row) == where and row["verdict"] == "ahead"],
            "level": [row for row in rows if _cell(row) == where and row["verdict"] == "level"],
        }
        for where in dict.fromkeys(_cell(row) for row in rows)
    ]


def _cell(row: Row) -> tuple[Any, ...]:
    return row["hourly"], row["rhythm"], row["spread"], row["times"], row["form"]


def well_specified(rows: Sequence[Row]) -> list[Row]:
    """The steps at even rates, with reports that come one by one, of which every one was found."""
    even = [row for row in rows if row["rhythm"] == 0 and row["spread"] == 1 and row["form"] == "step"]
    return [row for row in even if row["ratio"] is not None]


def beyond_reach(rows: Sequence[Row]) -> list[Row]:
    """Where even the CUSUM that knows the rise, or the fifth voice, comes later than `WELL` times Lorden's bound."""
    return [row for row in rows if (row.get("optimum_voices") or 0.0) > WELL * row["bound"]]


def _power(rows: Sequence[Row]) -> list[Row]:
    kinds = calm_kinds(rows)
    alarms, months = sum(row["false_alarms"] for row in kinds), sum(row["months"] for row in kinds)
    low, high = garwood(alarms, months)
    above = [row for row in kinds if row["false_high"] > 1.0]
    plain = well_specified(rows)
    rest = [row for row in rows if row["rhythm"] != 0 or row["spread"] != 1]
    even = f"well-specified steps (even rate, Poisson) within {WELL}"
    return [
        _row(
            f"false alarms per service and 30 days, {len(kinds)} kinds of calm traffic",
            f"{alarms / months:.2f} ({low:.2f} to {high:.2f})",
            "at most 1, as promised",
            high <= 1.0,
        ),
        _row(
            "kinds of traffic whose false alarms may exceed the promise (95 % interval)",
            f"{len(above)} of {len(kinds)}",
            "none",
            not above,
        ),
        *_bounded(f"{even} of the least possible delay (Lorden 1971)", plain),
        *_best(f"{even} of the CUSUM that knows the rise (Moustakides 1986) or of the fifth voice", plain),
        _ratio("other steps within 2", rest, 2.0, "step"),
        _ratio("ramps within 2", rows, 2.0, "ramp"),
        *_onsets(rows),
    ]


def _ratio(what: str, rows: Sequence[Row], most: float, form: str, name: str = "ratio") -> Row:
    told = [row for row in rows if row["form"] == form and row[name] is not None]
    all_found = f"{what} (of those where every rise was found)"
    good = sum(row[name] <= most for row in told)
    worst = max((row[name] for row in told), default=0.0)
    return _row(all_found, f"{good} of {len(told)}, worst {worst:.2f}", "all", good == len(told))


def _bounded(what: str, rows: Sequence[Row]) -> list[Row]:
    """Against Lorden's bound, and how many of those that miss it nobody could have kept to it."""
    row = _ratio(what, rows, WELL, "step")
    late = [one for one in rows if one["ratio"] > WELL]
    lost = len(beyond_reach(late))
    return [{**row, "measured": f"{row['measured']}; out of anyone's reach: {lost} of {len(late)}"} if lost else row]


def _best(what: str, rows: Sequence[Row]) -> list[Row]:
    told = [row for row in rows if row.get("ratio_optimum") is not None]
    return [_ratio(what, told, WELL, "step", "ratio_optimum")] if told else []


def _onsets(rows: Sequence[Row]) -> list[Row]:
    """In how many of the steps found the stated interval held the beginning; none where it was not measured."""
    told = [row for row in rows if row["form"] == "step" and row.get("onset_held") is not None]
    found, held = sum(round(row["found"] * row["trials"]) for row in told), sum(row["onset_held"] for row in told)
    if not found:
        return []
    what = "steps found that began within the interval stated when the incident opened"
    low, high = binomtest(held, found).proportion_ci(method="wilson")
    measured = f"{100 * held / found:.0f} % ({100 * low:.0f} to {100 * high:.0f}) of {found}"
    return [_row(what, measured, f"{100 * WITHIN:.0f} %, as stated", bool(high >= WITHIN))]


def _silence(rows: Sequence[Row]) -> list[Row]:
    kinds = {(row["hourly"], row["rhythm"], row["spread"]): row for row in rows}
    alarms, months = sum(one["false_alarms"] for one in kinds.values()), sum(one["months"] for one in kinds.values())
    low, high = garwood(alarms, months)
    promised = rows[0]["promised"]
    none = [row for row in rows if row["left"] == 0]
    found = sum(row["found"] * row["trials"] for row in none) / sum(row["trials"] for row in none)
    slowest = max(row["delay_median"] or 0.0 for row in none)
    return [
        _row(
            f"false drops per service and 30 days, {len(kinds)} kinds of calm talk",
            f"{alarms / months:.2f} ({low:.2f} to {high:.2f})",
            f"at most {promised:g}, its share of the promise",
            high <= promised,
        ),
        _row(
            "busy services that fall silent altogether: told",
            f"{100 * found:.0f} %, after {slowest:.0f} min (median) in the slowest kind",
            "",
            None,
        ),
    ]


def _rivals(rows: Sequence[Row]) -> list[Row]:
    told = wins(rows)
    beaten = [row for one in told for row in one["ahead"]]
    level = [row for one in told for row in one["level"]]
    rivals = [row for row in rows if row["verdict"]]
    lost = len([one for one in told if one["ahead"]])
    return [
        _row(
            "contests at equal false alarms in which no rival is ahead, beyond chance",
            f"{len(told) - lost} of {len(told)}{_named('ahead elsewhere', beaten)}",
            "all",
            not beaten,
        ),
        _row(
            "rivals in these contests that the judge is ahead of, beyond chance",
            f"{len(rivals) - len(beaten) - len(level)} of {len(rivals)}{_named('not told apart', level)}",
            "all",
            not beaten and not level,
        ),
    ]


def _named(what: str, rows: Sequence[Row]) -> str:
    times = Counter(row["detector"] for row in rows)
    names = [name if count == 1 else f"{name} ({count} times)" for name, count in sorted(times.items())]
    return f"; {what}: {', '.join(names)}" if names else ""


def _parts(rows: Sequence[Row]) -> list[Row]:
    whole = next(row for row in rows if row["part"] == WHOLE)
    return [_row("made weeks with known outages and traps", events(whole), "", None)]


def _talk(rows: Sequence[Row]) -> list[Row]:
    (row,) = rows
    delay = "" if row["delay_median"] is None else f" after {row['delay_median']:.0f} min (median)"
    told = f"{row['told']} of {row['stretches']} told{delay}; {row['other']} told at other times"
    months = f"{cell(row['service_months'])} service-months"
    trouble = row["as_trouble"]
    return [
        _row("talk that spreads, in the made weeks, told as unusual talk", f"{told} in {months}", "", None),
        _row("the same, told as an outage or frustration", f"{trouble} of {row['stretches']}", "none", not trouble),
    ]


def _recordings(rows: Sequence[Row]) -> list[Row]:
    return [_row(f"{row['recording']}: {row['what']}", events(row), "", None) for row in rows]


def _frustration(rows: Sequence[Row]) -> list[Row]:
    risen = [row for row in rows if row["labelled_rise"] is not None and row["labelled_rise"] >= 1.5]
    hit = sum(row["in_the_storm"] is not None for row in risen)
    other = sum(row["at_other_times"] for row in rows)
    what = "airlines whose labelled anger rose by half or more in the storm: told as frustration"
    return [_row(what, f"{hit} of {len(risen)}, rises at other times: {other}", "", None)]


def _nab(rows: Sequence[Row]) -> list[Row]:
    ours = {row["detector"]: row for row in rows}
    volume, best = ours["volume"], max((row for row in rows if not row["ours"]), key=lambda row: row["standard"])
    tweets = max((row for row in rows if not row["ours"]), key=lambda row: row["realTweets"])
    return [
        _row(
            "Numenta benchmark, tweets (standard profile)",
            f"{volume['realTweets']:.1f} (best published: {tweets['realTweets']:.1f}, {tweets['detector']})",
            "82",
            volume["realTweets"] >= 82,
        ),
        _row(
            "Numenta benchmark, all files",
            f"{volume['standard']:.1f} (best published: {best['standard']:.1f}, {best['detector']})",
            "",
            None,
        ),
        _row("its null detector", f"{ours['null']['standard']:.1f}", "0", ours["null"]["standard"] == 0),
    ]


def _what_if(rows: Sequence[Row]) -> list[Row]:
    return [
        _row(row["what"], f"{row['processor_seconds']:.2f} s", f"under {row['target']:g} s", _under(row))
        for row in rows
    ]


def _under(row: Row) -> bool:
    return bool(row["processor_seconds"] < row["target"])


def events(row: Row) -> str:
    """Precision, recall, delay and false alarms in words."""
    parts = []
    if row["outages"]:
        delay = "" if row["delay_median"] is None else f" after {row['delay_median']:.0f} min (median)"
        parts.append(f"{row['found']} of {row['outages']} outages found{delay}")
        parts.append(f"{row['true_incidents']} of {row['incidents']} incidents true")
    rate = row["false_per_service_month"] or 0.0
    parts.append(f"{row['false_alarms']} false in {cell(row['service_months'])} service-months ({rate:.2g} a month)")
    return "; ".join(parts)


def _row(what: str, measured: str, target: str, met: bool | None) -> Row:
    return {"what": what, "measured": measured, "target": target, "met": met}


TOLD: Final[dict[str, Callable[[Sequence[Row]], list[Row]]]] = {
    "power": _power,
    "silence": _silence,
    "rivals": _rivals,
    "parts": _parts,
    "talk": _talk,
    "recordings": _recordings,
    "frustration": _frustration,
    "nab": _nab,
    "what-if": _what_if,
}
