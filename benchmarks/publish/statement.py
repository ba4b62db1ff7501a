"""The reproducibility statement of a results folder: a paragraph for a paper, of stored facts alone."""

import shlex
from pathlib import Path

from ..design import suite as suites
from ..design.suite import Suite, take_seeds
from ..errors import DISTRIBUTION, plural, ranges, uncapitalised, visible
from ..measure.outcome import IDENTITY, SCORED
from ..record.folder import Results
from ..record.provenance import ContenderInfo, LearnerInfo, Provenance
from ..report.groups import BASELINE

BUILT_IN = "built-in"
OPTIONS = {
    "datasets": "--dataset",
    "contenders": "--contender",
    "classifiers": "--classifier",
    "measures": "--measure",
}
"""What of a suite an option of `run` replaces, each by one or more."""


def statement(results: Results) -> str:
    """Say what was run on what, with what, and how to run it again."""
    known = results.provenance
    parts = [
        _asked(known), _data(results), _protocol(results), _raced(results), _coverage(results),
        _software(known), _hardware(known), _again(results),
    ]  # fmt: skip
    return visible(" ".join(part for part in parts if part))


def _asked(known: Provenance) -> str:
    which = " ".join([DISTRIBUTION, *(version for name, version in known.versions.items() if name == DISTRIBUTION)])
    about = f" ({known.suite.description.rstrip('.')})" if known.suite.description else ""
    return f'We ran the suite "{known.suite.name}"{about} of {which}.'


def _data(results: Results) -> str:
    there, known = set(results.cells["dataset"]), results.provenance.data
    found = [
        f"{name} ({each.rows:,} rows, {plural(each.columns, 'column')}, {each.positives * 100:.2f} % positive, "
        f"hash {each.hash})"
        for name, each in known.items()
        if name in there
    ]
    found += [f"{name} (not described)" for name in sorted(there - known.keys())]
    if not found:
        return ""
    hashes = "a hash is the first 16 digits of the SHA-256 of a table's columns, rows and labels"
    return f"Data: {', '.join(found)}; {hashes}."


def _protocol(results: Results) -> str:
    known, seeds = results.provenance, sorted(set(results.cells["seed"]))
    about = f" ({uncapitalised(known.protocol.about.rstrip('.'))})" if known.protocol and known.protocol.about else ""
    wanted = known.suite.n_requested
    asked = f"add {wanted:,} positives" if wanted else "balance the classes"
    fitted = f" fitted on {known.suite.encoder_rows} rows" if known.suite.encoder_rows else ""
    text = f'Protocol "{known.suite.protocol}"{about}, encoder "{known.suite.encoder}"{fitted}'
    if not seeds:
        return f"{text}."
    per_table = results.cells.groupby("dataset")["seed"].nunique()
    few, many = int(per_table.min()), int(per_table.max())
    more = f", from {few} to {many} a data set" if few < many else ""
    return (
        f"{text}, {plural(len(seeds), 'seed')} ({ranges(seeds)}{more}): each is one split, the same for all "
        f"contenders, and seeds contender and learner. Contenders were asked to {asked}."
    )


def _raced(results: Results) -> str:
    known, cells = results.provenance, results.cells
    contenders = _named(cells["contender"].unique().tolist(), known.contenders)
    learners = _named(cells["classifier"].unique().tolist(), known.learners)
    if not contenders:
        return ""
    return (
        f"Contenders, with parameters in brackets where they are not those by default: {', '.join(contenders)}. "
        f"Learners: {', '.join(learners)}."
    )


def _named(there: list[str], known: dict[str, ContenderInfo] | dict[str, LearnerInfo]) -> list[str]:
    """Name them with what their labels say of parameters, in the order of the provenance."""
    return [_sourced(name, each) for name, each in known.items() if name in there] + sorted(set(there) - known.keys())


def _sourced(name: str, info: ContenderInfo | LearnerInfo) -> str:
    return name if info.source == BUILT_IN else f"{name} ({info.source}, hash of its code {info.code})"


def _coverage(results: Results) -> str:
    status, planned = results.cells["status"], results.provenance.planned
    unscored = status[~status.isin(SCORED)].value_counts().sort_index()
    text = f"Of {plural(max(planned, len(status)), 'planned cell')}, {int(status.isin(SCORED).sum())} are scored"
    if len(unscored):
        counts = ", ".join(f"{count} {name}" for name, count in unscored.items())
        text += f"; without scores, and nothing imputed: {counts}"
    return f"{text}." if planned <= len(status) else f"{text}; not run: {planned - len(status)}."


def _software(known: Provenance) -> str:
    libraries = ", ".join(f"{name} {version}" for name, version in known.versions.items() if name != DISTRIBUTION)
    code = "outside of a git repository, so that no commit is known"
    if known.git:
        changes = "with changes that no commit holds" if known.git.dirty else "without changes"
        code = f"commit {known.git.commit}, {changes}"
    return f"Versions: {libraries or 'not recorded'}. Code: {code}."


def _hardware(known: Provenance) -> str:
    where = known.machines or {f"{known.cpu}, {plural(known.cores or 0, 'core')}": 0}
    machines = "; ".join(name + (f" ({plural(count, 'cell')})" if count else "") for name, count in where.items())
    return f"Hardware: {known.system}; {machines}; {plural(known.threads_per_job, 'thread')} a cell."


def _again(results: Results) -> str:
    folder, suite = results.folder, results.provenance.suite
    elsewhere = [] if folder == Path("results") / suite.name else ["--out", str(folder)]
    scored = results.cells[results.cells["status"].isin(SCORED)]
    # Of the baseline, running again shows the least.
    rivals = scored[scored["contender"] != BASELINE]
    by_name = command(suite)
    by_file = f"`{_line('run', f'{suite.name}.toml')}`, with the suite that stands in environment.json in that file"
    text = f"To run it again: {f'`{by_name}`' if by_name else by_file}"
    for cell in (rivals if len(rivals) else scored)[IDENTITY].head(1).to_dict("records"):
        name = "/".join(str(cell[part]) for part in IDENTITY)
        text += f"; one cell, compared with what is stored: `{_line('reproduce', name, *elsewhere)}`"
    return f"{text}."


def command(suite: Suite) -> str | None:
    """Write the command that runs a built-in suite, with an option for whatever is other in it; None where none does.

    >>> from oversampling_bench.benchmarks.design.suite import changed, read
    >>> command(read("quick"))
    'oversampling-bench run quick'
    >>> command(changed(read("quick"), seeds=[0, 1, 2], contenders=["none", "smote[k_neighbors=3]"]))
    "oversampling-bench run quick --contender none --contender 'smote[k_neighbors=3]' --seeds 3"
    """
    if suite.name not in suites.names():
        return None
    built_in = suites.read(suite.name)
    words, asked = ["run", suite.name], built_in.model_dump()
    for key, option in OPTIONS.items():
        if getattr(suite, key) != asked[key]:
            words += [word for label in getattr(suite, key) for word in (option, label)]
            asked[key] = getattr(suite, key)
    if suite.seeds != built_in.seeds and suite.seeds == take_seeds(built_in.seeds, len(suite.seeds)):
        words += ["--seeds", str(len(suite.seeds))]
        asked["seeds"] = suite.seeds
    if suite.protocol != built_in.protocol:
        words += ["--protocol", suite.protocol]
        asked["protocol"] = suite.protocol
    return _line(*words) if asked == suite.model_dump() else None


def _line(*words: str) -> str:
    return shlex.join([DISTRIBUTION, *words])
