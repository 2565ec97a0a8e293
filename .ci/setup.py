"""Makes `.venv` from the hashed lock. Needs Python 3.11 or newer and nothing else.

Usage: python3 .ci/setup.py [--dev]
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED_MB = {False: 1500, True: 2200}


def main() -> None:
    dev = "--dev" in sys.argv
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"setup: Python 3.11 or newer is needed, this is {found}; install one and run: make PYTHON=python3.11 …"
        )
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    mark = VENV / f"ready-{'dev' if dev else 'run'}"
    read = lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()
    state = hashlib.sha256(read).hexdigest()
    if PYTHON.exists() and mark.exists() and mark.read_text() == state:
        return
    room(dev)
    for old in VENV.glob("ready-*"):
        old.unlink()
    if not usable():
        make_venv()
    install(lock)
    run([PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    mark.write_text(state)


def room(dev: bool) -> None:
    free = shutil.disk_usage(ROOT).free // 2**20
    if not usable() and free < NEEDED_MB[dev]:
        sys.exit(
            f"setup: {free} MB are free on the disk and about {NEEDED_MB[dev]} are needed; make room and run it again"
        )


def usable() -> bool:
    """Whether `.venv` has a Python that starts; one from a moved folder or a removed Python does not."""
    try:
        where = subprocess.run([PYTHON, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True).stdout
    except OSError:
        return False
    return where.strip() == str(VENV)


def make_venv() -> None:
    print("setup: making .venv", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        run([sys.executable, "-m", "venv", str(VENV)])
    except SystemExit:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            "setup: Python made no virtual environment; on Debian and Ubuntu install python3-venv and run it again"
        )


def install(lock: Path) -> None:
    print(f"setup: installing from {lock.name}", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes"]
    only_uv = VENV / "uv.lock.txt"
    only_uv.write_text(block(lock.read_text(), "uv"))
    quick = subprocess.run([*pip, "-r", str(only_uv)]).returncode == 0
    env = {**os.environ, "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy")}
    if "PIP_INDEX_URL" in env:
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    uv = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", "-r", str(lock)]
    if quick and subprocess.run(uv, env=env).returncode == 0:
        return
    run([*pip, "-r", str(lock)])


def block(lock: str, name: str) -> str:
    """The lines of one requirement in a lock."""
    lines = lock.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = start
    while lines[end].endswith("\\"):
        end += 1
    return "\n".join(lines[start : end + 1]) + "\n"


def run(command: list[object]) -> None:
    code = subprocess.run([str(part) for part in command]).returncode
    if code:
        free = shutil.disk_usage(ROOT).free // 2**20
        why = f"only {free} MB are free on the disk" if free < 200 else "its message stands above"
        what = " ".join(str(part) for part in command[1:4])
        sys.exit(f"setup: {what} failed ({why}); set that right and run it again")


main()
