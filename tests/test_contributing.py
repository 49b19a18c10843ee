"""The page for contributors says what is so."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_worked_example_is_the_code() -> None:
    code = (ROOT / "stytch_b2b_async/api/passwords/__init__.py").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert 3 == len(blocks)
    for block in blocks:
        assert block in code


def test_its_line_of_the_table_is_the_table_s() -> None:
    (line,) = re.findall(r"^    (passwords\.strength_check  .*)$", PAGE, re.MULTILINE)
    assert line in (ROOT / "tests/endpoints.txt").read_text(encoding="utf-8").splitlines()


def test_every_job_is_named() -> None:
    jobs = re.findall(r"^@nox\.session(?:\(.*\))?\ndef (\w+)", (ROOT / "noxfile.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert {job.replace("_", "-") for job in jobs} == set(re.findall(r"^\| `nox -s ([\w-]+)`", PAGE, re.MULTILINE))
