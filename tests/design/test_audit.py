from oversampling_bench.benchmarks.design import audit


def test_one_in_so_many_splits_is_audited_with_all_its_contenders(planned):
    cells = planned(seeds=10)
    for every, splits in ((1, 10), (2, 5), (3, 4), (10, 3), (1000, 3)):
        chosen = audit.audits(cells, every, "k")
        assert len({cell.seed for cell in chosen}) == splits
        assert len(chosen) == splits * 3 * len(audit.KINDS)
        assert len({cell.key for cell in chosen} | {cell.key for cell in cells}) == len(chosen) + len(cells)
        assert {cell.split for cell in chosen}.isdisjoint(cell.split for cell in cells)


def test_nobody_chooses_which(planned):
    cells = planned(seeds=10)
    assert audit.audits(cells, 5, "k") == audit.audits(cells, 5, "k")
    assert {cell.seed for cell in audit.audits(cells, 5, "k")} <= {cell.seed for cell in audit.audits(cells, 2, "k")}
    alone = [cell for cell in cells if cell.contender == "smote"]
    assert {cell.seed for cell in audit.audits(alone, 5, "k")} == {cell.seed for cell in audit.audits(cells, 5, "k")}


def test_who_does_not_know_the_key_does_not_know_which(planned):
    cells = planned(seeds=10)
    chosen = {frozenset(cell.seed for cell in audit.audits(cells, 10, f"key {n}")) for n in range(20)}
    assert len(chosen) > 10
    one, other = (audit.audits(cells, 1, key) for key in ("one", "other"))
    assert {cell.key for cell in one}.isdisjoint(cell.key for cell in other)


def test_what_is_not_ours_is_not_told(planned):
    for cell in audit.audits(planned(seeds=3), 1, "the key"):
        assert "the key" in repr(cell)
        told = repr(audit.unmarked(cell))
        assert not any(word in told for word in ("the key", "[audit", *audit.KINDS, cell.key, cell.inputs.data))


def test_labels_are_read_as_they_were_written():
    for dataset in ("adult", "adult[positives=0.05]", "mine.csv[positive='1',target='a, b']"):
        for kind in audit.KINDS:
            assert audit.read(audit.write(dataset, kind)) == (dataset, kind)
        assert audit.read(dataset) == (dataset, None)
    assert audit.read("mine[audit=2024]") == ("mine[audit=2024]", None)
