"""Nobody can harm, fool or cheat the engine: an attack gets the verdict that it deserves, and nobody else another."""

import os
import subprocess
from pathlib import Path

import pytest
from oversampling_bench.benchmarks.measure.outcome import TIMINGS
from oversampling_bench.benchmarks.record.folder import read_csv

HEALTHY = ["none", "random", "smote", "threshold"]
OK = ("ok", "", "")

# kind of attack: status, phase, and a part of the reason
ATTACKS = {
    "writes_into_everything": OK,
    "writes_into_others": OK,
    "forges_the_answers_of_others": OK,
    "deletes_temporary_files": OK,
    "kills_relatives": OK,
    "kills_the_forkserver": ("crashed", "sample", "its process"),
    "interrupts_relatives": OK,
    "orders_a_process": OK,
    "answers_for_the_forkserver": OK,
    "stops_the_forkserver": OK,
    "keeps_the_forkserver_stopped": OK,
    "leaves_a_child_that_forges": OK,
    "starts_processes_as_anybody_may": OK,
    "stops_relatives": OK,
    "kills_the_guardian": OK,
    "says_the_disk_is_full": ("failed", "sample", "No space left on device"),
    "says_that_no_folder_is_full": ("failed", "sample", "No space left on device"),
    "says_that_proc_is_full": ("failed", "sample", "No space left on device"),
    "swaps_the_code_of_others": OK,
    "says_what_cannot_be_written": ("failed", "sample", "ValueError: caf\\udce9.csv"),
    "paints_the_terminal": ("failed", "sample", "ValueError: gone"),
    "writes_html": ("failed", "sample", "ValueError: ‹script›alert(1)‹/script› | a | b |"),
    "is_a_formula": ("failed", "sample", "'=cmd|"),
    "talks_for_ever": ("failed", "sample", "xxx…"),
    "exception_is_no_text": ("failed", "sample", ""),
    "history_is_a_bomb": OK,
    "forges_an_answer": ("crashed", "", "its answer cannot be read"),
    "answers_with_a_pickle": ("crashed", "", "its answer cannot be read"),
    "answers_with_a_huge_array": ("crashed", "", "its answer cannot be read"),
    "answers_with_a_hole": ("out_of_memory", "", "the limit is 0.5 GB (--memory)"),
    "half_a_message": ("timeout", "", "not done after"),
    "floods_the_pipe": ("timeout", "", "not done after"),
    "returns_a_mask": ("invalid_output", "sample", "labels that are masked"),
    "returns_complex_labels": ("invalid_output", "sample", "labels other than 0 and 1, of type complex128"),
    "returns_objects": ("invalid_output", "sample", "expected an array of numbers, got ndarray of type object"),
    "walks_frames": OK,
    "reads_descriptors": OK,
    "reads_the_run": OK,
    "reads_others": OK,
}
LIES = {
    "honest": OK,
    "abstains": ("invalid_output", "predict", "labels other than 0 and 1"),
    "complex": ("invalid_output", "predict", "labels other than 0 and 1, of type complex128"),
    "masked": ("invalid_output", "predict", "labels that are masked"),
    "short": ("invalid_output", "predict", "expected 60 decisions, one a test row"),
    "words": ("invalid_output", "predict", "labels other than 0 and 1"),
    "wide": ("invalid_output", "predict", "expected 60 decisions, one a test row, got an array of shape (60, 2)"),
    "finds_labels": OK,
    "too_sure": ("invalid_output", "predict", "probabilities outside of [0, 1]"),
    "negative": ("invalid_output", "predict", "probabilities outside of [0, 1]"),
    "not_finite": ("invalid_output", "predict", "60 probabilities are not finite"),
    "few_probabilities": ("invalid_output", "predict", "expected 60 probabilities, one a test row"),
    "complex_probabilities": ("invalid_output", "predict", "of type complex128"),
}
TIME = ["--timeout", "10"]
LIMITS = ["--memory", "0.5", "--jobs", "2"]


def cells(command, **how):
    """Run what some cells will not survive; give the table, and what was shown."""
    done = subprocess.run([*map(str, command)], capture_output=True, timeout=900, check=False, **how)
    assert done.returncode == 1, done.stderr
    return read_csv(Path(command[command.index("--out") + 1]) / "cells.csv"), done.stdout + done.stderr


def attack(program, plugin, folder, kinds=ATTACKS, lies=LIES, seeds=1):
    """Run attackers among healthy contenders and, apart from these, liars; give both tables, and what was shown."""
    (folder / "tmp").mkdir()
    environment = os.environ | {"PLANTED_PIDS": str(folder), "TMPDIR": str(folder / "tmp")}

    def run(out, *options):
        command = [*program, "run", "quick", "--dataset", plugin("blobs"), "--seeds", seeds, "--out", folder / out]
        return cells([*command, *options, *TIME, *LIMITS], env=environment)

    attackers = [f"{plugin('attacks')}[kind={kind}]" for kind in kinds]
    mixed = [*HEALTHY, *attackers]
    chosen = (part for name in mixed for part in ("--contender", name))
    attacked, shown = run("attacked", "--classifier", "forest", *chosen)
    liars = [f"{plugin('liars')}[kind={kind}]" for kind in lies]
    lied, more = run("lied", "--contender", "none", *(part for name in liars for part in ("--classifier", name)))
    return attacked, lied, shown + more, folder


@pytest.fixture(scope="module")
def attacked(program, plugin, tmp_path_factory):
    return attack(program, plugin, tmp_path_factory.mktemp("attacked"))


def wrong(cell, expected):
    status, phase, reason = expected
    # Who writes into every pipe may name any phase as its own.
    right = cell["status"] == status and (cell["phase"] == phase or (status != "ok" and not phase))
    return not (right and reason in cell["reason"] and "\n" not in cell["reason"])


@pytest.mark.parametrize("kind", ATTACKS)
def test_an_attack_gets_the_verdict_that_it_deserves(attacked, kind):
    cell = attacked[0].set_index("contender").loc[f"attacks[kind={kind}]"]
    assert not wrong(cell, ATTACKS[kind]), (cell["status"], cell["phase"], cell["reason"])


def test_an_answer_that_grows_is_memory(program, plugin, tmp_path):
    filler = f"{plugin('attacks')}[kind=fills_the_answer]"
    command = [*program, "run", "quick", "--dataset", plugin("blobs"), "--classifier", "tree", "--seeds", 1]
    # No limit on time: some machines take more than 10 s to give half a gigabyte.
    table, _ = cells([*command, "--contender", filler, "--out", tmp_path / "out", *LIMITS])
    assert not wrong(table.iloc[0], ("out_of_memory", "sample", "the limit is 0.5 GB")), table.iloc[0]


@pytest.mark.parametrize("kind", LIES)
def test_a_lie_is_no_score(attacked, kind):
    cell = attacked[1].set_index("classifier").loc[f"liars[kind={kind}]"]
    assert not wrong(cell, LIES[kind]), (cell["status"], cell["phase"], cell["reason"])
    counted = cell[["tn", "fp", "fn", "tp"]].fillna(0).sum()
    assert counted == (60 if cell["status"] == "ok" else 0)


def test_nobody_else_is_changed(attacked, run_small):
    alone = read_csv(run_small(*HEALTHY, seeds=1, options=("--classifier", "forest")).folder / "cells.csv").set_index(
        "contender"
    )
    among = attacked[0].set_index("contender")
    for name in HEALTHY:
        assert alone.loc[name].drop(TIMINGS).equals(among.loc[name].drop(TIMINGS)), name


def test_attackers_whose_rows_are_fair_score_what_fair_rows_score(attacked):
    cells = attacked[0].set_index("contender").drop(columns=[*TIMINGS, "phase", "reason"])
    fair = cells.loc["random"]
    for kind, expected in ATTACKS.items():
        if expected == OK:
            assert cells.loc[f"attacks[kind={kind}]"].equals(fair), kind


def test_nothing_of_it_is_run_in_the_parent_or_reaches_the_terminal(attacked):
    shown, folder = attacked[2:]
    assert not (folder / "unpickled").exists()
    assert b"\x1b[2J" not in shown
    assert b"Traceback" not in shown
    assert b"<script>" not in (folder / "attacked" / "leaderboard.md").read_bytes()
    assert not list((folder / "tmp").glob("oversampling-bench-*"))


@pytest.mark.torture
def test_attacked_over_many_seeds_nobody_else_is_changed(program, plugin, tmp_path, run_small, tally, survived):
    seeds = 5
    found = survived("plugins that tamper, forge, kill others, lie or look for test labels", wrong=0)
    among, lied, *_ = attack(program, plugin, tmp_path, seeds=seeds)
    alone = read_csv(
        run_small(*HEALTHY, seeds=seeds, out="alone", options=("--classifier", "forest")).folder / "cells.csv"
    )
    for cells, label, expected in ((among, "contender", ATTACKS), (lied, "classifier", LIES)):
        for kind, verdict in expected.items():
            theirs = cells[cells[label].str.endswith(f"[kind={kind}]")]
            assert len(theirs) == seeds
            found.wrong += sum(wrong(cell, verdict) for _, cell in theirs.iterrows())
    found.compare(among[among["contender"].isin(HEALTHY)], alone)
    tried = len(ATTACKS) + len(LIES)
    found.how_often = f"{tried * seeds} attacks of {tried} kinds among {len(HEALTHY) * seeds} healthy cells"
    tally.append(found)
    assert found.unharmed, found
