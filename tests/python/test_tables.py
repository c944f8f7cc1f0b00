"""Tables in files: every row once, in an order that a seed governs, in little memory."""

from __future__ import annotations

import gc
import itertools
import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
import pytest

import rdeep
from rdeep.data import table_files
from rdeep.datasets import table_dataset_from_files
from rdeep.errors import ArgumentError, DataError, DependencyError, FileError

ROWS = 1000
FORMATS = ["parquet", "csv", "feather", "arrow"]


def numbered(start: int = 0, rows: int = ROWS) -> pa.Table:
    """Return a table in which every row can be told from all others."""
    row = np.arange(start, start + rows)
    return pa.table(
        {
            "row": row,
            "half": row / 2,
            "odd": row % 2 == 1,
            "kind": [("red", "green", "blue")[i % 3] for i in row],
            "weight": (1 + row % 5).astype(np.float32),
        }
    )


def write(table: pa.Table, path: str, rows: int = 64) -> str:
    """Write a table in the format of the path's name, in row groups of so many rows."""
    path = str(path)
    if path.endswith(".parquet"):
        pa.parquet.write_table(table, path, row_group_size=rows)
    elif path.endswith(".csv"):
        pa.csv.write_csv(table, path)
    elif path.endswith(".feather"):
        pa.feather.write_feather(table, path, compression="lz4", chunksize=rows)
    else:
        with pa.ipc.new_file(path, table.schema) as file:
            file.write_table(table, max_chunksize=rows)
    return path


@pytest.fixture(params=FORMATS)
def format(request):
    return request.param


def rows_of(data, epoch: int = 0) -> np.ndarray:
    return np.concatenate([batch[0][:, 0] for batch in data.open(epoch)])


def test_batches_have_the_columns_asked_for(tmp_path, format):
    file = write(numbered(), tmp_path / f"a.{format}")
    data = table_dataset_from_files(
        file,
        x=["half", "odd"],
        y="kind",
        sample_weight="weight",
        levels={"kind": ["blue", "green", "red"]},
        batch_size=300,
        shuffle=False,
    )
    batches = list(data.open(0))
    assert [len(x) for x, _, _ in batches] == [300, 300, 300, 100]
    x, y, weight = (np.concatenate(parts) for parts in zip(*batches))
    row = np.arange(ROWS)
    assert x.dtype == np.float32
    assert y.dtype == np.int64
    assert weight.dtype == np.float32
    np.testing.assert_array_equal(x, np.stack([row / 2, row % 2], 1).astype(np.float32))
    np.testing.assert_array_equal(y, 2 - row % 3)
    np.testing.assert_array_equal(weight, 1 + row % 5)


def test_inputs_by_name_and_targets_in_a_matrix(tmp_path, format):
    file = write(numbered(), tmp_path / f"a.{format}")
    data = table_dataset_from_files(
        file,
        x={"numbers": ["row", "half"], "color": "kind"},
        y=["half", "odd"],
        levels={"kind": ["red", "green", "blue"]},
        shuffle=False,
    )
    x, y = next(data.open(0))
    assert {name: part.shape for name, part in x.items()} == {"numbers": (32, 2), "color": (32, 1)}
    np.testing.assert_array_equal(x["color"][:, 0], np.arange(32) % 3)
    assert x["color"].dtype == np.float32
    assert y.shape == (32, 2)


def test_without_targets_there_is_x_alone(tmp_path, format):
    file = write(numbered(), tmp_path / f"a.{format}")
    data = table_dataset_from_files(file, x="row", shuffle=False)
    (x,) = next(data.open(0))
    assert x.shape == (32, 1)


@pytest.mark.parametrize("batch_size", [1, 7, 32, 1000, 4000])
@pytest.mark.parametrize("buffer_rows", [1, 50, 333, None])
def test_each_epoch_has_every_row_once(tmp_path, format, batch_size, buffer_rows):
    files = [
        write(numbered(0, 70), tmp_path / f"a.{format}"),
        write(numbered(70, 230), tmp_path / f"b.{format}"),
    ]
    data = table_dataset_from_files(
        files, x="row", batch_size=batch_size, seed=3, buffer_rows=buffer_rows
    )
    for epoch in range(2):
        sizes = [len(batch[0]) for batch in data.open(epoch)]
        assert all(size == batch_size for size in sizes[:-1])
        assert data.batches == len(sizes)
        np.testing.assert_array_equal(np.sort(rows_of(data, epoch)), np.arange(300))


def test_the_order_depends_on_the_seed_and_the_epoch_only(tmp_path, format):
    file = write(numbered(), tmp_path / f"a.{format}")

    def order(seed, epoch):
        return rows_of(table_dataset_from_files(file, x="row", seed=seed, buffer_rows=200), epoch)

    first = order(1, 0)
    data = table_dataset_from_files(file, x="row", seed=1, buffer_rows=200)
    later = rows_of(data, 5)
    np.testing.assert_array_equal(rows_of(data, 0), first)
    np.testing.assert_array_equal(order(1, 5), later)
    for other in (order(2, 0), later, np.arange(ROWS)):
        assert (first != other).any()


def test_a_file_left_early_is_read_again_from_the_start(tmp_path, format):
    file = write(numbered(), tmp_path / f"a.{format}")
    data = table_dataset_from_files(file, x="row", seed=1)
    begun = data.open(0)
    first = next(begun)
    begun.close()
    np.testing.assert_array_equal(next(data.open(0))[0], first[0])


def test_rows_are_mixed_across_row_groups_and_files(tmp_path):
    files = [write(numbered(i * 500, 500), tmp_path / f"{i}.parquet") for i in range(4)]
    data = table_dataset_from_files(files, x="row", seed=1, buffer_rows=256, batch_size=100)
    groups = [set((batch[0][:, 0] // 64).astype(int)) for batch in data.open(0)]
    assert all(len(group) > 2 for group in groups)


def test_without_shuffling_the_order_is_that_of_the_files(tmp_path, format):
    write(numbered(100, 50), tmp_path / f"b.{format}")
    write(numbered(0, 100), tmp_path / f"a.{format}")
    data = table_dataset_from_files(tmp_path, x="row", shuffle=False, batch_size=40)
    for epoch in range(2):
        np.testing.assert_array_equal(rows_of(data, epoch), np.arange(150))


def test_a_seed_that_is_not_given_comes_from_the_stream(tmp_path):
    file = write(numbered(), tmp_path / "a.parquet")
    orders = []
    for seed in (4, 4, 5):
        rdeep.set_random_seed(seed)
        orders.append(rows_of(table_dataset_from_files(file, x="row")))
    np.testing.assert_array_equal(orders[0], orders[1])
    assert (orders[0] != orders[2]).any()


def test_the_number_of_batches(tmp_path, format):
    file = write(numbered(), tmp_path / f"a.{format}")
    data = table_dataset_from_files([file, file], x="row", batch_size=64)
    if format == "csv":
        assert data.batches is None
        assert "not counted yet" in repr(data)
        list(itertools.islice(data.open(0), 3))
        assert data.batches is None
        list(data.open(0))
    assert data.batches == 32
    assert "32 batches of 64" in repr(data)


def test_files_are_found_by_folder_pattern_and_list(tmp_path):
    a = write(numbered(0, 10), tmp_path / "a.csv")
    (tmp_path / "more").mkdir()
    b = write(numbered(10, 10), tmp_path / "more" / "b.csv")
    (tmp_path / ".hidden.csv").write_text("row\n1\n")
    (tmp_path / "notes.txt").write_text("nothing")

    def found(files, **options):
        return table_dataset_from_files(files, x="row", **options).file_paths

    assert found(tmp_path) == [a, b]
    assert found(str(tmp_path / "*.csv")) == [a]
    assert found([b, a]) == [b, a]
    (tmp_path / "c.data").write_text("row\n1\n")
    assert found(tmp_path / "c.data", format="csv") == [str(tmp_path / "c.data")]


def test_relative_paths_hold_when_the_folder_changes(tmp_path, monkeypatch):
    write(numbered(), tmp_path / "a.parquet")
    monkeypatch.chdir(tmp_path)
    data = table_dataset_from_files("a.parquet", x="row")
    monkeypatch.chdir("/")
    assert len(rows_of(data)) == ROWS


def test_types_of_columns_in_files(tmp_path):
    import decimal

    table = pa.table(
        {
            "Sepal.Length": pa.array([1, 2], pa.int8()),
            "big": pa.array([2**40, 3], pa.uint64()),
            "money": pa.array([decimal.Decimal("1.5"), decimal.Decimal("2.25")]),
            "factor": pa.array(["b", "a"]).dictionary_encode(),
            "code": pa.array([20, 10]),
        }
    )
    for name in ("a.parquet", "a.feather"):
        data = table_dataset_from_files(
            write(table, tmp_path / name),
            x=["Sepal.Length", "big", "money", "factor", "code"],
            levels={"factor": ["a", "b"], "code": [10, 20]},
            shuffle=False,
        )
        (x,) = next(data.open(0))
        np.testing.assert_array_equal(x, np.array([[1, 2**40, 1.5, 1, 1], [2, 3, 2.25, 0, 0]]))


def test_a_large_record_batch_without_compression_is_read_in_slices(tmp_path):
    file = write(numbered(0, 300_000), tmp_path / "a.arrow", rows=10**9)
    data = table_dataset_from_files(file, x="row", y="half", shuffle=False, batch_size=1000)
    np.testing.assert_array_equal(rows_of(data), np.arange(300_000))


# CSV ------------------------------------------------------------------------------------------


def test_csv_numbers_may_get_a_decimal_point_later(tmp_path):
    rows = 200_000
    lines = "\n".join(["1"] * rows + ["2.5"])
    (tmp_path / "a.csv").write_text(f"a\n{lines}\n")
    data = table_dataset_from_files(tmp_path / "a.csv", x="a", shuffle=False, batch_size=50_000)
    *_, (last,) = data.open(0)
    assert last[-1, 0] == 2.5


def test_csv_labels_may_be_called_na(tmp_path):
    (tmp_path / "a.csv").write_text('country\n"DE"\nNA\n')
    known = {"country": ["DE", "NA"]}
    data = table_dataset_from_files(tmp_path / "a.csv", x="country", levels=known, shuffle=False)
    np.testing.assert_array_equal(rows_of(data), [0, 1])
    data = table_dataset_from_files(tmp_path / "a.csv", x="country", levels={"country": ["DE"]})
    with pytest.raises(DataError, match=r"Column 'country' of .*a\.csv' has missing values"):
        list(data.open(0))


# Memory ---------------------------------------------------------------------------------------

GROWTH = """
import sys, numpy, pyarrow.compute, pyarrow.csv, pyarrow.ipc, pyarrow.parquet
from rdeep.datasets import table_dataset_from_files

def memory(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(key)) / 1024

before = memory("VmRSS")
names = [f"c{i}" for i in range(12)]
data = table_dataset_from_files(sys.argv[1], x=names[1:], y=names[0], batch_size=512, seed=1)
rows = sum(len(x) for x, _ in data.open(0))
print(rows, memory("VmHWM") - before)
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="Linux tells the memory used")
@pytest.mark.parametrize(
    "name",
    [
        "a.parquet",
        "a.csv",
        *(pytest.param(n, marks=pytest.mark.slow) for n in ("a.feather", "a.arrow")),
    ],
)
def test_a_file_that_is_larger_than_the_memory_it_takes(tmp_path, rng, name):
    rows = 2_000_000 if name != "a.csv" else 1_000_000
    table = pa.table({f"c{i}": rng.standard_normal(rows) for i in range(12)})
    # One row group, but for feather: compressed record batches are held whole.
    file = write(table, tmp_path / name, rows=65_536 if name == "a.feather" else 10**9)
    del table
    gc.collect()
    assert os.path.getsize(file) > 180e6
    result = subprocess.run(
        [sys.executable, "-c", GROWTH, file], capture_output=True, text=True, check=True
    )
    read, growth = result.stdout.split()
    assert int(read) == rows
    assert float(growth) < 120


# What goes wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"x": []}, ArgumentError, "'x' must be the names of columns, not \\[\\]"),
        ({"x": 3}, ArgumentError, "'x' must be the names of columns, not 3"),
        ({"x": {}}, ArgumentError, "'x' is empty"),
        ({"x": {"a": 1}}, ArgumentError, "'x\\['a'\\]' must be the names of columns"),
        ({"x": "half", "sample_weight": "weight"}, ArgumentError, "goes with 'y' only"),
        ({"x": "hlf"}, ArgumentError, "'x' names the column 'hlf', which .*\nDid you mean 'half'"),
        ({"x": "half", "y": "z"}, ArgumentError, "'y' names the column 'z'"),
        ({"x": "half", "batch_size": 0}, ArgumentError, "'batch_size'"),
        ({"x": "half", "buffer_rows": 0.5}, ArgumentError, "'buffer_rows'"),
        ({"x": "half", "shuffle": 1}, ArgumentError, "'shuffle'"),
        ({"x": "half", "seed": -1}, ArgumentError, "'seed'"),
        ({"x": "half", "format": "xls"}, ArgumentError, "'format' must be one of 'parquet'"),
        ({"x": "half", "levels": ["a"]}, ArgumentError, "'levels' must be labels by the names"),
        ({"x": "half", "levels": {"haf": ["a"]}}, ArgumentError, "column 'haf', which is not used"),
        ({"x": "kind", "levels": {"kind": []}}, ArgumentError, "must be labels, each once"),
        ({"x": "kind", "levels": {"kind": ["a", "a"]}}, ArgumentError, "must be labels, each once"),
        (
            {"x": ["half", "kind"]},
            DataError,
            "Column 'kind' of .*a.parquet' is text; models take numbers.\n.* 'levels' as 'kind'",
        ),
    ],
)
def test_arguments_that_do_not_fit(tmp_path, options, error, message):
    file = write(numbered(), tmp_path / "a.parquet")
    with pytest.raises(error, match=f"(?s){message}"):
        table_dataset_from_files(file, **options)


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(FileError, match=r"There is no file .*nowhere\.csv"):
        table_dataset_from_files(tmp_path / "nowhere.csv", x="a")
    with pytest.raises(FileError, match=r"There is no table in the folder(?s:.*)Files end in"):
        table_dataset_from_files(tmp_path, x="a")
    for files in (3, [], ""):
        with pytest.raises(ArgumentError, match="'files'"):
            table_dataset_from_files(files, x="a")


def test_names_that_say_no_format_or_several(tmp_path):
    (tmp_path / "a.txt").write_text("a\n1\n")
    with pytest.raises(ArgumentError, match=r"name of .*a\.txt' does not say(?s:.*)Give 'format'"):
        table_dataset_from_files(tmp_path / "a.txt", x="a")
    write(numbered(), tmp_path / "a.csv")
    write(numbered(), tmp_path / "a.parquet")
    with pytest.raises(ArgumentError, match="several formats: 'csv' and 'parquet'"):
        table_dataset_from_files(tmp_path, x="row")


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_missing_and_infinite_values(tmp_path, format, value):
    write(numbered(), tmp_path / f"a.{format}")
    column = pa.array([1.0, value] * 50)
    file = write(pa.table({"row": range(100), "half": column}), tmp_path / f"b.{format}")
    data = table_dataset_from_files([tmp_path / f"a.{format}", file], x=["row", "half"])
    word = "infinite" if value == float("inf") else "missing"
    with pytest.raises(DataError, match=rf"Column 'half' of .*b\.{format}' has {word} values"):
        list(data.open(0))


def test_labels_that_are_not_among_the_levels(tmp_path, format):
    file = write(numbered(), tmp_path / f"a.{format}")
    data = table_dataset_from_files(file, x="kind", levels={"kind": ["red", "green"]})
    with pytest.raises(DataError, match=rf"Column 'kind' of .*a\.{format}' holds the label 'blue'"):
        list(data.open(0))


def test_a_later_file_without_the_column(tmp_path):
    for name in ("a", "b"):
        write(
            numbered().select(["row", "half"] if name == "a" else ["row"]), tmp_path / f"{name}.csv"
        )
    data = table_dataset_from_files(tmp_path, x="half")
    with pytest.raises(ArgumentError, match=r"column 'half', which .*b\.csv' does not have"):
        list(data.open(0))


def test_dates_and_files_that_are_something_else(tmp_path):
    import datetime

    table = pa.table({"day": [datetime.date(2020, 1, 1)]})
    with pytest.raises(DataError, match=r"Column 'day' of .* has values of type date32"):
        table_dataset_from_files(write(table, tmp_path / "a.parquet"), x="day")
    for name in ("b.parquet", "b.feather"):
        (tmp_path / name).write_text("this is neither")
        with pytest.raises(DataError, match=rf"{name}' can't be read as \w+: "):
            table_dataset_from_files(tmp_path / name, x="day")
    (tmp_path / "c.csv").write_text("a\n1\nx\n")
    with pytest.raises(DataError, match=r"Column 'a' of .* is text"):
        table_dataset_from_files(tmp_path / "c.csv", x="a")
    (tmp_path / "d.csv").write_text("a\n" + "1\n" * 600_000 + "x\n")
    data = table_dataset_from_files(tmp_path / "d.csv", x="a")
    with pytest.raises(DataError, match=r"d\.csv' can't be read as csv: .*'x'"):
        list(data.open(0))


def test_nothing_in_the_files(tmp_path):
    empty = numbered().slice(0, 0)
    with pytest.raises(DataError, match=r"no rows in .*a\.parquet"):
        table_dataset_from_files(write(empty, tmp_path / "a.parquet"), x="row")
    data = table_dataset_from_files(write(empty, tmp_path / "a.csv"), x="row")
    with pytest.raises(DataError, match=r"no rows in .*a\.csv"):
        list(data.open(0))
    (tmp_path / "b.csv").write_text("")
    with pytest.raises(DataError, match=r"b\.csv' can't be read as csv: Empty CSV file"):
        table_dataset_from_files(tmp_path / "b.csv", x="row")


def test_without_pyarrow_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DependencyError, match=r"'pyarrow'(?s:.*)pip install"):
        table_dataset_from_files(tmp_path / "a.csv", x="a")


def test_importing_the_data_sets_imports_no_optional_package():
    code = "import sys, rdeep.datasets; print({'pyarrow', 'PIL'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "set()"


def test_every_format_says_how_its_files_are_named():
    assert set(table_files.FORMATS) == set(FORMATS)
