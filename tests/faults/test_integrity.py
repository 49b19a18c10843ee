"""One connection, one request, one answer: a short run of `faults.integrity`, which makes a hundred thousand calls."""

from pathlib import Path

import pytest
from faults.integrity import WAYS, compare, loops

from stytch_b2b_async.transport import listening


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("loop", loops())
def test_no_call_gets_the_answer_of_another(
    loop: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, tls: bool
) -> None:
    """Whatever the server splits, adds, repeats or says unasked, and wherever."""
    monkeypatch.setattr(listening, "LISTEN", listening.LISTEN)  # which the run changes
    tally, did = loops()[loop](compare(160 if tls else 480, way=way, tls=tls, folder=tmp_path, seed=7))
    assert [] == tally.wrong
    assert tally.answered > tally.calls / 2
    assert len(did) > 8
