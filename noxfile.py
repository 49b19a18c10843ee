"""The project's jobs; `nox -l` lists them."""

import os
from pathlib import Path

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["tests", "lint", "types"]
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_external_run = True
nox.options.error_on_missing_interpreters = False  # one is enough, in CI too
nox.options.default_venv_backend = "uv|virtualenv"

os.environ["UV_COMPILE_BYTECODE"] = "1"  # hundreds of tests start a Python, and each would compile all that it imports
os.environ["PYTHONDONTWRITEBYTECODE"] = ""

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
EXTRAS = "batch,cli,emulator,otel,parquet,redis,tokens,webhooks"
PARALLEL = [f"--numprocesses={(os.cpu_count() or 1) + 1}", "--dist=worksteal"]
"""One process more than cores: many tests wait for other processes."""
FAILED_TESTS = Path(".pytest_cache/v/cache/lastfailed")
DEPENDENT_TESTS = [
    *("api", "batch", "cli", "emulator", "endpoint", "faults", "gateway", "runtime"),
    *("schema", "transport", "verify", "webhooks", "wire"),
    *("concurrency/test_loop_thread.py", "test_client.py", "test_contract.py", "test_instrumentation.py"),
]
"""What `lowest` runs."""

FRAMEWORKS = ["django", "fastapi", "flask", "litestar", "quart", "starlette"]
"""Extras; aiohttp.web is there in any case."""


def install(session: nox.Session, *groups: str) -> None:
    """Install the project as users do, with the dependency groups of a job."""
    session.install(f".[{EXTRAS}]", *nox.project.dependency_groups(PYPROJECT, *groups))


@nox.session
def quickstart(session: nox.Session) -> None:
    """Run the demo against the emulator."""
    install(session)
    session.run("python", "-W", "error", "examples/quickstart.py", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; coverage is measured if all of them run, on one Python."""
    session.install("-e", f".[{EXTRAS}]", *nox.project.dependency_groups(PYPROJECT, "test"))
    pytest(session, coverage=not session.posargs and session.python in {None, PYTHONS[0]})


@nox.session
def slow(session: nox.Session) -> None:
    """Run the tests that take long: those marked `slow`."""
    session.install("-e", f".[{EXTRAS}]", *nox.project.dependency_groups(PYPROJECT, "test", "slow"))
    pytest(session, "-m", "slow")


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the tests that depend on other packages, with the lowest version of each that pyproject.toml allows.

    Left out are the tests of web frameworks, which `frameworks` runs, and those that take long and mostly exercise this package
    and the interpreter: leaks of secrets, tracebacks, processes, greenlets, signals.
    """
    session.install("uv")
    groups = nox.project.dependency_groups(PYPROJECT, "test")
    session.run("uv", "pip", "install", "--resolution", "lowest-direct", "-e", f".[{EXTRAS},speed]", *groups)
    pytest(session, *([] if session.posargs else [f"tests/{name}" for name in DEPENDENT_TESTS]))


@nox.session
def frameworks(session: nox.Session) -> None:
    """Run the tests of the web adapters with the lowest version of each framework that pyproject.toml allows.

    It needs Python 3.11 or 3.12: Django 4.2 is not for later ones.
    """
    groups = nox.project.dependency_groups(PYPROJECT, "frameworks")
    session.install("uv", "-e", ".[emulator,webhooks]", *groups)
    extras = PYPROJECT["project"]["optional-dependencies"]
    aiohttp = [each for each in PYPROJECT["project"]["dependencies"] if each.startswith("aiohttp")]
    client = [each for each in groups if each.startswith("httpx")]
    asked = [*aiohttp, *client, *(each for name in FRAMEWORKS for each in extras[name])]
    session.run("uv", "pip", "install", "--upgrade", "--resolution", "lowest-direct", *asked)
    left_out = [f"--ignore-glob=tests/integrations/{name}" for name in ("test_otel.py", "*_in_browser.py")]
    pytest(session, "-W", "default", *left_out, "tests/integrations")


def pytest(session: nox.Session, *arguments: str, coverage: bool = False) -> None:
    """Run tests on all cores.

    In CI, tests that failed beside others, on a busy machine, may pass alone. Whatever else goes wrong is final.
    """
    command = ("python", "-m", "pytest", *arguments)
    measure = ["--cov", "--cov-report=", "--cov-fail-under=0"] if coverage else []
    FAILED_TESTS.unlink(missing_ok=True)
    try:
        session.run(*command, *PARALLEL, *measure, *session.posargs)
    except CommandFailed as failure:
        if "CI" not in os.environ or session.posargs or failure.reason != "Returned code 1" or not FAILED_TESTS.exists():
            raise
        session.run(*command, "--numprocesses=0", "--last-failed")
    if coverage:
        session.run("coverage", "report")


for name, job in {"quickstart": quickstart, "tests": tests, "slow": slow, "lowest": lowest}.items():
    for version in PYTHONS:  # such as tests-3.12: on another installed Python
        nox.session(python=version, name=f"{name}-{version}", default=False)(job)
for version in PYTHONS[:2]:
    nox.session(python=version, name=f"frameworks-{version}", default=False)(frameworks)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the code with ruff, and the layers with import-linter; `nox -s lint -- --fix` fixes what it can."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "lint"))
    session.run("ruff", "check", *session.posargs, ".")
    session.run("ruff", "format", *([] if "--fix" in session.posargs else ["--check"]), ".")
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": "."})


@nox.session
def types(session: nox.Session) -> None:
    """Check the types with mypy and pyright, then those of the installed package."""
    install(session, "test", "types", "bench", "fuzz", "slow")
    session.install("nox")
    python = str(Path(session.bin) / "python")
    session.run("mypy")
    session.run("pyright", "--pythonpath", python)
    with session.chdir(session.create_tmp()):  # not in the checkout, so that the installed package is checked
        session.run("pyright", "--pythonpath", python, "--verifytypes", "stytch_b2b_async", "--ignoreexternal")


@nox.session
def endpoints(session: nox.Session) -> None:
    """Compare the recorded endpoints with the declared ones; `nox -s endpoints -- --write` records a change, for reviews."""
    install(session)
    session.run("python", "-m", "support.endpoint_table", *session.posargs, env={"PYTHONPATH": f".{os.pathsep}tests"})


@nox.session
def faults(session: nox.Session) -> None:
    """Measure and print the fault table with both clients."""
    install(session, "test")
    session.run("python", "-m", "faults", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session
def conformance(session: nox.Session) -> None:
    """Drive the emulator with the vendor's SDK, awaited and blocking, and compare every response with its declared fields."""
    install(session, "conformance")
    session.run("python", "-m", "conformance", *session.posargs)


@nox.session
def hostile(session: nox.Session) -> None:
    """Send the emulator twenty thousand requests with hostile fields: each is refused or valid, and refusals change nothing."""
    install(session, "test")
    bounds = {"HOSTILE_REQUESTS": "20000", "HOSTILE_EXAMPLES": "200"}
    session.run("pytest", "tests/emulator/test_hostile_fields.py", "tests/emulator/test_rollback.py", *session.posargs, env=bounds)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Drive the emulator with schemathesis, from the OpenAPI document: no 5xx, and every response matches its schema."""
    install(session, "fuzz", "test")
    session.run("python", "-m", "fuzz", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session(name="aiohttp-next")
def aiohttp_next(session: nox.Session) -> None:
    """Run the fault tests with aiohttp's newest release, including pre-releases, and with every probe of its private names off."""
    install(session, "test")
    session.install("--upgrade", "--pre", "aiohttp")
    session.run("pytest", "tests/faults/test_table.py", "-m", "slow", *session.posargs)
    session.run("pytest", "tests/faults/test_integrity.py", *session.posargs)


@nox.session
def integrity(session: nox.Session) -> None:
    """Make a hundred thousand calls to a server that splits, adds, delays and repeats bytes, and compare ids."""
    install(session, "bench", "test")
    session.run("python", "-m", "faults.integrity", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session
def bench(session: nox.Session) -> None:
    """Measure calls, decoding, tokens, imports, memory and the gateway against the vendor's SDK and bare libraries, as ratios."""
    install(session, "bench")
    session.run("python", "benchmarks/whole_call.py", "--loop", "uvloop", *session.posargs)
    for question in ("whole_call", "decoding", "tokens", "web_rules", "imports", "memory", "through_gateway"):
        session.run("python", f"benchmarks/{question}.py", *session.posargs)


@nox.session
def performance(session: nox.Session) -> None:
    """Update the figures and the plot of docs/performance.md: about ten minutes on an idle machine."""
    install(session, "bench")
    session.run("python", "benchmarks/report.py", *session.posargs)


@nox.session
def soak(session: nox.Session) -> None:
    """Put one client under load for some minutes, then measure the overhead of hooks and logging, and of batches."""
    install(session, "bench", "test")
    session.run("python", "benchmarks/load.py", *session.posargs)
    session.run("python", "benchmarks/instrumentation.py")
    session.run("python", "benchmarks/batch_run.py")


@nox.session
def parity(session: nox.Session) -> None:
    """Compare this SDK with the vendor's newest release, call by call; fails if a difference has no recorded reason."""
    session.install("--upgrade", ".", *nox.project.dependency_groups(PYPROJECT, "parity"))
    session.run("python", "-m", "parity")
