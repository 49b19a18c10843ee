from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from faults.faults import ANSWER, BROKEN, FAULTS, PATIENCE, REQUESTS, Fault
from faults.table import CLIENTS, FaultLab, probes_off, render


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultLab]:
    with FaultLab.opened(tmp_path_factory.mktemp("certificates")) as made:
        yield made


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.group}: {fault.name}".replace(" ", "_"))
def test_a_fault_comes_to_what_the_table_says(lab: FaultLab, fault: Fault) -> None:
    """Whichever client calls; what acts once is never acted on twice, and nothing hangs."""
    expected = {(kind, client): fault.expected[kind] for kind in REQUESTS for client in CLIENTS}
    assert expected == lab.measure(fault)


def _faults_without_probes() -> Iterator[Fault]:
    """Select the faults of connections, and add TLS to those in which a request that was read gets no response."""
    for fault in FAULTS:
        if fault.group in {"Connections", "Idle connections"}:
            yield fault
            if fault.expected == BROKEN and not fault.name.startswith("half closed"):  # which TLS does not know
                yield attrs.evolve(fault, name=f"{fault.name}, under TLS", way="trusted")
        elif fault.way == "trusted":
            yield attrs.evolve(fault, timeout=PATIENCE)  # aiohttp itself waits for more of a malformed chunk


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*_faults_without_probes()], ids=lambda fault: f"{fault.group}: {fault.name}".replace(" ", "_"))
def test_without_probes(lab: FaultLab, fault: Fault) -> None:
    """Without any probe a fault does no more harm. What acts once acts once, and what may have acted says so, over TLS too."""
    with probes_off():
        measured = lab.measure(fault)
    for (kind, client), (saw, attempts, acted) in measured.items():
        assert kind != "acts once" or acted <= 1, (kind, client, saw)
        assert kind != "acts once" or "may have acted" not in saw or attempts == 1, (kind, client, attempts)
        assert not acted or saw == ANSWER or "may have acted" in saw or "before the request" in fault.name, (kind, client, saw)


def test_no_row_lets_what_acts_once_act_twice() -> None:
    for fault in FAULTS:
        saw, attempts, acted = fault.expected["acts once"]
        assert acted <= 1 or "429" in fault.name or "search_timeout" in fault.name, (fault.name, saw, attempts)


def test_the_documentation_shows_this_table() -> None:
    shown = (Path(__file__).parents[2] / "docs" / "faults.md").read_text(encoding="utf-8")
    expected = {fault: {(kind, client): fault.expected[kind] for kind in REQUESTS for client in CLIENTS} for fault in FAULTS}
    assert render(expected) in shown
