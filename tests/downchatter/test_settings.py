"""Settings: who overrides whom, and how a mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from downchatter.settings import known_keys, load_settings, with_secrets
from ingest.errors import UserError


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str) -> Path:
    path = Path("downchatter.toml")
    path.write_text(text)
    return path


def test_argument_over_environment_over_file_over_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().scorer == load_settings(scorer=None).scorer
    write('scorer = "from-file"\nretention_days = 3\n[detection]\npromise_days = 9\nmin_voices = 5')
    monkeypatch.setenv("DOWNCHATTER_SCORER", "from-environment")
    monkeypatch.setenv("DOWNCHATTER_DETECTION__PROMISE_DAYS", "7")
    settings = load_settings()
    assert (settings.scorer, settings.retention_days) == ("from-environment", 3)
    assert (settings.detection.promise_days, settings.detection.min_voices) == (7, 5)
    assert load_settings(scorer="argued").scorer == "argued"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('\nscorr = "x"', r"downchatter.toml:2: there is no setting 'scorr'; did you mean 'scorer'\?"),
        ("[detection]\npromise_day = 3", r"toml:2: .*'detection.promise_day'; did you mean 'detection.promise_days'\?"),
        (
            '[detection]\npromise_days = "often"',
            "toml:2: detection.promise_days is wrong: input should be a valid number",
        ),
        ("[detection]\npromise_days = 0", "greater than 0"),
        ("[detection", "this is not TOML"),
        ("[dashbord]\nport = 1", r"did you mean 'dashboard'\?"),
    ],
)
def test_a_mistake_names_file_line_key_and_the_nearest_word(text: str, sentence: str) -> None:
    write(text)
    with pytest.raises(UserError, match=sentence) as raised:
        load_settings()
    assert "\n" not in str(raised.value)


def test_a_mistyped_variable_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOWNCHATTER_SCORRER", "x")
    with pytest.raises(UserError, match="did you mean DOWNCHATTER_SCORER"):
        load_settings()


def test_a_named_file_must_be_there() -> None:
    with pytest.raises(UserError, match="there is no such settings file"):
        load_settings(Path("other.toml"))


def test_secrets_come_from_the_environment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPS_SECRET", "whsec_x")
    assert with_secrets({"kind": "webhook", "secret_env": "OPS_SECRET", "many": ["a", "b"]}, "channels.ops") == {
        "kind": "webhook",
        "secret": "whsec_x",
        "many": "a,b",
    }
    with pytest.raises(UserError, match=r"channels\.ops\.url_env: the environment variable OPS_URL is not set"):
        with_secrets({"url_env": "OPS_URL"}, "channels.ops")


@pytest.mark.parametrize("key", ["secret", "token", "password", "routing_key", "client_secret"])
def test_a_secret_in_the_file_itself_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(UserError, match=rf"channels\.ops\.{key}: .* name the variable in {key}_env") as raised:
        with_secrets({key: "hunter2"}, "channels.ops")
    assert "hunter2" not in str(raised.value)


def test_every_key_is_described() -> None:
    assert all(description for _, description, _ in known_keys())


def test_the_documentation_has_every_key_and_its_example_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    assert [name for name, _, _ in known_keys() if f"| `{name}` |" not in text] == []
    write(text.split("```toml")[1].split("```")[0])
    assert load_settings().detection.promise_days == 14
