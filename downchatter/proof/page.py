"""The page of the documentation, made from the scorecard's file: `docs/scorecard.md`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from downchatter.proof.card import CHECK, Row, Section
from downchatter.proof.sentences import (
    CALM,
    HN,
    INTRO,
    NAB,
    PARTS,
    POWER,
    RIVALS,
    SILENCE,
    STORM,
    TALK,
    TRUTH,
    VERDICTS,
)
from downchatter.proof.summary import beyond_reach, calm_kinds, events, summary, well_specified, wins
from downchatter.tables import cell

POWER_COLUMNS: Final = {
    "hourly": "usual, an hour", "rhythm": "day's swing", "spread": "variance over mean", "times": "rise ×",
    "form": "form", "found": "found", "delay_median": "median delay", "delay_p90": "P90", "delay_mean": "mean",
    "bound": "least", "ratio": "ratio",
}  # fmt: skip
VOICES_COLUMNS: Final = {
    "bound_voices": "least with five voices", "ratio_voices": "ratio to it", "optimum": "CUSUM",
    "ratio_optimum": "ratio to it with five voices",
}  # fmt: skip
SILENCE_COLUMNS: Final = {
    "hourly": "usual, an hour", "rhythm": "day's swing", "spread": "variance over mean", "left": "left of it",
    "found": "told", "delay_median": "median delay", "delay_p90": "P90", "false_alarms": "false alarms",
    "months": "service-months",
}  # fmt: skip
CALM_COLUMNS: Final = {
    "hourly": "usual, an hour", "rhythm": "day's swing", "spread": "variance over mean", "months": "service-months",
    "false_alarms": "false alarms", "false_per_month": "a month", "false_low": "95 % from", "false_high": "to",
}  # fmt: skip
PART_COLUMNS: Final = {
    "part": "judged", "found": "outages found", "true_incidents": "true incidents", "false_alarms": "false incidents",
    "precision": "precision", "recall": "recall", "delay_median": "median delay", "delay_p90": "P90",
}  # fmt: skip
TALK_COLUMNS: Final = {
    "stretches": "stretches of viral talk", "told": "told", "delay_median": "median delay",
    "as_trouble": "told as outage or frustration", "other": "told at other times",
    "around_outages": "of which around outages", "service_months": "service-months",
}  # fmt: skip
STORM_COLUMNS: Final = {
    "airline": "airline", "posts": "tweets", "labelled_rise": "angry", "hours_into_it": "told, hours into the day",
    "at_other_times": "rises at other times", "outage_incidents": "outage incidents", "note": "",
}  # fmt: skip
NAB_COLUMNS: Final = {
    "detector": "detector", "standard": "standard", "reward_low_FP_rate": "low false alarms",
    "reward_low_FN_rate": "low misses", "realTweets": "tweets alone", "by": "measured",
}  # fmt: skip


def page(sections: Mapping[str, Section]) -> str:
    """The whole page, from the sections that there are."""
    parts = [INTRO, _table(_marked(summary(sections)), SUMMARY_COLUMNS)]
    for key, tell in TOLD.items():
        if key in sections:
            one = sections[key]
            measured = f"`{one.command}`, version {one.version}, {one.measured}"
            parts.append(f"## {one.title}\n{measured}\n\n" + tell(one.rows))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


SUMMARY_COLUMNS: Final = {"what": "what", "measured": "measured", "target": "asked", "met": "met", "command": "command"}


def _marked(rows: Sequence[Row]) -> list[Row]:
    mark = {None: "", True: "yes", False: "**no**"}
    return [{**row, "met": mark[row["met"]], "command": f"`{row['command']}`"} for row in rows]


def _power(rows: Sequence[Row]) -> str:
    chosen = [row for row in rows if (row["rhythm"], row["spread"]) in ((0.0, 1.0), (0.6, 2.0))]
    chosen = [row for row in chosen if row["form"] == "step" or (row["rhythm"] > 0 and row["times"] in (3.0, 10.0))]
    plain = well_specified(rows)
    told = POWER.format(shown=len(chosen), all=len(rows), beyond=len(beyond_reach(plain)), plain=len(plain))
    calm = f"{CALM}\n\n{_table(calm_kinds(rows), CALM_COLUMNS)}"
    return f"{told}\n\n{_table([_percent(row) for row in chosen], {**POWER_COLUMNS, **VOICES_COLUMNS})}\n\n{calm}"


def _percent(row: Row) -> Row:
    return {**row, "found": f"{100 * row['found']:.0f} %", "rhythm": f"± {100 * row['rhythm']:.0f} %"}


def _silence(rows: Sequence[Row]) -> str:
    told = [{**_percent(row), "left": f"{100 * row['left']:.0f} %"} for row in rows]
    return f"{SILENCE}\n\n{_table(told, SILENCE_COLUMNS)}"


def _rivals(rows: Sequence[Row]) -> str:
    told = wins(rows)
    headings = {str(number): _contest(one["cell"]) for number, one in enumerate(told)}
    table: dict[str, Row] = {}
    for number, one in enumerate(told):
        for row in rows:
            if tuple(row[name] for name in ("hourly", "rhythm", "spread", "times", "form")) == one["cell"]:
                delay = "" if row["delay_median"] is None else f", {row['delay_median']:.0f}"
                found = f"{100 * row['found']:.0f} %{delay} ({row['false_per_month']:.1f})"
                table.setdefault(row["detector"], {"detector": row["detector"]})[str(number)] = found
    lines = [f"- {_contest(one['cell'])}: {_placed(one)}" for one in told]
    body = _table(list(table.values()), {"detector": "detector", **headings})
    return f"{RIVALS}\n\n{body}\n\n{VERDICTS}\n" + "\n".join(lines)


def _placed(one: Row) -> str:
    ahead, level = ([_lead(row) for row in one[name]] for name in ("ahead", "level"))
    return f"{', '.join(ahead) or 'nobody'}; not told apart: {', '.join(level) or 'nobody'}"


def _lead(row: Row) -> str:
    return f"{row['detector']} ({row['lead']:.1f} min; {row['lead_low']:.1f} to {row['lead_high']:.1f})"


def _contest(told: tuple[Any, ...]) -> str:
    hourly, _, spread, times, form = told
    return f"{hourly:g}/h × {times:g} {form}, variance {spread:g}"


def _parts(rows: Sequence[Row]) -> str:
    months = rows[0]["service_months"]
    services = round(months / 0.7)
    return PARTS.format(services=services, outages=rows[0]["outages"]) + "\n\n" + _table(rows, PART_COLUMNS)


def _talk(rows: Sequence[Row]) -> str:
    return f"{TALK}\n\n{_table(rows, TALK_COLUMNS)}"


def _recordings(rows: Sequence[Row]) -> str:
    told = [{**row, "told": events(row), "command": f"`{row['command']}`"} for row in rows]
    columns = {
        "recording": "recording",
        "what": "what",
        "told": "told",
        "command": "command, in the folder of the corpora",
    }
    return f"{TRUTH}\n\n{_table(told, columns)}\n\n{HN}"


def _frustration(rows: Sequence[Row]) -> str:
    return f"{STORM}\n\n{_table(rows, STORM_COLUMNS)}"


def _nab(rows: Sequence[Row]) -> str:
    told = [{**row, "by": f"`{row['command']}`" if row["ours"] else "published"} for row in rows]
    return f"{NAB}\n\n{_table(told, NAB_COLUMNS)}"


def _what_if(rows: Sequence[Row]) -> str:
    columns = {"what": "what", "minutes": "minutes with posts", "processor_seconds": "seconds of one core"}
    told = (
        "`downchatter evaluate --what-if promise=1/week` shows which stored incidents would appear, vanish or move. "
        "Timed in\na process of its own, best of three: other work on the machine only makes it slower."
    )
    return f"{told}\n\n{_table(rows, columns)}"


def _check(rows: Sequence[Row]) -> str:
    told = [_short_row(row) for row in rows]
    return _table(
        told, {"what": "what", "found": "found", "delay_median": "median delay", "false_alarms": "false alarms"}
    )


def _short_row(row: Row) -> Row:
    found = row["found"] / row["outages"] if row["of"] == "parts" else row["found"]
    return {**row, "what": check_name(row), "found": f"{100 * found:.0f} %"}


def check_name(row: Row) -> str:
    """What a row of the short form is about, in words."""
    if row["of"] == "parts":
        return f"made weeks, {row['outages']} outages"
    traffic = f"{row['hourly']:g}/h × {row['times']:g} {row['form']}, variance {row['spread']:g}"
    return traffic if row["of"] == "power" else f"{row['detector']}: {traffic}"


def _table(rows: Sequence[Row], columns: Mapping[str, str]) -> str:
    head = "| " + " | ".join(columns.values()) + " |\n|" + "---|" * len(columns)
    lines = ["| " + " | ".join(cell(row.get(name)) for name in columns) + " |" for row in rows]
    return "\n".join([head, *lines])


TOLD: Final[dict[str, Callable[[Sequence[Row]], str]]] = {
    "power": _power,
    "silence": _silence,
    "rivals": _rivals,
    "parts": _parts,
    "talk": _talk,
    "recordings": _recordings,
    "frustration": _frustration,
    "nab": _nab,
    "what-if": _what_if,
    CHECK: _check,
}
