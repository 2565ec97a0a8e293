"""What others wrote stays text: in markup, in links, in spreadsheets."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dashboards import posts
from dashboards.markup import Safe, fill, join, link, outward
from dashboards.posts import disarmed
from dashboards.serve import SETTINGS
from dashboards.words import plain

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{x}", "' onmouseover='alert(1)"]


@pytest.mark.parametrize("text", HOSTILE)
def test_values_are_inert(text: str) -> None:
    made = fill('<p title="{text}">{text}</p>', text=text)
    inner = made.removeprefix('<p title="').removesuffix("</p>")
    assert "<" not in inner.replace('">', "", 1)
    assert '"' not in inner.replace('">', "", 1)
    assert "'" not in inner


def test_our_own_markup_is_kept_and_foreign_parts_are_not() -> None:
    assert fill("{a}{b}", a=Safe("<b>"), b="<i>") == "<b>&lt;i&gt;"
    assert join([Safe("<b>"), "<i>"]) == "<b>&lt;i&gt;"  # type: ignore[list-item]


def test_links_carry_names_of_any_kind() -> None:
    assert link("service", service="A&B ?#/") == "service?service=A%26B+%3F%23%2F"


@pytest.mark.parametrize(
    ("address", "kept"),
    [("https://x.test/1", True), ("http://x.test", True), ("javascript:alert(1)", False), ("data:text/html,x", False)],
)
def test_only_links_to_pages_are_followed(address: str, kept: bool) -> None:
    assert outward(address) == (address if kept else "")


def test_text_that_turns_or_hides_is_laid_bare() -> None:
    assert plain("evil\u202egnp.exe\u200b\x00") == "evilgnp.exe"
    assert plain("שלום 👋🏽\nnew line") == "שלום 👋🏽\nnew line"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "＝1", "－1+1"])
def test_no_cell_is_a_formula(text: str) -> None:
    made = disarmed(pd.DataFrame({"text": [text, "fine"], "number": [-1.5, 2]})).decode("utf-8-sig")
    assert f"'{text}" in made
    assert "-1.5" in made
    assert "'fine" not in made
    assert "'-1.5" not in made


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\u061c", "\x9f"])
def test_no_cell_turns_or_hides_text_nor_hides_a_formula(hidden: str) -> None:
    made = disarmed(pd.DataFrame({"text": [f"evil{hidden}exe.gnp", f"{hidden}=1+1"]})).decode("utf-8-sig")
    assert hidden not in made
    assert made.splitlines()[1:] == ["evilexe.gnp", "'=1+1"]


def test_every_download_of_a_frame_is_disarmed() -> None:
    views = [file for file in Path(posts.__file__).parent.rglob("*.py") if file.name != "posts.py"]
    assert len(views) > 20
    assert [file.name for file in views if "to_csv" in file.read_text(encoding="utf8")] == []
    assert SETTINGS["client.disableDataExport"] is True
