"""The frames are dense, honest about what could not be seen, and survive a publication under their feet."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from dashboards import frames, published
from dashboards.frames import Published
from ingest.errors import UserError

START = datetime(2026, 3, 3, tzinfo=UTC)
CHARACTER = "Character.AI"


def at(hours: float) -> datetime:
    """A time of the recorded day."""
    return START + timedelta(hours=hours)


CALLS: dict[str, Callable[[Published], Any]] = {
    "services": frames.services,
    "sparks": frames.sparks,
    "minutes": lambda p: frames.minutes(p, CHARACTER, at(0), at(1)),
    "sources": lambda p: frames.sources(p, CHARACTER, at(0), at(1)),
    "posts": lambda p: frames.posts(p, CHARACTER, at(0), at(1)),
    "incidents": frames.incidents,
    "incident": lambda p: frames.incident(p, "none"),
    "evidence": lambda p: frames.evidence(p, "none"),
    "officials": frames.officials,
    "notes": frames.notes,
    "gaps": frames.gaps,
    "coverage": frames.coverage,
    "deliveries": frames.deliveries,
    "who_knew_when": lambda p: frames.who_knew_when(p, "none"),
}


@pytest.mark.parametrize("name", CALLS)
def test_nothing_published_is_an_empty_answer_and_a_remedy(name: str, tmp_path: Path) -> None:
    published = Published(tmp_path / "absent")
    answer = CALLS[name](published)
    if name == "minutes":
        assert len(answer) == 60
        assert answer["reports"].isna().all()
    else:
        assert answer is None or len(answer) == 0
    assert published.meta() is None
    assert str(tmp_path / "absent") in published.remedy
    assert "downchatter run" in published.remedy


@pytest.mark.parametrize("name", CALLS)
def test_empty_and_full_answers_have_the_same_columns(name: str, tmp_path: Path, full: Path) -> None:
    empty, there = CALLS[name](Published(tmp_path)), CALLS[name](Published(full))
    if isinstance(there, pd.DataFrame):
        assert list(empty.columns) == list(there.columns)


def test_minutes_are_dense_and_agree_with_what_was_written(full: Path, day: Callable[..., Any]) -> None:
    told = frames.minutes(Published(full), CHARACTER, at(14), at(15), width=1)
    written = {row["minute"]: row for row in day().minutes if row["service"] == CHARACTER}
    assert len(told) == 60
    for moment, reports, posts in zip(told["at"], told["reports"], told["posts"], strict=True):
        expected = written.get(moment.to_pydatetime().replace(tzinfo=None), {"outage": 0.0, "posts": 0})
        assert reports == pytest.approx(expected["outage"])
        assert posts == expected["posts"]


@pytest.mark.parametrize("width", frames.BINS)
def test_every_width_of_bin_keeps_the_total(full: Path, width: int) -> None:
    narrow = frames.minutes(Published(full), CHARACTER, at(0), at(12), width=1)
    wide = frames.minutes(Published(full), CHARACTER, at(0), at(12), width=width)
    assert wide["reports"].sum() == pytest.approx(narrow["reports"].sum())
    assert wide["expected"].iloc[0] == pytest.approx(narrow["expected"].iloc[:width].sum(), rel=0.6)


def test_bins_of_whole_days_keep_the_total(full: Path) -> None:
    narrow = frames.minutes(Published(full), CHARACTER, at(0), at(12), width=60)
    wide = frames.minutes(Published(full), CHARACTER, at(-90 * 24), at(12), width=2880)
    assert wide["reports"].sum() == pytest.approx(narrow["reports"].sum())


def test_a_gap_is_missing_and_silence_is_zero(full: Path) -> None:
    told = frames.minutes(Published(full), CHARACTER, at(9), at(10), source="bluesky", width=1).set_index("at")
    gap = told.loc[at(9 + 10 / 60) : at(9 + 39 / 60)]
    assert gap["reports"].isna().all()
    assert (gap["seen"] == 0).all()
    rest = told.drop(gap.index)
    assert rest["reports"].notna().all()
    assert (rest["reports"] == 0).any()


def test_a_gap_that_another_source_covers_is_no_gap(full: Path) -> None:
    assert frames.minutes(Published(full), CHARACTER, at(9), at(10), width=1)["reports"].notna().all()


def test_before_anything_was_read_is_missing_not_zero(full: Path) -> None:
    told = frames.minutes(Published(full), CHARACTER, at(-2), at(1), width=5)
    assert told["reports"].isna().sum() == 24
    stretches = frames.unseen(told, 5)
    assert stretches["start"].tolist() == [at(-2)]
    assert stretches["end"].tolist() == [at(0)]


@pytest.mark.parametrize("days", [1 / 24, 0.25, 1, 7, 30, 90, 400, 2000])
@pytest.mark.parametrize("most", [40, 150, 300])
def test_charts_stay_small(days: float, most: int) -> None:
    width = frames.bin_for(START, START + timedelta(days=days), most=most)
    assert days * 1440 / width <= most


def test_services_put_the_one_that_needs_eyes_first(publication: Any, day: Callable[..., Any]) -> None:
    publication.publish(day("14:44"))
    told = frames.services(Published(publication.folder))
    assert told["service"].iloc[0] == CHARACTER
    assert told["state"].tolist()[:2] == ["outage", "elevated"]
    assert told["official_stage"].iloc[0] == "identified"
    assert told["lead_minutes"].iloc[0] == 23
    assert told["lead_minutes"].iloc[1:].isna().all()


def test_spark_lines_end_with_the_last_minutes(publication: Any, day: Callable[..., Any]) -> None:
    made = day("14:44")
    publication.publish(made)
    last = [r for r in made.minutes if r["service"] == CHARACTER and r["minute"].strftime("%H:%M") >= "14:39"]
    line = frames.sparks(Published(publication.folder))[CHARACTER]
    assert len(line) == 30
    assert line[-1] == pytest.approx(sum(row["outage"] for row in last))


def test_who_knew_when_counts_from_the_first_post(full: Path) -> None:
    told = frames.who_knew_when(Published(full), "inc-character")
    first = told[told["who"] == "users"].iloc[0]
    assert first["minutes"] == 0
    assert told["at"].is_monotonic_increasing
    distance = told[told["what"] == "Status page: investigating"].iloc[0]
    assert distance["minutes"] == pytest.approx((distance["at"] - first["at"]) / pd.Timedelta(minutes=1))
    assert set(told["who"]) == {"users", "us", "official", "statement", "estimate"}


@pytest.mark.parametrize("words", ["'; drop table posts; --", "%", "_", "\\", '"', "$words"])
def test_words_to_search_for_are_only_words(full: Path, words: str) -> None:
    published = Published(full)
    found = frames.posts(published, CHARACTER, at(14), at(15), search=words, fold=False)
    assert all(words.lower() in text.lower() for text in found["text"])
    assert len(frames.posts(published, CHARACTER, at(14), at(15), fold=False))


def test_posts_are_filtered_ordered_and_folded(full: Path) -> None:
    published = Published(full)
    found = frames.posts(published, CHARACTER, at(14), at(15), kinds=["outage"], search="LOG IN", fold=False)
    assert set(found["kind"]) == {"outage"}
    assert all("log in" in text for text in found["text"])
    newest = frames.posts(published, CHARACTER, at(14), at(15), newest=True, fold=False)
    assert newest["created_at"].is_monotonic_decreasing
    folded = frames.posts(published, CHARACTER, at(14), at(15), kinds=["outage"], search="log in")
    assert len(folded) == 1
    assert folded["copies"].iloc[0] == len(found) - 1
    assert frames.posts(published, CHARACTER, at(14), at(15), counted=True)["counted"].gt(0).any()
    assert frames.posts(published, CHARACTER, at(14), at(15), source="reddit").empty


def test_times_are_aware(full: Path) -> None:
    assert str(frames.services(Published(full))["since"].dtype).endswith("UTC]")
    assert str(frames.posts(Published(full), CHARACTER, at(14), at(15))["created_at"].dtype).endswith("UTC]")


def test_other_databases_answer_in_turn_and_say_the_same(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "ANEW", 3)
    held = [published._memory() for _ in range(7)]
    assert 2 <= len({id(one) for one in held}) <= 4
    told = [Published(full).frame("select count(*) as n from posts", tables=["posts"])["n"].item() for _ in range(7)]
    assert told == [told[0]] * 7
    assert told[0] > 0


def test_a_generation_that_vanishes_is_read_anew(publication: Any, day: Callable[..., Any]) -> None:
    publication.publish(day("01:00"))
    later = day("02:00")

    class Overtaken(Published):
        """Is overtaken by a publication each time just after it has looked."""

        looks = 0

        @property
        def generation(self) -> str:
            name = super().generation
            self.looks += 1
            if self.looks == 1:
                publication.publish(later)
                shutil.rmtree(self.path / name)
            return name

    meta = Overtaken(publication.folder).meta()
    assert meta is not None
    assert meta.judged_until == at(2)


def test_a_read_that_was_overtaken_too_far_is_repeated(publication: Any, day: Callable[..., Any]) -> None:
    early = day("01:00")
    publication.publish(early)
    seen: list[str] = []

    class Slow(Published):
        """Four generations pass during its first read."""

        def _newest(self, read: Any) -> Any:
            def slowly(folder: Path) -> Any:
                found = read(folder)
                seen.append(folder.name)
                for _ in range(4 if len(seen) == 1 else 0):
                    publication.publish(early)
                return found

            return super()._newest(slowly)

    Slow(publication.folder).meta()
    assert seen == ["00000001", "00000005"]


def test_a_broken_file_is_one_sentence(publication: Any, day: Callable[..., Any]) -> None:
    name = publication.publish(day("01:00"))
    (publication.folder / name / "services.parquet").write_bytes(b"not parquet")
    with pytest.raises(UserError, match=r"cannot be read .*publish anew"):
        frames.services(Published(publication.folder))


def test_a_column_that_is_not_there_yet_reads_as_missing(publication: Any, day: Callable[..., Any]) -> None:
    made = day("01:00")
    for row in made.posts:
        del row["fingerprint"]
    publication.publish(made)
    found = frames.posts(Published(publication.folder), CHARACTER, at(0), at(1), fold=False)
    assert len(found)
    assert found["fingerprint"].isna().all()


def test_files_with_other_bytes_are_told_and_a_wrong_question_is_not_hidden(full: Path, tmp_path: Path) -> None:
    folder = tmp_path / "watch.published"
    shutil.copytree(full, folder)
    with pytest.raises(duckdb.BinderException):
        Published(folder).frame("select nothing from services", tables=("services",))
    file = folder / Published(folder).generation / "services.parquet"
    told = file.read_bytes()
    file.write_bytes(told[:4] + bytes(len(told) - 12) + told[-8:])
    with pytest.raises(UserError, match="publish anew"):
        frames.services(Published(folder))
