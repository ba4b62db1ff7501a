"""The pictures of a page, as Vega-Lite documents that Altair writes; their rows are put in by the page.

Colours are Okabe and Ito's, as in the leaderboard's pictures; shapes say the same. Letters and lines take their colour
from the page, which may be light or dark.
"""

from typing import Any, TypeAlias

import altair as alt

from ...report.style import COLOURS

BRIGHT = COLOURS[1:]
"""All but black, which a dark page would swallow."""

SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"]
GUIDE = "#888888"
"""Colour of lines that are no contender's: seen on light and on dark."""

Drawn: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart
WIDTH: Any = "container"
HEIGHT, OF_A_ROW = 420, alt.Step(22)


def charts() -> dict[str, dict[str, Any]]:
    """Write all of them, by the names of their places on the page."""
    made = {
        "tradeoff": _tradeoff(),
        "seeds": _seeds(),
        "reliability": _reliability(),
        "cost": _cost(),
        "scarcity": _scarcity(),
        "ranks": _ranks(),
        "rows": _rows(),
    }
    fitted = alt.AutoSizeParams(type="fit-x", contains="padding")
    return {name: chart.properties(width=WIDTH, autosize=fitted).to_dict() for name, chart in made.items()}


def _rows_of(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name))


def _chosen() -> alt.Parameter:
    """Let a click on the legend bring a contender forward."""
    return alt.selection_point(name="chosen", fields=["contender"], bind="legend")


def _colour(field: str = "contender") -> alt.Color:
    return alt.Color(
        f"{field}:N", sort=None, scale=alt.Scale(range=BRIGHT), legend=alt.Legend(title=None, symbolLimit=0)
    )


def _shape(field: str = "contender") -> alt.Shape:
    return alt.Shape(
        f"{field}:N", sort=None, scale=alt.Scale(range=SHAPES), legend=alt.Legend(title=None, symbolLimit=0)
    )


def _shown(chosen: alt.Parameter) -> Any:
    return alt.when(chosen).then(alt.value(1)).otherwise(alt.value(0.1))


def _said(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:Q", title=title, format=".4~g")


def _contenders() -> alt.Y:
    return alt.Y("contender:N", sort=None, title=None)


def _tradeoff() -> Drawn:
    """Draw false alarms against misses, and the curve along which the baseline's threshold moves."""
    chosen = _chosen()
    alarms = alt.X("error_negative:Q", title="false alarms: error on negatives, %", scale=alt.Scale(zero=False))
    misses = alt.Y("error_positive:Q", title="misses: error on positives, %", scale=alt.Scale(zero=False))
    curve = _rows_of("roc").mark_line(color=GUIDE, strokeWidth=1.5).encode(x=alarms, y=misses, order="error_negative:Q")
    who: dict[str, Any] = {"color": _colour(), "opacity": _shown(chosen)}
    bars = _rows_of("bars").mark_rule().encode(**who)
    across = bars.encode(x=alt.X("alarms_low:Q"), x2="alarms_high:Q", y=misses)
    upright = bars.encode(x=alarms, y=alt.Y("misses_low:Q"), y2="misses_high:Q")
    numbers = [_said("error_negative", "false alarms %"), _said("error_positive", "misses %"), "lift:N"]
    points = (
        _rows_of("points")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(**who, x=alarms, y=misses, shape=_shape(), tooltip=["contender:N", "role:N", *numbers])
    )
    return alt.layer(curve, across, upright, points.add_params(chosen)).properties(height=HEIGHT)


def _seeds() -> Drawn:
    """Draw what each seed gave, and the mean."""
    value = alt.X("value:Q", title=None, scale=alt.Scale(zero=False))
    colour = alt.Color(
        "role:N", scale=alt.Scale(domain=["oversampler", "control"], range=BRIGHT[:2]),
        legend=alt.Legend(title=None, orient="top"),
    )  # fmt: skip
    where = {"x": value, "y": _contenders(), "color": colour}
    dots = _rows_of("dots").mark_circle(size=30, opacity=0.6)
    means = _rows_of("means").mark_tick(thickness=3, size=16)
    return alt.layer(
        dots.encode(**where, tooltip=["contender:N", "seed:Q", _said("value", "value")]),
        means.encode(**where, tooltip=["contender:N", _said("value", "mean")]),
    ).properties(height=OF_A_ROW)


def _reliability() -> Drawn:
    """Draw which share of the rows of a predicted probability are positive."""
    x, y = ({"scale": alt.Scale(domain=[0, 1]), "title": t} for t in ("predicted probability", "share of positives"))
    right = (
        alt.Chart(alt.Data(values=[{"at": 0}, {"at": 1}]))
        .mark_line(color=GUIDE, strokeDash=[3, 3])
        .encode(x=alt.X("at:Q", **x), y=alt.Y("at:Q", **y))
    )
    numbers = [_said("probability", "predicted"), _said("positive", "positive"), "rows:Q"]
    where = {"x": alt.X("probability:Q", **x), "y": alt.Y("positive:Q", **y)}
    return alt.layer(right, *_lines(_rows_of("bins").encode(**where), ["contender:N", *numbers])).properties(
        height=HEIGHT
    )


def _cost() -> Drawn:
    """Draw seconds against lift, and steps along those that no other beats in both."""
    chosen = _chosen()
    taken = alt.X("seconds:Q", title="seconds to tune, sample and fit, median", scale=alt.Scale(type="log"))
    lift = alt.Y("lift:Q", title="lift over the moved threshold, points")
    front = _rows_of("front").mark_line(interpolate="step-after", color=GUIDE)
    who: dict[str, Any] = {"x": taken, "color": _colour(), "opacity": _shown(chosen)}
    points = (
        _rows_of("costs")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            **who,
            y=lift,
            shape=_shape(),
            tooltip=["contender:N", _said("seconds", "seconds"), _said("lift", "lift, points")],
        )
    )
    return alt.layer(
        front.encode(x=taken, y=lift, order="seconds:Q"),
        _rows_of("bars").mark_rule().encode(**who, y=alt.Y("low:Q"), y2="high:Q"),
        points.add_params(chosen),
    ).properties(height=HEIGHT)


def _scarcity() -> Drawn:
    """Draw a measure against the share of training positives."""
    share = alt.X(
        "share:Q", title="training positives, %", scale=alt.Scale(type="log"), axis=alt.Axis(format="~g", tickCount=5)
    )
    base = _rows_of("shares").encode(x=share, y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)))
    said = ["contender:N", _said("share", "positives %"), _said("value", "mean")]
    return alt.layer(*_lines(base, said)).properties(height=HEIGHT)


def _lines(base: alt.Chart, said: list[Any]) -> list[alt.Chart]:
    """Draw a contender as a line, and points on it that say what they are."""
    chosen = _chosen()
    base = base.encode(color=_colour(), opacity=_shown(chosen))
    return [
        base.mark_line(),
        base.mark_point(filled=True, size=55, opacity=1).encode(shape=_shape(), tooltip=said).add_params(chosen),
    ]


def _ranks() -> Drawn:
    """Draw ranks as fields with numbers, a contender a row, a measure a column."""
    by = alt.X("measure:N", sort=None, title=None, axis=alt.Axis(orient="top", labelAngle=-30, labelLimit=120))
    base = _rows_of("ranks").encode(x=by, y=_contenders(), tooltip=["contender:N", "measure:N", "rank:Q"])
    shade = alt.Color("rank:Q", scale=alt.Scale(range=["#56b4e9", "#eaf4fb"]), legend=None)
    return alt.layer(
        base.mark_rect(stroke=GUIDE).encode(color=shade),
        base.mark_text(fontWeight="bold").encode(text="rank:Q", color=alt.value("black")),
    ).properties(height=OF_A_ROW)


def _rows() -> Drawn:
    """Draw what the added rows are like."""
    return (
        _rows_of("rows")
        .mark_point(filled=True, size=70, opacity=1)
        .encode(
            x=alt.X("value:Q", title="0 to 1", scale=alt.Scale(domain=[0, 1], clamp=True)),
            y=_contenders(), color=_colour("measure"), shape=_shape("measure"),
            tooltip=["contender:N", "measure:N", _said("value", "mean")],
        )
        .properties(height=OF_A_ROW)
    )  # fmt: skip
