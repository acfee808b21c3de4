#!/usr/bin/env python3
"""Runs a sweep of unchoke in parts on the workers of a Dask cluster, and joins the parts.

    scripts/dask_sweep.py scenarios/free-rider-sweep.toml 8 results/free-rider-sweep
    scripts/dask_sweep.py SCENARIO 100 OUT --scheduler tcp://head:8786 --replicates 50

Without --scheduler it starts a cluster of its own on this machine, as many parts at a time as there are cores. Otherwise all workers
must see the directory in which it is called, SCENARIO, OUT and the program under the same paths (a shared file system).
A part that fails is tried once more and goes on where it stopped; so does every part if the script is called again.
Options that it does not know go to `unchoke sweep`. Needs Python 3.9 or later and `pip install distributed`.
"""

import argparse
import os
import subprocess
import sys

try:
    from dask.distributed import Client, LocalCluster, as_completed
except ImportError:
    sys.exit("error: this needs Dask\n  hint: pip install distributed")


def run_part(command: list[str], directory: str) -> None:
    """On a worker: runs one part; fails with what the program complained of."""
    ended = subprocess.run(command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if ended.returncode != 0:
        raise RuntimeError(f"exit code {ended.returncode} of {' '.join(command)}\n{ended.stderr.strip()}")


def run_parts(client: Client, commands: list[list[str]]) -> int:
    """Runs all parts; returns how many failed."""
    futures = {
        # Impure: what a worker has done before counts only through the files that it left.
        client.submit(run_part, command, os.getcwd(), pure=False, retries=1): part
        for part, command in enumerate(commands, start=1)
    }
    failed = 0
    for done, future in enumerate(as_completed(futures), start=1):
        error = future.exception()
        failed += error is not None
        print(f"part {futures[future]}: {error or 'done'} ({done} of {len(commands)})", file=sys.stderr)
    return failed


def cluster(arguments: argparse.Namespace) -> Client:
    if arguments.scheduler:
        return Client(arguments.scheduler)
    # Threads suffice: each only waits for the program that it has started.
    return Client(LocalCluster(n_workers=1, threads_per_worker=os.cpu_count(), processes=False, dashboard_address=None))


def main() -> int:
    doc = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=doc, allow_abbrev=False)
    parser.add_argument("scenario", help="a scenario file with a [sweep] table, or the name of a built-in one")
    parser.add_argument("parts", type=int, help="into how many parts the points of the sweep are divided")
    parser.add_argument("out", help="where the results go; the parts go to OUT.parts")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster that runs already")
    parser.add_argument("-j", "--jobs", default="1", metavar="N", help="cores of each part (1)")
    parser.add_argument("--unchoke", default=os.environ.get("UNCHOKE", "unchoke"), help="the program")
    arguments, options = parser.parse_known_args()

    # A slash at the end would put the parts into OUT itself.
    out = arguments.out.rstrip("/")
    numbers = range(1, arguments.parts + 1)
    directories = [os.path.join(f"{out}.parts", str(number)) for number in numbers]
    common = ["--jobs", arguments.jobs, "--quiet", *options]
    commands = [
        [arguments.unchoke, "sweep", arguments.scenario, "--shard", f"{number}/{arguments.parts}", "-o", directory, *common]
        for number, directory in zip(numbers, directories)
    ]
    with cluster(arguments) as client:
        if failed := run_parts(client, commands):
            print(f"error: {failed} of {arguments.parts} parts failed; nothing was joined", file=sys.stderr)
            return 1
    fresh = [option for option in options if option == "--fresh"]
    return subprocess.run([arguments.unchoke, "merge", *directories, "-o", out, *fresh]).returncode


if __name__ == "__main__":
    sys.exit(main())
