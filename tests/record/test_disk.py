"""Where a store lies: folders that cannot be written, file systems of a network, a run that is at work meanwhile."""

import os
import sqlite3
from types import SimpleNamespace

import psutil
import pytest
from oversampling_bench.benchmarks.record import disk
from oversampling_bench.benchmarks.record import store as stores
from oversampling_bench.benchmarks.record.folder import STORE
from oversampling_bench.benchmarks.record.store import Store

needs_a_user = pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")


def everything(folder):
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in [folder, *folder.rglob("*")]}


@pytest.mark.parametrize("leftover", [False, True], ids=["closed", "killed"])
def test_merge_and_dry_run_touch_nothing_where_they_read(run_small, cli, tmp_path, leftover):
    folder = run_small("none").folder
    if leftover:  # as a killed run leaves it: with the last cells in the journal alone
        run_small("none", out="other")
        with Store.open(tmp_path / "other") as store:
            store.keep_provenance(store.provenance())
            for each in (tmp_path / "other").glob(f"{STORE}*"):
                if not each.name.endswith((".lock", ".holder")):
                    (folder / each.name).write_bytes(each.read_bytes())
    before = everything(folder)
    asked = run_small("none", options=("--dry-run",))
    assert asked.code == 0
    assert "2 done" in asked.out
    assert cli("merge", folder, "--out", tmp_path / "merged").code == 0
    assert everything(folder) == before


@needs_a_user
def test_a_folder_that_cannot_be_written_is_read_and_named(run_small, cli, tmp_path):
    folder = run_small("none").folder
    (folder / STORE).chmod(0o400)
    folder.chmod(0o500)
    try:
        assert cli("run", "quick", "--out", folder, "--dry-run").code == 0
        assert cli("merge", folder, "--out", tmp_path / "merged").code == 0
        report = cli("report", folder)
    finally:
        folder.chmod(0o700)
    assert report.code == 2
    assert f"{folder} cannot be written" in report.err


def test_a_folder_in_which_nothing_can_be_written_is_named_without_an_option(run_small, cli, monkeypatch):
    def refuse(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    folder = run_small("none").folder
    monkeypatch.setattr("oversampling_bench.benchmarks.report.write.replace_file", refuse)
    done = cli("report", folder)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert f"{folder} cannot be written" in done.err
    assert "--out" not in done.err


def test_a_store_is_read_while_somebody_writes(run_small, monkeypatch):
    folder, tries = run_small("none").folder, []
    whole, verify = (folder / STORE).read_bytes(), stores.verify

    def meanwhile(connection):
        tries.append(0)
        if len(tries) == 1:  # as if half of a write had been read
            (folder / STORE).write_bytes(whole)
            raise stores.DamagedError("torn")
        return verify(connection)

    monkeypatch.setattr(stores, "verify", meanwhile)
    with Store.read(folder) as store:
        assert len(store.known()) == 2
    assert len(tries) == 2


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("nfs4", "nfs4"),
        ("cifs", "cifs"),
        ("fuse.sshfs", "fuse.sshfs"),
        ("lustre", "lustre"),
        ("ext4", ""),
        ("apfs", ""),
    ],
)
def test_the_nearest_mount_point_decides(monkeypatch, tmp_path, kind, expected):
    mounts = [("/", "nfs" if not expected else "ext4"), (str(tmp_path), kind), (str(tmp_path) + "2", "nfs")]
    found = [SimpleNamespace(mountpoint=where, fstype=what) for where, what in mounts]
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: found)
    assert disk.network(tmp_path / "not" / "yet") == expected


def test_on_a_network_the_store_has_a_rollback_journal(run_small, monkeypatch, scores):
    local = run_small("none")
    monkeypatch.setattr(stores, "network", lambda folder: "nfs4")
    shared = run_small("none", out="shared")
    assert shared.code == 0
    assert "is on a network file system (nfs4)" in shared.err
    assert scores(shared.folder).equals(scores(local.folder))
    moved = run_small("none", seeds=3)  # a store that was written on a local disk
    assert "3 cells, 2 done before" in moved.err
    for folder in (shared.folder, moved.folder):
        with sqlite3.connect(f"{(folder / STORE).as_uri()}?immutable=1", uri=True) as store:
            assert store.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    with Store.open(shared.folder) as store:
        values = [store.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "locking_mode")]
        assert values == [2, "exclusive"]
    monkeypatch.undo()
    assert "3 cells, 3 done before" in run_small("none", seeds=3).err
