from __future__ import annotations

from pathlib import Path

import pytest

from downchatter.services import load_services
from ingest.errors import UserError
from ingest.records import Service

READY = Path(__file__).parents[2] / "data" / "services.toml"
DOCS = Path(__file__).parents[2] / "docs" / "services.md"


def written(folder: Path, text: str) -> Path:
    path = folder / "services.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_ready_file_is_right_and_broad() -> None:
    services = load_services(READY)
    assert len(services) >= 40
    assert {"Character.AI", "ChatGPT", "Claude", "Gemini", "AWS", "Azure", "Cloudflare", "Slack"} <= {
        s.name for s in services
    }
    assert {"ai", "cloud", "social", "streaming", "games", "bank", "carrier"} <= {s.category for s in services}


def test_marks_are_optional_and_lists_become_tuples(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[[service]]\nname = " Slack "\nhandles = ["@SlackHQ"]\nhashtags = ["#slack"]\nsubreddits = ["r/Slack"]\n',
    )
    assert load_services(path) == [Service("Slack", handles=("SlackHQ",), hashtags=("slack",), subreddits=("Slack",))]


HEAD = '[[service]]\nname = "Slack"\naliases = ["slack.com"]\n\n'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (HEAD + '[[service]]\nname = "Zoom"\nalias = ["zoom.us"]\n', 7, ["`alias`", "Did you mean `aliases`?"]),
        (HEAD + '[[service]]\nname = "Zoom"\nhandels = ["zoom"]\n', 7, ["`handels`", "`handles`"]),
        (HEAD + '[[service]]\nname = "Zoom"\nqqq = 1\n', 7, ["`qqq`", "Known: name, category"]),
        (HEAD + '[[service]]\naliases = ["zoom.us"]\n', 5, ["`name`", "missing"]),
        (HEAD + '[[service]]\nname = "Zoom"\naliases = "zoom.us"\n', 7, ["`aliases`", "list"]),
        (HEAD + '[[service]]\nname = "Zoom"\naliases = [3]\n', 7, ["`aliases`", "text in quotes"]),
        (HEAD + '[[service]]\nname = ""\n', 6, ["`name`"]),
        (HEAD + '[[service]]\nname = "Zoom"\nstatus_page = "zoomstatus.com"\n', 7, ["`status_page`", "https://"]),
        (
            HEAD + '[[service]]\nname = "Zoom"\naliases = [\n  "zoom.us",\n  "Slack.com",\n]\n',
            9,
            ["Slack.com", "already belongs to Slack (line 3)"],
        ),
        (HEAD + '[[service]]\nname = "SLACK"\n', 6, ["already belongs to Slack (line 2)"]),
        (HEAD + '[[service]]\nname = "Zoom"\nambiguous = ["Zom"]\n', 7, ["`ambiguous`", "Did you mean `Zoom`?"]),
        ('[[services]]\nname = "Zoom"\n', 1, ["`services`", "Did you mean `service`?"]),
        ('[service]\nname = "Zoom"\n', 1, ["two brackets"]),
        ('[[service]]\nname = "Zoom\n', 2, ["not TOML"]),
        ("", 1, ["names no service"]),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place(tmp_path: Path, text: str, line: int, said: list[str]) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UserError) as caught:
        load_services(path)
    message = str(caught.value)
    assert message.startswith(f"{path}, line {line}")
    assert all(part in message for part in said), message
    assert "\n" not in message


def test_a_missing_file_and_a_binary_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        load_services(tmp_path / "nowhere.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="UTF-8"):
        load_services(tmp_path / "binary.toml")
    with pytest.raises(UserError, match="cannot be read"):
        load_services(tmp_path)


def test_every_key_is_documented() -> None:
    from downchatter.services import Entry

    ready, page = READY.read_text(encoding="utf-8"), DOCS.read_text(encoding="utf-8")
    for key in Entry.model_fields:
        assert f"#   {key}" in ready
        assert f"| `{key}` |" in page
