"""The charts of one service: separate pictures that share one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

import altair as alt
import pandas as pd
import pyarrow as pa
import vl_convert

from dashboards.words import each, known

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
    def axis(self) -> alt.X:
        """The shared time axis, in the viewer's zone."""
        domain = [_instant(self.since), _instant(self.until)]
        axis = alt.Axis(tickCount=8, format=self._ticks, labelFlush=True, labelOverlap=True)
        return alt.X("at:T", title=None, scale=alt.Scale(domain=domain, nice=False), axis=axis)

    @property
    def _ticks(self) -> str:
        return "%H:%M" if self.until - self.since <= timedelta(hours=25) else "%d %b"


def reports(frame: pd.DataFrame, window: Window, column: str = "reports") -> alt.LayerChart:
    """What is counted against what is usual at that hour: reports of an outage, frustration, or all who speak."""
    base = _chart(_closed(frame))
    tip = [
        *_from(),
        alt.Tooltip(f"{column}:Q", title=column, format=".1f"),
        alt.Tooltip("expected:Q", title="expected", format=".2f"),
        alt.Tooltip("upper:Q", title="usual up to", format=".1f"),
    ]
    grey = COLOURS["usual"]
    band = base.mark_area(interpolate="step-after", clip=True, color=grey, opacity=0.3).encode(
        window.axis, _height("upper:Q")
    )
    mean = base.mark_line(interpolate="step-after", clip=True, color=grey, strokeDash=[4, 3], strokeWidth=1.5).encode(
        window.axis, _height("expected:Q")
    )
    heard = base.mark_area(
        interpolate="step-after",
        clip=True,
        color=COLOURS[column],
        opacity=0.28,
        line={"strokeWidth": 2, "color": COLOURS[column]},
    ).encode(window.axis, _height(f"{column}:Q"), tooltip=tip)
    return _framed([band, mean, heard], window, 260)


def chatter(frame: pd.DataFrame, window: Window) -> alt.LayerChart:
    """Frustration, and people who say that it works again."""
    base = _chart(_closed(frame))
    tip = [*_from(), alt.Tooltip("frustration:Q", format=".1f"), alt.Tooltip("recovery:Q", format=".1f")]
    lines = [
        base.mark_line(interpolate="step-after", clip=True, strokeWidth=2, strokeDash=dash, color=COLOURS[name]).encode(
            window.axis, _height(f"{name}:Q"), tooltip=tip
        )
        for name, dash in (("frustration", [1, 0]), ("recovery", [6, 2]))
    ]
    return _framed(lines, window, 150)


def mood(frame: pd.DataFrame, window: Window) -> alt.LayerChart:
    """The mean sentiment of the posts of each bin; missing where nobody spoke."""
    spoken = frame.dropna(subset=["sentiment"])
    zero = _chart(pd.DataFrame({"zero": [0]})).mark_rule(color=COLOURS["usual"], strokeDash=[2, 2])
    dots = (
        _chart(spoken)
        .mark_circle(color=COLOURS["sentiment"], opacity=0.7)
        .encode(
            window.axis,
            _height("sentiment:Q", scale=alt.Scale(domain=[-1, 1]), axis=_axis(values=[-1, 0, 1])),
            size=alt.Size("posts:Q", legend=None, scale=alt.Scale(range=[12, 160])),
            tooltip=[*_from(), alt.Tooltip("sentiment:Q", format=".2f"), alt.Tooltip("posts:Q", title="posts")],
        )
    )
    return _framed([zero.encode(_height("zero:Q")), dots], window, 130)


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


def marks(incidents: pd.DataFrame, officials: pd.DataFrame, notes: pd.DataFrame, window: Window) -> alt.LayerChart:
    """Incidents, official steps and our statements on the shared time axis, one lane each."""
    points = steps(incidents, officials, notes)
    points = points[(points["at"] >= window.since) & (points["at"] <= window.until)]
    lane = alt.Y(
        "lane:N", title=None, scale=alt.Scale(domain=list(LANES)), axis=alt.Axis(minExtent=AXIS, maxExtent=AXIS)
    )
    colour = alt.Scale(domain=list(LANES), range=[COLOURS["reports"], COLOURS["official"], COLOURS["recovery"]])
    shapes = alt.Scale(domain=list(SHAPES), range=list(SHAPES.values()))
    bars = (
        _chart(_bars(incidents, window))
        .mark_bar(height=10, opacity=0.4, cornerRadius=3)
        .encode(
            window.axis,
            alt.X2("until:T"),
            lane,
            color=alt.condition(
                "datum.signal === 'talk'", alt.value(COLOURS["sentiment"]), alt.value(COLOURS["reports"])
            ),
            tooltip=["state:N", "severity:N"],
        )
    )
    dots = (
        _chart(points)
        .mark_point(size=120, filled=True, opacity=1, stroke="white", strokeWidth=0.8)
        .encode(
            window.axis,
            lane,
            shape=alt.Shape("step:N", scale=shapes, legend=None),
            color=alt.Color("lane:N", scale=colour, legend=None),
            tooltip=[*_from(), "step:N", "detail:N"],
        )
    )
    return alt.LayerChart(layer=[bars, dots]).properties(height=130)


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


def spec(chart: alt.LayerChart) -> dict[str, Any]:
    """A chart as it goes to the browser: its numbers in columns; the page gives it its theme."""
    told: dict[str, Any] = chart.to_dict(validate=False)  # the schema is ours to keep; a test checks it
    told.pop("config", None)
    told["datasets"] = {name: pa.Table.from_pylist(rows) for name, rows in told.get("datasets", {}).items()}
    return told


def drawn(chart: alt.LayerChart, form: Literal["svg", "png"]) -> bytes:
    """A chart as a file, drawn here: on white, in UTC, at twice its size where it is made of points."""
    told = chart.properties(width=900, background="white").to_dict()
    if form == "svg":
        return str(vl_convert.vegalite_to_svg(told)).encode()
    return bytes(vl_convert.vegalite_to_png(told, scale=2))


def _framed(layers: Sequence[alt.Chart], window: Window, height: int) -> alt.LayerChart:
    hatched = _hatched(window)
    parts = [*layers] if hatched is None else [hatched, alt.layer(*layers)]
    chart = alt.LayerChart(layer=parts).properties(height=height)
    return chart.resolve_scale(y="independent") if hatched is not None else chart


def _chart(frame: pd.DataFrame) -> alt.Chart:
    """A chart on a frame whose times go to the browser as milliseconds, which every path there reads alike."""
    sent = frame.copy()
    for column in sent.select_dtypes("datetimetz"):
        sent[column] = sent[column].dt.as_unit("ms").astype("int64").astype(float)
    chart = alt.Chart(sent)
    return chart.transform_calculate(utc="utcFormat(datum.at, '%d %b %H:%M')") if "at" in sent else chart


def _closed(frame: pd.DataFrame) -> pd.DataFrame:
    """Bins as steps: each stretch without a gap ends where its last bin ends, not where that begins."""
    if len(frame) < 2:
        return frame
    width = frame["at"].iloc[1] - frame["at"].iloc[0]
    last = frame["reports"].notna() & frame["reports"].shift(-1).isna()
    ends = frame[last].assign(at=frame.loc[last, "at"] + width)
    return pd.concat([ends, frame]).sort_values("at", kind="stable", ignore_index=True)


def _hatched(window: Window) -> alt.Chart | None:
    lines = _hatching(window)
    if lines.empty:
        return None
    drawn: alt.Chart = (
        _chart(lines)
        .mark_rule(color=COLOURS["gap"], strokeWidth=1, opacity=0.75, clip=True)
        .encode(
            window.axis,
            alt.X2("to:T"),
            alt.Y("low:Q", axis=None, scale=alt.Scale(domain=[0, 1])),
            alt.Y2("high:Q"),
        )
    )
    return drawn


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


def _instant(moment: datetime) -> alt.DateTime:
    at = moment.astimezone(UTC)
    return alt.DateTime(
        year=at.year, month=at.month, date=at.day, hours=at.hour, minutes=at.minute, seconds=at.second, utc=True
    )


def _from() -> list[alt.Tooltip]:
    return [alt.Tooltip("at:T", title="from", format="%d %b %H:%M"), alt.Tooltip("utc:N", title="in UTC")]


def _height(field: str, **options: Any) -> alt.Y:
    return alt.Y(field, title=None, **{"axis": _axis(tickCount=4), **options})


def _axis(**options: Any) -> alt.Axis:
    return alt.Axis(minExtent=AXIS, maxExtent=AXIS, **options)


def per(minutes: int) -> str:
    """The width of a bin as a unit's denominator."""
    if minutes == 1:
        return "minute"
    return f"{minutes} min" if minutes < 60 else "hour" if minutes == 60 else f"{minutes // 60} h"
