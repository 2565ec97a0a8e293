"""The charts of one service: separate pictures that share one time axis.

They are written in Vega-Lite (https://vega.github.io/vega-lite). The tables that a chart draws have the same names each
time, so that it changes in place when they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

import pandas as pd
import pyarrow as pa
import vl_convert

from dashboards.minutes import DAY
from dashboards.words import each, known

Spec = dict[str, Any]
"""Vega-Lite, or a part of it; in a whole chart `datasets` are tables."""

COLOURS: Final = {
    "reports": "#D55E00",
    "usual": "#8397A8",
    "frustration": "#B5619A",
    "recovery": "#00916B",
    "sentiment": "#3B8FC7",
    "official": "#8E6BB5",
    "people": "#3B8FC7",
    "gap": "#7A8794",
}
"""After Okabe and Ito: told apart with any colour vision, on light and on dark."""

AXIS: Final = 62
"""Pixels left for the labels of the vertical axis, so that the charts stand exactly below each other."""

FLUSH: Final = 20
"""A label that is nearer than so many pixels to an end of the time axis would be cut off there, and is drawn inside."""

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"

STEPS: Final = {
    "onset": "Begins",
    "opened": "Suspected",
    "confirmed": "Confirmed",
    "peak": "Peak",
    "recovering": "Recovery seen",
    "resolved": "Over",
}


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time (aware UTC) and what no source could see in it.

    What lasts is drawn up to `now`, where that is before the end.
    """

    since: datetime
    until: datetime
    gaps: pd.DataFrame
    now: datetime | None = None

    @property
    def axis(self) -> Spec:
        """The shared time axis, in the viewer's zone."""
        domain = [_instant(self.since), _instant(self.until)]
        axis = {"tickCount": 8, "format": self._ticks, "labelFlush": FLUSH, "labelOverlap": True}
        return _field("at", "temporal", title=None, scale={"domain": domain, "nice": False}, axis=axis)

    @property
    def _ticks(self) -> str:
        return "%H:%M" if self.until - self.since <= timedelta(hours=25) else "%d %b"


def reports(frame: pd.DataFrame, window: Window, column: str = "reports") -> Spec:
    """What is counted against what is usual at that hour: reports of an outage, frustration, or all who speak."""
    tip = [
        *_FROM,
        _field(column, title=column, format=".1f"),
        _field("expected", title="expected", format=".2f"),
        _field("upper", title="usual up to", format=".1f"),
    ]
    grey, colour = COLOURS["usual"], COLOURS[column]
    line = {"strokeWidth": 2, "color": colour}
    band = _steps("area", window, "upper", tip, color=grey, opacity=0.3)
    mean = _steps("line", window, "expected", tip, color=grey, strokeDash=[4, 3], strokeWidth=1.5)
    heard = _steps("area", window, column, tip, color=colour, opacity=0.28, line=line)
    rows = _closed(frame)[["at", column, "expected", "upper"]]
    return _framed(rows, [band, mean, heard], window, 260, least=1.0)


def chatter(frame: pd.DataFrame, window: Window) -> Spec:
    """Frustration, and people who say that it works again."""
    names = {"frustration": [1, 0], "recovery": [6, 2]}
    tip = [*_FROM, *(_field(name, format=".1f") for name in names)]
    lines = [
        _steps("line", window, name, tip, strokeWidth=2, strokeDash=dash, color=COLOURS[name])
        for name, dash in names.items()
    ]
    return _framed(_closed(frame)[["at", *names]], lines, window, 150, least=1.0)


def mood(frame: pd.DataFrame, window: Window) -> Spec:
    """The mean sentiment of the posts of each bin; missing where nobody spoke."""
    zero = {
        "data": {"values": [{"zero": 0}]},
        "mark": {"type": "rule", "color": COLOURS["usual"], "strokeDash": [2, 2]},
        "encoding": {"y": _height("zero")},
    }
    dots = _layer(
        {"type": "circle", "color": COLOURS["sentiment"], "opacity": 0.7},
        x=window.axis,
        y=_height("sentiment", scale={"domain": [-1, 1]}, axis=_axis(values=[-1, 0, 1])),
        size=_field("posts", legend=None, scale={"range": [12, 160]}),
        tooltip=[*_FROM, _field("sentiment", format=".2f"), _field("posts", title="posts")],
    )
    spoken = frame.loc[frame["sentiment"].notna(), ["at", "sentiment", "posts"]]
    return _framed(spoken, [zero, dots], window, 130)


LANES: Final = ("Heard", "Official", "We said")

SHAPES: Final = {
    "Begins": "triangle-right",
    "Suspected": "triangle-up",
    "Confirmed": "diamond",
    "Peak": "cross",
    "Recovery seen": "triangle-down",
    "Over": "circle",
    "Investigating": "triangle-up",
    "Identified": "diamond",
    "Monitoring": "triangle-down",
    "Resolved": "circle",
    "Statement": "square",
}
"""The same turn of the story has the same shape, whoever tells it."""

MOST: Final = 1000
"""So many bars are drawn at most, and so many other marks; with more they could not be told apart."""


def marks(incidents: pd.DataFrame, officials: pd.DataFrame, notes: pd.DataFrame, window: Window) -> Spec:
    """Incidents, official steps and our statements on the shared time axis, one lane each."""
    points = steps(incidents, officials, notes)
    points = _apart(points[(points["at"] >= window.since) & (points["at"] <= window.until)], window)
    lane = _field("lane", "nominal", title=None, scale={"domain": list(LANES)}, axis=_axis())
    colours = {"domain": list(LANES), "range": [COLOURS["reports"], COLOURS["official"], COLOURS["recovery"]]}
    shapes = {"domain": list(SHAPES), "range": list(SHAPES.values())}
    talk = {"test": "datum.signal === 'talk'", "value": COLOURS["sentiment"]}
    bars = _layer(
        {"type": "bar", "height": 10, "opacity": 0.4, "cornerRadius": 3},
        x=window.axis,
        x2={"field": "until"},
        y=lane,
        color={"condition": talk, "value": COLOURS["reports"]},
        tooltip=[_field("state", "nominal"), _field("severity", "nominal")],
    )
    dots = _layer(
        {"type": "point", "size": 120, "filled": True, "opacity": 1, "stroke": "white", "strokeWidth": 0.8},
        x=window.axis,
        y=lane,
        shape=_field("step", "nominal", scale=shapes, legend=None),
        color=_field("lane", "nominal", scale=colours, legend=None),
        tooltip=[*_FROM, _field("step", "nominal"), _field("detail", "nominal")],
    )
    layers = [{"data": {"name": "bars"}, **bars}, {"data": {"name": "steps"}, **dots}]
    return _whole(
        {"layer": layers, "height": 130}, {"bars": _longest(_bars(incidents, window), window), "steps": points}
    )


def steps(incidents: pd.DataFrame, officials: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """What stands on the lanes, in the order of time: `at`, `lane`, `step`, `detail`."""
    found = pd.DataFrame(_points(incidents, officials, notes), columns=["at", "lane", "step", "detail"])
    return found.sort_values("at", kind="stable", ignore_index=True)


def _points(incidents: pd.DataFrame, officials: pd.DataFrame, notes: pd.DataFrame) -> list[tuple[Any, ...]]:
    ours = [
        (row[f"{step}_at"], LANES[0], said, row["signal"])
        for row in each(incidents)
        for step, said in STEPS.items()
        if known(row[f"{step}_at"]) and (step != "peak" or row["state"] in ("recovering", "resolved"))
    ]
    theirs = [(row.at, LANES[1], str(row.stage).capitalize(), row.title) for row in officials.itertuples()]
    said = [(row.at, LANES[2], "Statement", row.text) for row in notes.itertuples() if row.kind == "statement"]
    return ours + theirs + said


def _bars(incidents: pd.DataFrame, window: Window) -> pd.DataFrame:
    bars = [
        (
            max(row["onset_at"], window.since),
            min(row["resolved_at"] if known(row["resolved_at"]) else window.now or window.until, window.until),
            LANES[0],
            row["state"],
            row["severity"],
            row["signal"],
        )
        for row in each(incidents)
    ]
    return pd.DataFrame(bars, columns=["at", "until", "lane", "state", "severity", "signal"])


def _apart(points: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Of too many marks the first of each kind at each place, which tells how many more are there."""
    if len(points) <= MOST:
        return points
    place = [points["lane"], points["step"], _place(points, ["lane", "step"], window)]
    kept = points.assign(more=points.groupby(place)["at"].transform("size") - 1)[points.groupby(place).cumcount() == 0]
    said = [f"{one} (and {more} more)" if more else one for one, more in zip(kept["detail"], kept["more"], strict=True)]
    return kept.drop(columns="more").assign(detail=said)


def _longest(bars: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Of too many bars the longest that begins at each place."""
    if len(bars) <= MOST:
        return bars
    placed = bars.assign(place=_place(bars, ["signal"], window)).sort_values("until", ascending=False)
    return placed.drop_duplicates(["signal", "place"]).drop(columns="place")


def _place(marks: pd.DataFrame, kinds: list[str], window: Window) -> pd.Series[int]:
    """In which part of the window each mark lies, of so many parts that they hold `MOST` marks of different kinds."""
    parts = MOST // marks.groupby(kinds).ngroups
    return ((marks["at"] - window.since) / (window.until - window.since) * parts).clip(0, parts - 1).astype(int)


def drawn(chart: Spec, form: Literal["svg", "png"]) -> bytes:
    """A chart as a file, drawn here: on white, in UTC, at twice its size where it is made of points."""
    rows = {name: table.to_pylist() for name, table in chart["datasets"].items()}
    told = {**chart, "datasets": rows, "width": 900, "background": "white"}
    if form == "svg":
        return str(vl_convert.vegalite_to_svg(told)).encode()
    return bytes(vl_convert.vegalite_to_png(told, scale=2))


def sent(chart: Spec) -> Spec:
    """A chart as it goes to the browser: its tables as the bytes of an Arrow stream."""
    return {**chart, "datasets": {name: _bytes(table) for name, table in chart["datasets"].items()}}


def _bytes(table: pa.Table) -> bytes:
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return bytes(out.getvalue())


def _framed(
    rows: pd.DataFrame, layers: Sequence[Spec], window: Window, height: int, least: float | None = None
) -> Spec:
    """Layers over the gaps; where nothing is higher than `least`, the axis ends there."""
    heights = rows.drop(columns="at").to_numpy(dtype=float)
    if least is not None and not (heights > least).any():
        scale = {"domain": [0, least]}
        layers = [
            {**one, "encoding": {**one["encoding"], "y": {**one["encoding"]["y"], "scale": scale}}} for one in layers
        ]
    chart = {"data": {"name": "rows"}, "layer": [*layers]}
    lines = _hatching(window)
    if lines.empty:
        return _whole({**chart, "height": height}, {"rows": rows})
    hatched = {"data": {"name": "gaps"}, **_hatched(window)}
    both = {"layer": [hatched, chart], "height": height, "resolve": {"scale": {"y": "independent"}}}
    return _whole(both, {"gaps": lines, "rows": rows})


def _whole(chart: Spec, frames: Mapping[str, pd.DataFrame]) -> Spec:
    return {"$schema": SCHEMA, **chart, "datasets": {name: _table(frame) for name, frame in frames.items()}}


def _table(frame: pd.DataFrame) -> pa.Table:
    """Rows whose times are milliseconds, which every path to the browser reads alike."""
    told = {
        str(name): column.dt.as_unit("ms").astype("int64").astype(float)
        if isinstance(column.dtype, pd.DatetimeTZDtype)
        else column
        for name, column in frame.items()
    }
    return pa.table({name: pa.array(column, from_pandas=True) for name, column in told.items()})


def _closed(frame: pd.DataFrame) -> pd.DataFrame:
    """Bins as steps: each stretch without a gap ends where its last bin ends, not where that begins."""
    if len(frame) < 2:
        return frame
    width = frame["at"].iloc[1] - frame["at"].iloc[0]
    last = frame["reports"].notna() & frame["reports"].shift(-1).isna()
    ends = frame[last].assign(at=frame.loc[last, "at"] + width)
    return pd.concat([ends, frame]).sort_values("at", kind="stable", ignore_index=True)


def _hatched(window: Window) -> Spec:
    return _layer(
        {"type": "rule", "color": COLOURS["gap"], "strokeWidth": 1, "opacity": 0.75, "clip": True},
        x=window.axis,
        x2={"field": "to"},
        y=_field("low", axis=None, scale={"domain": [0, 1]}),
        y2={"field": "high"},
    )


def _hatching(window: Window) -> pd.DataFrame:
    """Diagonals over the gaps: Vega has no pattern to fill with."""
    step = (window.until - window.since) / 110
    slope = 3 * step
    lines: list[tuple[datetime, datetime, float, float]] = []
    for start, end in zip(window.gaps["start"], window.gaps["end"], strict=True):
        first = max(start, window.since)
        last = min(end, window.until)
        place = first - slope
        while place < last:
            low, high = max(place, first), min(place + slope, last)
            if low < high:
                lines.append((low, high, (low - place) / slope, (high - place) / slope))
            place += step
    return pd.DataFrame(lines, columns=["at", "to", "low", "high"])


def _instant(moment: datetime) -> Spec:
    at = moment.astimezone(UTC)
    day = {"year": at.year, "month": at.month, "date": at.day}
    return {**day, "hours": at.hour, "minutes": at.minute, "seconds": at.second, "utc": True}


def _field(name: str, kind: str = "quantitative", **options: Any) -> Spec:
    return {"field": name, "type": kind, **options}


_FROM: Final = (
    _field("at", "temporal", title="from", format="%d %b %H:%M"),
    _field("utc", "nominal", title="in UTC"),
)


def _layer(mark: Spec, **encoding: Any) -> Spec:
    """Marks of rows that have a time `at`."""
    utc = {"calculate": "utcFormat(datum.at, '%d %b %H:%M')", "as": "utc"}
    return {"mark": mark, "encoding": encoding, "transform": [utc]}


def _steps(mark: str, window: Window, column: str, tip: Sequence[Spec], **looks: Any) -> Spec:
    """A column drawn as steps, as its bins are."""
    drawn = {"type": mark, "interpolate": "step-after", "clip": True, **looks}
    return _layer(drawn, x=window.axis, y=_height(column, stack=None), tooltip=[*tip])


def _height(name: str, **options: Any) -> Spec:
    return _field(name, **{"title": None, "axis": _axis(tickCount=4), **options})


def _axis(**options: Any) -> Spec:
    return {"minExtent": AXIS, "maxExtent": AXIS, **options}


def per(minutes: int) -> str:
    """The width of a bin as a unit's denominator."""
    whole = {1: "minute", 60: "hour", DAY: "day"}
    if minutes in whole:
        return whole[minutes]
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h" if minutes < DAY else f"{minutes // DAY} days"
