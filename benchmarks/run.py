"""Run the benchmarks and write a report: see README.md.

Usage: python benchmarks/run.py [--quick] [--only WORKLOAD...] [--contestants NAME...]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import report
from crew import Crew
from measurements import Measurement
from roster import CONTESTANTS, HERE, Contestant
from workers import Failure, Process
from workloads import START, WORKLOADS, Workload, quick

# A tenth of the rows is enough to time a prediction that would take longer than this.
LONG_PREDICTION = 4.0
BEGUN = time.perf_counter()


def main() -> None:
    """Run what the command line says."""
    options = parse(sys.argv[1:])
    contestants = [CONTESTANTS[name] for name in options.contestants]
    measurements: list[Measurement] = []
    settings = ("1", "all") if options.threads == "both" else (options.threads,)
    names = [name for name in options.only if name != "start"]
    for threads in settings:
        # Each workload has processes of its own, for their memory; a quick run saves the time.
        for together in [names] if options.quick else [[name] for name in names]:
            with Crew(contestants, threads) as crew:
                for name in together:
                    workload = quick(WORKLOADS[name]) if options.quick else WORKLOADS[name]
                    measurements += measure(crew, workload, options.rounds)
    if "start" in options.only:
        # One batch has no use for more threads, so this is timed once.
        measurements += measure_start(contestants, settings[-1], options.rounds)
    minutes = (time.perf_counter() - BEGUN) / 60
    text = report.write(measurements, options.quick, options.rounds, minutes)
    print(text)
    if options.output is not None:
        options.output.write_text(text)
        print(f"Written to {options.output}", file=sys.stderr)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options on a command line."""
    names = [*WORKLOADS, "start"]
    parser = argparse.ArgumentParser(description="Time rdeep beside what it could be compared to.")
    parser.add_argument("--quick", action="store_true", help="little work, one round")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="WORKLOAD")
    parser.add_argument(
        "--contestants", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS), metavar="NAME"
    )
    parser.add_argument("--rounds", type=int, help="times that each is timed (5)")
    parser.add_argument(
        "--threads", choices=("1", "all", "both"), default="1", help="threads for each (1)"
    )
    parser.add_argument("--output", type=Path, help="where the report goes (results.md here)")
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (1 if options.quick else 5)
    # A quick run is no result to keep.
    if options.output is None and not options.quick:
        options.output = HERE / "results.md"
    return options


def measure(crew: Crew, workload: Workload, rounds: int) -> list[Measurement]:
    """Set everybody up, then let them take turns, so that noise hits all alike."""
    found = crew.measurements(workload.name)
    shares: dict[str, float] = {}
    for name, measurement in found.items():
        say(f"{workload.name}, threads {crew.threads}: setting up {name}")
        answer = crew.ask(measurement, "setup", workload=workload.message())
        if answer is not None:
            measurement.first_loss = answer.get("loss")
            short = workload.kind == "train" or answer["wall"] * 10 < LONG_PREDICTION
            shares[name] = 1 if short else 0.1
    for turn in range(rounds):
        say(f"{workload.name}, threads {crew.threads}: round {turn + 1} of {rounds}")
        for name in rotated(list(shares), turn):
            answer = crew.ask(found[name], "run", share=shares[name])
            if answer is not None:
                found[name].add(answer, shares[name])
    for name in shares:
        answer = crew.ask(found[name], "peak")
        if answer is not None:
            found[name].add_memory(answer)
    return list(found.values())


def measure_start(contestants: list[Contestant], threads: str, rounds: int) -> list[Measurement]:
    """Time from the start of a process to the end of its first batch."""
    found = {c.name: Measurement(c, "start", threads) for c in contestants}
    # The first start reads files that later ones find in memory: it does not count.
    unmeasured = 1 if rounds > 1 else 0
    for turn in range(1 - unmeasured, rounds + 1):
        say(f"start, threads {threads}: round {turn} of {rounds}")
        for contestant in contestants:
            measurement = found[contestant.name]
            if measurement.failure is not None:
                continue
            try:
                process = Process(contestant, threads)
            except Failure as failure:
                measurement.failure = str(failure)
                continue
            try:
                answer = process.ask("start", workload=START.message())
                answer["wall"] = answer["at"] - process.born
                if turn > 0:
                    measurement.add(answer)
                    measurement.add_memory(answer)
            except Failure as failure:
                measurement.failure = str(failure)
            finally:
                process.close()
    return list(found.values())


def rotated(names: list[str], turn: int) -> list[str]:
    """Return names so that in each round somebody else goes first."""
    first = turn % len(names) if names else 0
    return names[first:] + names[:first]


def say(line: str) -> None:
    """Tell what is under way."""
    print(f"{time.perf_counter() - BEGUN:6.0f} s  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
