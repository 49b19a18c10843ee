"""What is said of an input that cannot be used, before anything is sent or written."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Run

RESET = "passwords.email.require_reset"
AUTHENTICATE = "passwords.authenticate"
HEADER = b"email_address,organization_id\n"

PROBLEMS = [
    (".csv", b"", "it is empty"),
    (".csv", HEADER, "there are no rows"),
    (".csv", b"email_address,nickname\n", "column nickname: passwords.email.require_reset has no such parameter"),
    (".csv", b"email_adress\n", "no column is a parameter"),
    (".csv", b"organization_id\nacme\n", "column email_address: the column is missing"),
    (".csv", b"email_address,email_address\na,b\n", "column email_address: the column appears twice"),
    (".csv", HEADER + b"a@b.c,acme\na@b.c\n", "row 2: the row has too few values: 1 for 2 columns"),
    (".csv", HEADER + b"a@b.c,acme,more\n", "row 1: the row has too many values: 3 for 2 columns"),
    (".csv", HEADER + b"a@b.c,acme\n,acme\n", "row 2, column email_address: the value is empty, and required"),
    (".csv", HEADER + b"a@b.c,\xff\n", "row 1, column organization_id: not UTF-8"),
    (".csv", HEADER + b"a@b.c,acme\na@b.c,ac", "row 2: the last line does not end with a line break"),
    (".csv", HEADER + b'a@b.c,"acme\n', "row 1: not valid CSV: unexpected end of data"),
    (".csv", HEADER + b"a@b.c,acme\n\na@b.c,acme\n", "row 2: the row is empty"),
    (".csv.gz", gzip.compress(HEADER + b"a@b.c,acme\n")[:-9], "cut off or damaged"),
    (".csv.zst", b"\x28\xb5\x2f\xfd\x04", "cut off or damaged"),
    (".parquet", b"PAR1", "not Parquet, or cut off"),
    (".jsonl", b"", "it is empty"),
    (".jsonl", b'{"email_address": 3}\n', "row 1, column email_address: must be a str, not an int"),
    (".jsonl", b'{"email_address": "a@b.c"}\n{"email_address": "a@b', "row 2: not valid JSON"),
    (".jsonl", b'{"email_address": "a@b.c"}\n["a@b.c"]\n', "row 2: not a JSON object"),
    (".jsonl", b'{"email_address": "a", "email_address": "b"}\n', "row 1, column email_address: the column appears twice"),
    (".jsonl", b'{"email_address": ""}\n', "row 1, column email_address: the value is empty, and required"),
    (".jsonl", b'{"email_address": NaN}\n', "row 1: not valid JSON: NaN is not a JSON value"),
    (".jsonl", b'{"email_address": "\xff"}\n', "row 1: not UTF-8"),
    (".jsonl", b'{"organization_id": "acme"}\n', "row 1, column email_address: the column is missing"),
    (".jsonl", b'{"email_address": "a@b.c", "email": "x"}\n', "row 1, column email: passwords.email.require_reset has no such"),
]


@pytest.mark.parametrize(("suffix", "content", "problem"), PROBLEMS, ids=[f"{suffix} {problem}" for suffix, _, problem in PROBLEMS])
def test_a_problem_is_told_with_its_place(run: Run, tmp_path: Path, suffix: str, content: bytes, problem: str) -> None:
    if suffix.endswith(".zst"):
        pytest.importorskip("zstandard")
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    source = tmp_path / f"in{suffix}"
    source.write_bytes(content)
    ran = run("batch", RESET, str(source), "--output", str(tmp_path / "out.jsonl"), "--yes")
    assert 2 == ran.status
    assert problem in ran.err
    assert [source] == list(tmp_path.iterdir())


def test_all_problems_are_told_at_once(run: Run, tmp_path: Path) -> None:
    """Up to ten of them."""
    source = tmp_path / "in.csv"
    source.write_bytes(HEADER + b",acme\n" * 20)
    ran = run("batch", RESET, str(source), "-o", str(tmp_path / "out"), "--yes")
    assert [f"row {row}, column email_address" for row in range(1, 11)] == [
        line.strip().partition(":")[0] for line in ran.err.splitlines() if "row" in line
    ]


MEASURED = """
import atexit, re, sys
from stytch_b2b_async.cli import main

atexit.register(lambda: print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]))
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nothing to measure with here")
@pytest.mark.parametrize("form", ["csv", "csv.gz", "csv.zst", "jsonl.zst"])
def test_a_line_without_end_is_refused_in_bounded_memory(tmp_path: Path, form: str) -> None:
    """A small compressed file may hold more than there is memory for."""
    source, line = tmp_path / f"in.{form}", (b"{" if form.startswith("jsonl") else HEADER) + b" " * (400 * 2**20)
    if form.endswith("gz"):
        source.write_bytes(gzip.compress(line, 1))
    elif form.endswith("zst"):
        source.write_bytes(pytest.importorskip("zstandard").compress(line))
    else:
        source.write_bytes(line)
    del line
    arguments = ["batch", RESET, str(source), "-o", str(tmp_path / "out"), "--yes"]
    done = subprocess.run([sys.executable, "-c", MEASURED, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    assert 2 == done.returncode
    assert "longer than 16 MiB" in done.stderr
    assert int(done.stdout) < 200 * 2**10


@pytest.mark.parametrize(
    "content",
    [
        "password,organization_id,email_address\nhunter2hunter2,,\n",
        "hunter2hunter2,acme,a@b.c\n",
        json.dumps({"password": ["hunter2hunter2"], "organization_id": "acme", "email_address": "a@b.c"}) + "\n",
    ],
)
def test_a_secret_is_not_repeated(run: Run, tmp_path: Path, content: str) -> None:
    source = tmp_path / "in"
    source.write_text(content)
    ran = run("batch", AUTHENTICATE, str(source), "-o", str(tmp_path / "out"), "--yes")
    assert 2 == ran.status
    assert "hunter2" not in ran.out + ran.err
