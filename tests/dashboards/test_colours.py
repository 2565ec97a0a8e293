"""Colours are told apart with any colour vision and on a washed-out projector, and never tell anything alone."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Final

import numpy as np
import pytest

from dashboards.charts import COLOURS
from dashboards.parts import STYLE, state_word
from dashboards.words import STATES

BACK: Final = {"light": "#ffffff", "dark": "#0f151b"}

VISION: Final = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""What is left of linear RGB, after Machado, Oliveira and Fernandes (2009), severity 1."""

TOGETHER: Final = {
    "frustration and recovery": ("frustration", "recovery"),
    "lanes": ("reports", "official", "recovery"),
    "reports against usual": ("reports", "usual"),
    "talk against usual": ("people", "usual"),
}
"""Colours that stand in one chart."""


def state_colours(look: str) -> dict[str, str]:
    """The colour of each state, as the style has it."""
    found = re.findall(r"--(\w+): light-dark\((#\w+), (#\w+)\);", STYLE.read_text(encoding="utf8"))
    return {name: (light, dark)[look == "dark"] for name, light, dark in found if name in STATES}


def linear(colour: str) -> np.ndarray:
    """Linear RGB of a colour in hexadecimal."""
    said = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(said <= 0.04045, said / 12.92, ((said + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE Lab of linear RGB."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    part = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * part[1] - 16, 500 * (part[0] - part[1]), 200 * (part[1] - part[2])])


def apart(one: str, other: str, vision: str = "") -> float:
    """How far two colours look apart (CIE 1976); under 10 they are easily taken for one another."""
    seen = np.array(VISION[vision]) if vision else np.eye(3)
    return float(np.linalg.norm(lab(seen @ linear(one)) - lab(seen @ linear(other))))


def contrast(one: str, other: str, glare: float = 0.0) -> float:
    """The contrast of two colours as WCAG has it; `glare` is the light that a room adds to both."""
    light = sorted(float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour)) + glare for colour in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


@pytest.mark.parametrize("look", BACK)
@pytest.mark.parametrize("vision", ["", *VISION])
def test_states_look_different_to_everyone(look: str, vision: str) -> None:
    colours = state_colours(look)
    assert colours.keys() == STATES.keys()
    close = {
        pair: round(apart(colours[pair[0]], colours[pair[1]], vision), 1)
        for pair in combinations(colours, 2)
        if apart(colours[pair[0]], colours[pair[1]], vision) < 10
    }
    assert close == {}


@pytest.mark.parametrize("look", BACK)
def test_states_can_be_read_as_text(look: str) -> None:
    for colour in state_colours(look).values():
        assert contrast(colour, BACK[look]) >= 4.5


def test_states_can_be_read_on_a_projector_in_a_lit_room() -> None:
    for colour in state_colours("light").values():
        assert contrast(colour, BACK["light"], glare=0.1) >= 3


@pytest.mark.parametrize("chart", TOGETHER)
@pytest.mark.parametrize("vision", ["", *VISION])
def test_what_stands_in_one_chart_looks_different_to_everyone(chart: str, vision: str) -> None:
    for one, other in combinations(TOGETHER[chart], 2):
        assert apart(COLOURS[one], COLOURS[other], vision) >= 10, (one, other)


@pytest.mark.parametrize("look", BACK)
def test_lines_stand_out_from_the_ground(look: str) -> None:
    for name, colour in COLOURS.items():
        assert contrast(colour, BACK[look]) >= (3 if name not in ("usual", "gap") else 2), name


def test_a_state_is_told_by_shape_and_word_too() -> None:
    for state, word in STATES.items():
        assert f"dc-mark {state}" in state_word(state)
        assert word in state_word(state)
    shapes = re.findall(r"\.dc-mark\.(\w+) {([^}]*)}", STYLE.read_text(encoding="utf8"))
    assert {name for name, _ in shapes} == STATES.keys()
    assert len({shape for _, shape in shapes}) == len(STATES)
