"""A brief tells what is known with its source, and what is not known as not known."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dashboards.brief import Brief, Facts, FirstPost, Saying, Sentence, brief
from dashboards.brief_files import as_docx, as_html, as_markdown
from dashboards.facts import facts
from dashboards.published import Published
from ingest.records import Gap, Incident, Note, Official

ONSET = datetime(2026, 3, 3, 14, 1, tzinfo=UTC)


def later(minutes: int) -> datetime:
    """So many minutes after the onset."""
    return ONSET + timedelta(minutes=minutes)


BARE = Facts(
    Incident("i1", "Slack", "outage", "suspected", ONSET, later(5), posts=9, authors=7, expected=0.4), later(9)
)
FULL = replace(
    BARE,
    incident=replace(
        BARE.incident, state="resolved", confirmed_at=later(9), recovering_at=later(40), resolved_at=later(60)
    ),
    until=later(90),
    first=FirstPost("bluesky:1", later(0), "https://bsky.app/1"),
    officials=[
        Official("o1", "Slack", "investigating", later(20), "Trouble", "We look into it.", "https://status.test/1"),
        Official("o2", "Slack", "identified", later(30), "Trouble", "A database failed."),
        Official("o3", "Slack", "resolved", later(70), "Trouble", "It is over."),
    ],
    statements=[Note("n1", later(25), "statement", "Slack", "i1", "We are on it.", "ana")],
    sayings=[Saying("cause", "overload", 3, "bluesky:2"), Saying("fails", "login", 5, "bluesky:3")],
    gaps=[Gap("reddit", later(10), later(12), "no answer")],
    follows_status_page=True,
)
HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) | # `a` https://evil.test {braces} \u202e\x07"


def words(draft: Brief) -> str:
    """All that a brief says."""
    return "\n".join(one.text for part in draft.parts for one in part.sentences)


@pytest.mark.parametrize("known", [BARE, FULL])
def test_every_sentence_has_a_source(known: Facts) -> None:
    draft = brief(known)
    assert all(one.sources and one.sources[0].words for part in draft.parts for one in part.sentences)
    assert [part.title for part in draft.parts if not part.sentences] == []
    with pytest.raises(ValueError, match="without a source"):
        Sentence("Trust me.", ())


def test_what_is_not_known_stays_not_known() -> None:
    said = words(brief(BARE))
    for text in (
        "It was not over at 2026-03-03 14:10 UTC.",
        "What failed for users is not known",
        "No counted post names a cause.",
        "When service was restored is not known.",
        "The root cause is not known.",
        "The service has not said that it is over.",
        "Whether and when we made a statement is not marked.",
    ):
        assert text in said
    assert "None" not in said
    assert "nan" not in said.lower()


def test_what_is_known_is_told_in_the_order_of_time() -> None:
    draft = brief(FULL)
    line = next(part for part in draft.parts if part.title == "Timeline")
    times = [one.text[:16] for one in line.sentences]
    assert times == sorted(times)
    said = words(draft)
    assert "14:26 UTC: our statement went out: We are on it." in said
    assert "User talk, not a finding: 3 people put it down to overload." in said
    assert "5 people say what fails: login." in said
    assert "“A database failed”" in said
    assert "reddit was not read from" in said
    assert "not known as" not in said


def test_simulated_is_said_first() -> None:
    assert brief(replace(BARE, simulated=True)).notice.startswith("SIMULATED")


def test_the_same_facts_give_the_same_files() -> None:
    draft = brief(FULL)
    assert (as_markdown(draft), as_html(draft), as_docx(draft)) == (
        as_markdown(brief(FULL)),
        as_html(brief(FULL)),
        as_docx(brief(FULL)),
    )


def test_hostile_words_are_inert_in_every_form() -> None:
    step = Official("o", "Slack", "identified", later(3), HOSTILE, HOSTILE, "javascript:alert(1)")
    draft = brief(
        replace(BARE, officials=[step], statements=[Note("n", later(2), "statement", "Slack", "i1", HOSTILE)])
    )
    html, markdown = as_html(draft), as_markdown(draft)
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "\\<img" in markdown
    assert "\\[x\\]" in markdown
    assert "https://evil" not in markdown
    assert "\u202e" not in html + markdown
    body = zipfile.ZipFile(BytesIO(as_docx(draft))).read("word/document.xml")
    said = "".join(ElementTree.fromstring(body).itertext())
    assert "<img src=x onerror=alert(1)>" in said
    assert "\u202e" not in said


def test_a_word_document_is_whole() -> None:
    file = zipfile.ZipFile(BytesIO(as_docx(brief(FULL))))
    assert file.testzip() is None
    for name in file.namelist():
        ElementTree.fromstring(file.read(name))
    assert {"[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml"} <= set(file.namelist())


def test_facts_come_from_what_is_published(full: Path) -> None:
    found = facts(Published(full), "inc-character")
    assert found is not None
    assert found.simulated
    assert found.first is not None
    assert found.first.id.startswith("bluesky:")
    assert [step.stage for step in found.officials] == ["investigating", "identified", "monitoring", "resolved"]
    assert [note.id for note in found.statements] == ["note-1"]
    assert "Character.AI" in as_markdown(brief(found))
    assert facts(Published(full), "none") is None
