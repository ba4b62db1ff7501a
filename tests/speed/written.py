"""Write `results/speed/` from what pytest-benchmark measured: `python written.py FOUND FOLDER`.

`speed.json` holds medians and quartiles by name; `README.md` the tables: what each takes, beside its peer in the same
run and what was there before; exponents; what a run costs; what ten million cells would.
"""

import heapq
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from oversampling_bench.benchmarks.design.cell import versions
from oversampling_bench.benchmarks.parallel.machine import cpu_name
from oversampling_bench.benchmarks.record.folder import read_results
from oversampling_bench.benchmarks.report.groups import TIMES
from oversampling_bench.benchmarks.report.markdown import table

MANY = 10_000_000
SIMULATED = 1_000_000
"""Cells that a simulated run has; one of ten million takes ten times as long."""

JOBS = (2, 16, 128, 1_024, 8_192)
RESULTS = Path(__file__).parents[2] / "results"

Measured = dict[str, Any]


def compact(found: dict[str, Any]) -> list[Measured]:
    """Keep of pytest-benchmark's report what is of use to others, and names no folder of this machine."""
    kept = []
    for each in found["benchmarks"]:
        stats = each["stats"]
        own = {name: round(stats[name], 6) for name in ("median", "iqr", "min", "rounds")}
        kept.append({"group": each["group"] or "others", "name": each["name"], **own, **each["extra_info"]})
    return sorted(kept, key=lambda each: (each["group"], each.get("size", 0), each["name"]))


def seconds_of(found: list[Measured], group: str, name: str | None = None) -> float:
    """Give the median of a benchmark."""
    return next(each["median"] for each in found if each["group"] == group and name in (None, each["name"]))


def exponent(points: list[tuple[int, float]]) -> float:
    """Fit seconds ~ size ** exponent, by least squares in logarithms, over the sizes from a tenth of the largest on.

    >>> exponent([(10, 1.0), (100, 10.0), (1000, 100.0)])
    1.0
    """
    largest = max(size for size, _ in points)
    logs = [(math.log(size), math.log(seconds)) for size, seconds in points if size >= largest / 10]
    x, y = (sum(part) / len(logs) for part in zip(*logs, strict=True))
    return round(sum((a - x) * (b - y) for a, b in logs) / sum((a - x) ** 2 for a, _ in logs), 2)


def against_peers(found: list[Measured], before: dict[str, Measured]) -> str:
    """Tabulate what has no size: seconds, the ratio to the peer of the same run, and what it was before."""
    rows = []
    for each in (one for one in found if "size" not in one):
        alike = [one for one in found if one["group"] == each["group"] and one.get("jobs") == each.get("jobs")]
        peer = next((one for one in alike if each.get("peer") in (one.get("who"), _inside(one["name"]))), None)
        ratio = f"{each['median'] / peer['median']:.2f}" if peer and peer is not each else "–"
        was = before.get(each["name"])
        change = f"{each['median'] / was['median'] - 1:+.0%}" if was else "–"
        took = [f"{each[name]:.3g}" for name in ("median", "iqr")]
        row = [each["group"], each["name"], *took, each["rounds"], ratio, change]
        rows.append(row)
    return table(["what", "benchmark", "median s", "IQR s", "rounds", "ratio to its peer", "change"], rows)


def _inside(name: str) -> str:
    return name.partition("[")[2].rstrip("]")


def by_size(found: list[Measured]) -> str:
    """Tabulate what has sizes: seconds and memory of each, and how seconds grow."""
    groups: dict[str, list[Measured]] = defaultdict(list)
    for each in found:
        if "size" in each:
            groups[each["group"]].append(each)
    rows = []
    for group, measured in groups.items():
        points = [(each["size"], each["median"]) for each in measured]
        grows = exponent(points) if len(points) > 1 else "–"
        took = ", ".join(f"{size:,}: {seconds:.3g} s" for size, seconds in points)
        memory = ", ".join(f"{each.get('peak_mb', float('nan')):.0f}" for each in measured)
        rows.append([group, took, memory, grows])
    return table(["what", "size: seconds", "peak MB", "exponent"], rows)


def a_grid(found: list[Measured]) -> str:
    """Say what a grid costs, and hold the formula against the committed runs."""
    start = seconds_of(found, "a run of one short cell")
    beside = next(each["overhead_s"] for each in found if "overhead_s" in each)
    rows = []
    for path in sorted(RESULTS.glob("*/environment.json")):
        run = json.loads(path.read_text(encoding="utf-8")).get("last_run")
        if run:
            expected = start + (run["busy_s"] + run["cells"] * beside) / run["jobs"]
            minutes = [f"{seconds / 60:.1f}" for seconds in (expected, run["wall_s"])]
            rows.append([path.parent.name, run["cells"], run["jobs"], *minutes])
    words = (
        f"A run takes {start:.1f} s, and (seconds of its samplers and learners + {beside:.2f} s a cell) / jobs. Held "
        "against the committed runs, minutes:\n\n"
    )
    return words + table(["suite", "cells", "jobs", "by that", "took"], rows)


def ten_million(found: list[Measured]) -> str:
    """Carry on to ten million cells what was measured of planner, store, merge and report, by their exponents."""
    rows = []
    groups = sorted({each["group"] for each in found if each["group"].startswith("cells: ")})
    for group in groups:
        measured = [each for each in found if each["group"] == group]
        points = [(each["size"], each["median"]) for each in measured]
        last = max(measured, key=lambda each: each["size"])
        times = (MANY / last["size"]) ** max(1.0, exponent(points))
        memory = last["peak_mb"] * (MANY / last["size"]) / 1000
        rows.append([group.removeprefix("cells: "), f"{last['median'] * times / 3600:.1f}", f"{memory:.0f}"])
    rows.sort(key=lambda row: -float(row[1]))
    on_disk = next((each["mb_a_cell"] for each in found if "mb_a_cell" in each), float("nan"))
    words = (
        "\n\nWhat takes longest comes first, and gives way first. The store would hold "
        f"{on_disk * MANY / 1e6:.2f} TB, at {on_disk * 1000:.0f} kB a cell.\n\n"
    )
    return table(["part", "hours", "GB of memory, if it grows as the cells do"], rows) + words + a_run(found)


def a_run(found: list[Measured]) -> str:
    """Simulate runs of ten million cells that cost what published ones did, on ever more jobs."""
    stored = max((each for each in found if each["group"] == "cells: store"), key=lambda each: each["size"])
    store_s = stored["median"] / stored["size"]
    beside = next(each["overhead_s"] for each in found if "overhead_s" in each)
    costs = published_costs() + beside
    drawn = np.random.default_rng(0).choice(costs, SIMULATED)
    rows = []
    for jobs in JOBS:
        wall_s = simulated(drawn, store_s, jobs)
        at_work = drawn.sum() / jobs / wall_s
        rows.append([f"{jobs:,}", f"{wall_s * MANY / SIMULATED / 86_400:.3g}", f"{at_work:.0%}"])
    words = (
        f"The {len(costs):,} published cells took {costs.mean():.2f} s each in the mean, with {beside:.2f} s for their "
        f"processes; the run's own process keeps an outcome in {store_s * 1000:.2g} ms, one at a time, and so has work "
        f"for {costs.mean() / store_s:,.0f} jobs at most. Simulated, with costs drawn from these:\n\n"
    )
    then = (
        "\n\nBeyond that, shards: `--shard i/n` makes n processes of it, each with a store of its own, and every one "
        "plans the whole. Where planning or the report gives way first, a folder for each data set (`--dataset`, "
        "`--out`) and one `site` over all: data sets share no cells, and every part stays as small as one of them.\n"
    )
    return words + table(["jobs", "days", "of which they work"], rows) + then


def published_costs() -> np.ndarray:
    """Give the seconds in sample, fit and predict of all published cells that have them."""
    folders = [path.parent for path in sorted(RESULTS.glob("*/cells.csv"))]
    taken = [read_results(folder).cells[[*TIMES, "predict_s"]] for folder in folders]
    return np.concatenate([each.fillna({"tune_s": 0.0}).dropna().sum(axis=1).to_numpy() for each in taken])


def simulated(costs: Iterable[float], store_s: float, jobs: int) -> float:
    """Give the seconds of a run whose cells cost so much, whose process keeps one outcome after the other.

    A job has its next cell when the outcome of its last one is kept.

    >>> simulated([1.0, 1.0, 1.0, 1.0], store_s=0.0, jobs=2)
    2.0
    >>> simulated([1.0, 1.0, 1.0, 1.0], store_s=0.5, jobs=4)
    3.0
    """
    waiting = iter(costs)
    done = list(islice(waiting, jobs))
    heapq.heapify(done)
    kept = 0.0
    while done:
        kept = max(kept, done[0]) + store_s
        following = next(waiting, None)
        if following is None:
            heapq.heappop(done)
        else:
            heapq.heapreplace(done, kept + following)
    return kept


def main(report: Path, folder: Path) -> None:
    """Write both files."""
    found = compact(json.loads(report.read_text(encoding="utf-8")))
    place, before = folder / "speed.json", {}
    if place.exists():
        old = json.loads(place.read_text(encoding="utf-8"))
        before = {each["name"]: each for each in old["benchmarks"]} if old["cpu"] == cpu_name() else {}
    folder.mkdir(parents=True, exist_ok=True)
    whole = {"cpu": cpu_name(), "versions": versions(), "pytest-benchmark": metadata.version("pytest-benchmark")}
    place.write_text(json.dumps(whole | {"benchmarks": found}, indent=1) + "\n", encoding="utf-8")
    parts = [
        "# Speed\n\nWritten by `tox -e speed`, on "
        + f"{cpu_name()}. *change*: against what was committed, on the same "
        "kind of processor.\n\n## Beside others\n\n" + against_peers(found, before),
        "## By size\n\n" + by_size(found),
        "## What a run costs\n\n" + a_grid(found),
        f"## On paper: {MANY:,} cells\n\n" + ten_million(found),
    ]
    (folder / "README.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
