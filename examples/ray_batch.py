"""Call an endpoint for each row of Parquet files, on all machines of a Ray cluster.

    python examples/ray_batch.py ENDPOINT INPUT OUTPUT --run NAME --rate 2000/s

The columns of INPUT are the endpoint's parameters, and `row`, which identifies a row. `REDIS_URL` is a Redis that all
workers reach; no option, as it may have a password. The workers take their settings from `STYTCH_PROJECT_ID`, `STYTCH_SECRET` and
`STYTCH_BASE_URL`.
"""

import argparse
import os
from typing import Any

import ray.data
from pyarrow import dataset  # type: ignore[import-untyped]

from stytch_b2b_async.batch.ray import CallEndpoint


def main() -> None:
    parser = argparse.ArgumentParser(description="Call an endpoint for each row of Parquet files.")
    parser.add_argument("endpoint", help="such as passwords.email.require_reset")
    parser.add_argument("input", help="file or folder")
    parser.add_argument("output", help="folder for the outcomes")
    parser.add_argument("--run", required=True, help="the name of this run: a second one of that name goes on where it was")
    parser.add_argument("--rate", help="calls of all workers, such as 2000/s")
    parser.add_argument("--concurrency", type=int, default=32, help="calls at once of each worker")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=1000)
    given = parser.parse_args()

    settings = {
        "endpoint": given.endpoint,
        "store": os.environ["REDIS_URL"],
        "run": given.run,
        "rate": given.rate,
        "concurrency": given.concurrency,
    }
    ray.data.DataContext.get_current().actor_task_retry_on_errors = False  # of this program; a killed worker is replaced
    data: Any = ray.data  # partly untyped
    outcomes = data.read_parquet(given.input).map_batches(
        CallEndpoint,
        fn_constructor_kwargs=settings,
        batch_size=given.batch_size,
        batch_format="pyarrow",
        compute=data.ActorPoolStrategy(size=given.workers),
        num_cpus=0.5,  # a worker mostly waits, and reading needs a core too
    )
    outcomes.write_parquet(given.output)
    arrow: Any = dataset  # untyped
    written = arrow.dataset(given.output)
    print(f"{written.count_rows(filter=arrow.field('ok'))} of {written.count_rows()} rows are done")


if __name__ == "__main__":
    main()
