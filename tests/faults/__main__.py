"""Measure the fault table and print it: `PYTHONPATH=tests python -m faults`. Ends non-zero when a row is not as expected."""

import sys
import tempfile
from pathlib import Path

from faults.faults import FAULTS, REQUESTS
from faults.table import CLIENTS, FaultLab, render


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, FaultLab.opened(Path(folder)) as lab:
        measured = {fault: lab.measure(fault) for fault in FAULTS}
    sys.stdout.write(f"{render(measured)}\n")
    surprises = [
        f"{fault.group}: {fault.name}: {kind}, {client}: {measured[fault][kind, client]} instead of {fault.expected[kind]}\n"
        for fault in FAULTS
        for kind in REQUESTS
        for client in CLIENTS
        if measured[fault][kind, client] != fault.expected[kind]
    ]
    sys.stderr.writelines(surprises)
    return len(surprises)


if __name__ == "__main__":
    sys.exit(min(1, main()))
