"""The labels that were added by reading: well-formed, distinct, and found again in the corpora."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.records import KINDS

LABELS = Path(__file__).parents[2] / "nlp" / "train" / "labels.tsv"
ROWS = [line.split("\t") for line in LABELS.read_text("utf-8").splitlines() if not line.startswith("#")]


def test_every_line_is_a_mark_and_three_labels() -> None:
    assert len(ROWS) > 1000
    for mark, kind, sentiment, frustration in ROWS:
        assert len(mark) == 16
        assert int(mark, 16) >= 0
        assert kind in KINDS
        assert sentiment in ("-1", "0", "1")
        assert frustration in ("0", "1", "2")


def test_no_post_is_labelled_twice() -> None:
    marks = [row[0] for row in ROWS]
    assert len(set(marks)) == len(marks)


@pytest.mark.corpus
def test_the_labelled_posts_are_found_again_and_are_none_of_dev(shared: Path) -> None:
    later = pytest.importorskip("nlp.train.later")
    columns = pytest.importorskip("nlp.train.corpora").columns
    corpora = shared / "corpora"
    found = later.read_later(corpora)
    dev = columns(corpora / "labelled" / "outage_chatter.parquet", split="dev")["text"]
    assert len(found) == len(ROWS)
    assert not {later.mark(text) for text in dev} & {row[0] for row in ROWS}
