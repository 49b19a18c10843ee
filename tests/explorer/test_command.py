"""The command `stytch-b2b explorer`."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from stytch_b2b_async.cli import main

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_start_and_stop(tmp_path: Path) -> None:
    """It prints an address and ends with Ctrl-C.

    The emulator's credentials are printed for programs, and the page that opens does not have them.
    """
    command = [
        sys.executable,
        "-m",
        "stytch_b2b_async",
        "explorer",
        "--port",
        "0",
        "--no-open",
        "--audit",
        str(tmp_path / "audit.jsonl"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment, text=True) as running:  # noqa: S603
        assert running.stdout is not None
        printed = ""
        while "Ctrl-C" not in printed:
            printed += running.stdout.readline()
        secret = re.findall(r"STYTCH_SECRET=(\S+)", printed)[0]
        with urlopen(re.findall(r"http://127\.0\.0\.1:\d+/open/\S+", printed)[0], timeout=10) as page:  # noqa: S310  # printed above
            assert secret not in page.read().decode()
        running.send_signal(signal.SIGINT)
        assert 0 == running.wait(10)


def test_a_seed_is_not_for_a_real_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["explorer", "--profile", "live", "--seed", "seed.json"])
    assert "--seed is for the emulator" in capsys.readouterr().err


def test_what_is_wrong_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["explorer", "--allow", "effect:nothing", "--no-open", "--port", "0"])
    assert "'effect:nothing' is not an effect" in capsys.readouterr().err
    assert 2 == main(["explorer", "--seed", "nowhere.json", "--no-open", "--port", "0"])
    assert "nowhere.json" in capsys.readouterr().err
