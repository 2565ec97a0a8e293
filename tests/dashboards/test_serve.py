"""The command that serves the page keeps to this machine and to itself."""

from __future__ import annotations

import sys
from pathlib import Path

from dashboards.serve import APP, command


def test_the_command_is_whole(tmp_path: Path) -> None:
    words = command(tmp_path / "x y.published", 8600)
    assert words[:5] == [sys.executable, "-m", "dashboards.start", "run", str(APP)]
    assert APP.is_file()
    assert "--server.port=8600" in words
    assert "--server.address=127.0.0.1" in words
    assert "--browser.gatherUsageStats=false" in words
    assert words[-2:] == ["--", str(tmp_path / "x y.published")]


def test_a_relative_path_holds_from_any_folder() -> None:
    assert Path(command(Path("data/x.published"), 1)[-1]).is_absolute()
