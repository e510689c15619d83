"""Runs the contestants in turns on one core and says what a message costs each of them.

In: the paths of what `benches/peers.sh` has built. Out: a table on stdout, a CSV file, progress on stderr.
What is measured is the CPU time of a whole process, its own and the system's for it, from start to exit:
start-up, drawing of chance and the writing of results are in it, waiting for the core is not. Exit code 1
if the counts of two contestants differ by more than chance can explain: then they ran different models.
"""

import argparse
import csv
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Workload:
    scenario: str
    sites: int
    days: int
    messages: int


WORKLOADS = {
    "dialup-1k": Workload("scenarios/scale/dialup-1k.toml", 1_000, 14, 1_000_000),
    "dialup-10k": Workload("scenarios/scale/dialup-10k.toml", 10_000, 14, 1_000_000),
    "dense": Workload("scenarios/scale/dense.toml", 10_000, 4, 10_000_000),
}


@dataclass(frozen=True)
class Contestant:
    name: str
    what: str
    # It takes part in the first round of so many: the slow ones need not be run as often.
    one_round_in: int


CONTESTANTS = [
    Contestant("restante", "restante, judge on", 1),
    Contestant("nexosim-one", "NeXosim, one model", 1),
    Contestant("nexosim-one-sender", "NeXosim, a model for each host, one sender", 1),
    Contestant("nexosim-ports", "NeXosim, a model for each host and each sender", 1),
    Contestant("simpy-callbacks", "SimPy, callbacks", 3),
    Contestant("simpy-process", "SimPy, a process for each message", 9),
]


@dataclass
class Measured:
    """All rounds of one contestant with one workload."""

    contestant: Contestant
    workload: str
    counts: dict = field(default_factory=dict)
    # By the number of the round.
    cpu_per_message_ns: dict = field(default_factory=dict)
    max_rss_kib: list = field(default_factory=list)

    def times_ns(self):
        return list(self.cpu_per_message_ns.values())

    def median_ns(self):
        return statistics.median(self.times_ns())


class Fault(Exception):
    """What stops the measuring, in words for the user."""


def command(contestant, workload, messages, seed, arguments, out):
    """What is run, and how its counts are read from what it prints."""
    peer, _, style = contestant.name.partition("-")
    if peer == "restante":
        words = [arguments.restante, "run", workload.scenario]
        words += ["--set", f"traffic.mail.poisson.messages={messages}", "--seed", str(seed)]
        return words + ["--jobs", "1", "--csv", "none", "--quiet", "--out", out]
    program = {"nexosim": [arguments.nexosim], "simpy": [arguments.python, "benches/peers/simpy/model.py"]}
    words = ["--style", style, "--sites", workload.sites, "--days", workload.days]
    words += ["--messages", messages, "--seed", seed]
    return program[peer] + [str(word) for word in words]


def counts_of(contestant, printed, out):
    """Accepted, delivered, returned and open messages."""
    if contestant.name != "restante":
        return json.loads(printed)
    (summary,) = Path(out).glob("*/*/summary.json")
    mail = json.loads(summary.read_text())["mail"]
    return {
        "accepted": mail["accepted"],
        "delivered": mail["delivered"],
        "returned": mail["ndr"],
        "open": mail["open"],
    }


def run(words):
    """Runs a process to its end: its output, its CPU time in nanoseconds and its largest memory in KiB."""
    with tempfile.TemporaryFile() as printed:
        try:
            process = subprocess.Popen(words, stdout=printed, cwd=ROOT)
        except OSError as error:
            raise Fault(f"cannot start {words[0]}: {error.strerror}") from error
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise Fault(f"exit code {process.returncode} of: {' '.join(words)}")
        printed.seek(0)
        cpu_ns = round((usage.ru_utime + usage.ru_stime) * 1e9)
        return printed.read(), cpu_ns, usage.ru_maxrss


def measure(measured, messages, number, arguments):
    """One run of one contestant. Each round has other chances, the same round the same for all."""
    with tempfile.TemporaryDirectory() as out:
        words = command(measured.contestant, WORKLOADS[measured.workload], messages, number, arguments, out)
        printed, cpu_ns, max_rss_kib = run(words)
        counts = counts_of(measured.contestant, printed, out)
    measured.counts = measured.counts or counts
    measured.cpu_per_message_ns[number] = cpu_ns / counts["accepted"]
    measured.max_rss_kib.append(max_rss_kib)


def all_rounds(arguments):
    """Interleaved, so that what the machine does besides falls on all alike."""
    chosen = [c for c in CONTESTANTS if not arguments.only or c.name.startswith(tuple(arguments.only))]
    table = [Measured(c, workload) for workload in arguments.workload for c in chosen]
    for number in range(1, arguments.rounds + 1):
        for measured in table:
            if (number - 1) % measured.contestant.one_round_in:
                continue
            messages = arguments.messages or WORKLOADS[measured.workload].messages
            measure(measured, messages, number, arguments)
            print(
                f"round {number} of {arguments.rounds}: {measured.workload}, {measured.contestant.what}: "
                f"{measured.cpu_per_message_ns[number]:,.0f} ns a message",
                file=sys.stderr,
            )
    return table


def differences(table):
    """Where two contestants cannot have run the same model."""
    found = []
    for workload in {measured.workload: None for measured in table}:
        first, *others = [measured for measured in table if measured.workload == workload]
        for other in others:
            for what, count in other.counts.items():
                expected = first.counts[what]
                if abs(count - expected) > tolerance(what, expected, first):
                    names = f"{other.contestant.name} has {count:,}, {first.contestant.name} {expected:,}"
                    found.append(f"{workload}: {what}: {names}")
    return found


def tolerance(what, count, measured):
    """Five standard deviations of the difference of two runs.

    Messages are Poisson. How many of them a last call just missed also depends on when each site calls:
    a day's mail of the site, uniformly.
    """
    workload = WORKLOADS[measured.workload]
    variance = count
    if what in ("delivered", "open"):
        day = measured.counts["accepted"] / workload.sites / workload.days
        variance += workload.sites * day * day / 12
    return 5 * (2 * variance) ** 0.5


def ratio_of(measured, table):
    """How many times as much a message costs as with restante, where that was measured too.

    The median of the ratios of each round: within a round the machine was as busy for the one as for the
    other, and those that are run seldom would else be held against busier hours.
    """
    for other in table:
        if (other.contestant.name, other.workload) == ("restante", measured.workload):
            times = measured.cpu_per_message_ns.items()
            return statistics.median(ns / other.cpu_per_message_ns[number] for number, ns in times)
    return None


def write_csv(table, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        counts = ["accepted", "delivered", "returned", "open"]
        writer.writerow(
            ["workload", "contestant", "rounds", *counts, "cpu_per_message_median_ns", "cpu_per_message_min_ns"]
            + ["cpu_per_message_max_ns", "ratio_to_restante", "max_rss_median_kib"]
        )
        for measured in table:
            times, ratio = measured.times_ns(), ratio_of(measured, table)
            writer.writerow(
                [measured.workload, measured.contestant.name, len(times)]
                + [measured.counts[name] for name in counts]
                + [f"{value:.1f}" for value in (measured.median_ns(), min(times), max(times))]
                + ["" if ratio is None else f"{ratio:.2f}", round(statistics.median(measured.max_rss_kib))]
            )


def print_table(table):
    """Markdown, to be read as it is and to be pasted."""
    rows = [["workload", "", "rounds", "messages", "ns a message", "least-most", "x restante", "MiB at most"]]
    rows.append(["---", "---", "--:", "--:", "--:", "--:", "--:", "--:"])
    for measured in table:
        times, ratio = measured.times_ns(), ratio_of(measured, table)
        rows.append(
            [measured.workload, measured.contestant.what, str(len(times)), f"{measured.counts['accepted']:,}"]
            + [f"{measured.median_ns():,.0f}", f"{min(times):,.0f}-{max(times):,.0f}"]
            + ["" if ratio is None else f"{ratio:.1f}"]
            + [f"{statistics.median(measured.max_rss_kib) / 1024:,.0f}"]
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ]
        print(f"| {' | '.join(cells)} |")


def processor():
    """Its name, as Linux has it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def print_terms(arguments):
    own_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\nMedians of CPU time on one core, and of the ratios of each round; {processor()}, {time.strftime('%Y-%m-%d')}.\n"
        "SimPy takes part in fewer rounds, as the table says, with as many messages as the others.\n"
        f"Memory of less than {own_mib:.0f} MiB is shown as that: it is what the measuring process has."
    )


def parse():
    parser = argparse.ArgumentParser(prog="benches/peers.sh", description=__doc__.splitlines()[0])
    names = ", ".join(contestant.name for contestant in CONTESTANTS)
    parser.add_argument("--rounds", type=int, default=9, help="how often each is run; 9 if not given")
    parser.add_argument("--messages", type=int, help="as many as are expected; the workload's own if not given")
    parser.add_argument(
        "--only", action="append", metavar="NAME", help=f"those whose name begins so; may be repeated: {names}"
    )
    parser.add_argument(
        "--workload", action="append", choices=WORKLOADS, help="may be repeated; dialup-1k and dialup-10k if not given"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="target/peers.csv if not given")
    parser.add_argument("--core", type=int, help="which core all run on; the last one if not given")
    parser.add_argument("--restante", metavar="PROGRAM", help="the one to be measured; built if not given")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--nexosim", help=argparse.SUPPRESS)
    parser.add_argument("--python", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.workload = arguments.workload or ["dialup-1k", "dialup-10k"]
    if arguments.rounds < 1 or (arguments.messages is not None and arguments.messages < 1):
        parser.error("rounds and messages are at least 1")
    if arguments.only and not any(c.name.startswith(tuple(arguments.only)) for c in CONTESTANTS):
        parser.error(f"--only: no contestant is called so; there are {names}")
    return arguments


def pin(core):
    """Keeps this process and all that it starts on one core."""
    cores = sorted(os.sched_getaffinity(0))
    core = cores[-1] if core is None else core
    if core not in cores:
        raise Fault(f"there is no core {core}: choose one of {', '.join(map(str, cores))}")
    os.sched_setaffinity(0, {core})


def main():
    arguments = parse()
    if arguments.check:
        return
    try:
        pin(arguments.core)
        table = all_rounds(arguments)
    except Fault as fault:
        sys.exit(f"benches/peers.sh: {fault}")
    path = arguments.csv or ROOT / "target" / "peers.csv"
    try:
        write_csv(table, path)
    except OSError as error:
        sys.exit(f"benches/peers.sh: cannot write {path}: {error.strerror}")
    print_table(table)
    print_terms(arguments)
    found = differences(table)
    if found:
        sys.exit("benches/peers.sh: not the same model:\n  " + "\n  ".join(found))


if __name__ == "__main__":
    main()
