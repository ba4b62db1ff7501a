"""Pages in a real browser, Debian's Chromium: they load, sort, filter and draw, and no name is ever run."""

import json
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from oversampling_bench.benchmarks.measure.calibration import Bin
from oversampling_bench.benchmarks.publish.export import export
from oversampling_bench.benchmarks.record.folder import CURVES, read_csv
from oversampling_bench.benchmarks.report.curves import FALSE_ALARMS, Curves, ReliabilityCurve, RocCurve

GOLDEN = Path(__file__).parents[1] / "golden"
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
SEES = 20
"""Seconds that something may take to come to sight on a busy machine."""

pytestmark = [
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium: apt-get install chromium-driver"),
    pytest.mark.pictures,
]

HARM = "<script>window.harm = 1</script><img src=x onerror='window.harm = 2'>"


@pytest.fixture(scope="module")
def browser():
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "window-size=1280,900"):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with webdriver.Chrome(options, webdriver.ChromeService(DRIVER)) as driver:
        yield driver


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give results with failures, two learners, and curves that are made up."""
    found = shutil.copytree(GOLDEN, tmp_path_factory.mktemp("page") / "golden")
    bins = [Bin(50, 0.1, 0.2), Bin(40, 0.5, 0.4), Bin(60, 0.9, 0.95)]
    curves = Curves(
        roc=[RocCurve(dataset="toy", classifier="forest", misses=(0.3 * (1 - FALSE_ALARMS)).tolist())],
        reliability=[
            ReliabilityCurve(dataset="toy", classifier="forest", contender=name, bins=bins)
            for name in ("none", "smote")
        ],
    )
    (found / CURVES).write_text(curves.text())
    return found


@pytest.fixture(scope="module")
def page(folder):
    return export(folder, "html")


@pytest.fixture
def opened(browser, page):
    return open_page(browser, page)


def open_page(browser, path, at=""):
    """Open a page, and wait until it is ready."""
    browser.get("about:blank")
    browser.get(path.resolve().as_uri() + at)
    wait(lambda: said(browser, "ready") or said(browser, "failed"))
    assert said(browser, "failed") is None
    return browser


def wait(true):
    end = time.monotonic() + SEES
    while not (found := true()):
        assert time.monotonic() < end, "it did not come to sight"
        time.sleep(0.05)
    return found


def said(browser, name):
    return browser.execute_script(f"return document.documentElement.dataset.{name} || null")


def all_of(browser, selector):
    return browser.find_elements("css selector", selector)


def choose(browser, identity, text):
    from selenium.webdriver.support.ui import Select

    Select(browser.find_element("id", identity)).select_by_visible_text(text)


def board(browser):
    """Read the leaderboard: by contender, the first number of each column by its measure."""
    return {
        row.get_attribute("data-contender"): {
            cell.get_attribute("data-measure"): cell.text.split()[0].split("±")[0].strip()
            for cell in row.find_elements("css selector", "td")
        }
        for row in all_of(browser, "#board tr[data-contender]")
    }


def column(browser, measure, role):
    """Read a column of one family, in its order."""
    bodies = all_of(browser, "#board tbody")
    title = {"oversampler": "Oversamplers", "control": "Controls"}[role]
    (body,) = [each for each in bodies if each.text.startswith(title)]
    texts = [cell.text.split()[0] for cell in body.find_elements("css selector", f'td[data-measure="{measure}"]')]
    return [float(text) for text in texts if text != "–"]


def shapes(browser, name, kind):
    """Count the marks of a kind in a picture, once it is drawn."""
    browser.execute_script(f"document.getElementById('{name}').scrollIntoView()")
    wait(lambda: all_of(browser, f"#{name}-chart svg"))
    return len(all_of(browser, f"#{name}-chart svg .{kind}.role-mark path"))


def test_it_loads_without_an_error_or_a_request(browser, opened):
    for name in ("tradeoff", "seeds", "reliability", "cost", "ranks"):
        shapes(browser, name, "mark-symbol")
    assert [each["message"] for each in browser.get_log("browser")] == []
    sent = [json.loads(each["message"])["message"] for each in browser.get_log("performance")]
    asked = [each["params"]["request"]["url"] for each in sent if each["method"] == "Network.requestWillBeSent"]
    assert {re.match(r"[a-z]+:", url)[0] for url in asked} <= {"file:", "data:", "about:"}
    assert len([url for url in asked if url.startswith("file:")]) == 1


def test_its_numbers_are_those_of_the_cells(browser, opened, folder):
    cells, seen = read_csv(folder / "cells.csv"), 0
    for learner in ("forest", "boosting"):
        choose(browser, "classifier", learner)
        for view in ("scores", "probabilities", "synthetic rows"):
            if view not in browser.find_element("id", "view").text:
                continue
            choose(browser, "view", view)
            for name, row in board(browser).items():
                of = cells[(cells["classifier"] == learner) & (cells["contender"] == name)]
                of = of[of["status"].isin(["ok", "partial"])]
                for measure, text in row.items():
                    if measure in ("seconds", "n_synthetic") or text == "–" or (name == "none" and text == "0"):
                        continue
                    mean = of[measure].astype(float).mean()
                    digits = len(text.partition(".")[2])
                    assert float(text) == pytest.approx(mean * (100 if digits == 2 else 1), abs=0.501 * 10**-digits)
                    seen += 1
    assert seen > 60


def test_a_click_on_a_heading_sorts_each_family(browser, opened):
    button = browser.find_element("css selector", '#board button[data-name="roc_auc"]')
    button.click()
    found = [column(browser, "roc_auc", role) for role in ("oversampler", "control")]
    assert found == [sorted(each, reverse=True) for each in found]
    assert max(map(len, found)) > 1
    heads = {each.text.split("\n")[0]: each.get_attribute("aria-sort") for each in all_of(browser, "#board thead th")}
    assert list(heads.values()).count("descending") == 1
    browser.find_element("css selector", '#board button[data-name="roc_auc"]').click()
    assert column(browser, "roc_auc", "control") == found[1][::-1]


def test_the_keyboard_does_what_the_mouse_does(browser, opened):
    from selenium.webdriver.common.keys import Keys

    browser.find_element("css selector", '#board button[data-name="balanced_error"]').send_keys(Keys.ENTER)
    found = column(browser, "balanced_error", "control")
    assert found == sorted(found)
    assert browser.switch_to.active_element.get_attribute("data-name") == "balanced_error"
    browser.find_element("css selector", ".skip").send_keys(Keys.ENTER)
    assert browser.current_url.endswith("#leaderboard")


def test_it_filters_by_name_and_by_family(browser, opened):
    everybody = set(board(browser))
    field = browser.find_element("id", "filter")
    field.send_keys("SMO")
    assert set(board(browser)) == {"smote"}
    field.clear()
    field.send_keys(" ")
    controls, oversamplers = (
        all_of(browser, '.role[value="control"]')[0],
        all_of(browser, '.role[value="oversampler"]')[0],
    )
    controls.click()
    without = set(board(browser))
    controls.click()
    oversamplers.click()
    assert without | set(board(browser)) == everybody
    assert without & set(board(browser)) == set()
    assert "none" in board(browser)


def test_a_number_leads_to_its_cells(browser, opened, folder):
    link = browser.find_element("css selector", '#board tr[data-contender="smote"] td[data-measure="roc_auc"] a')
    browser.execute_script("arguments[0].click()", link)
    assert browser.current_url.endswith("#cells/0/smote/roc_auc")
    wait(lambda: all_of(browser, "#list td.chosen"))
    shown = [float(cell.text) for cell in all_of(browser, "#list td.chosen")]
    cells = read_csv(folder / "cells.csv")
    own = cells[(cells["classifier"] == "forest") & (cells["contender"] == "smote")]["roc_auc"]
    assert shown == pytest.approx(own.tolist(), abs=0.51e-4)
    assert browser.switch_to.active_element.get_attribute("id") == "cells-title"


def test_the_same_number_leads_there_again(browser, opened):
    link = browser.find_element("css selector", '#board tr[data-contender="smote"] td[data-measure="roc_auc"] a')
    browser.execute_script("arguments[0].click()", link)
    wait(lambda: all_of(browser, "#list td.chosen"))
    choose(browser, "classifier", "boosting")
    choose(browser, "classifier", "forest")
    assert not all_of(browser, "#list td.chosen")
    link = browser.find_element("css selector", '#board tr[data-contender="smote"] td[data-measure="roc_auc"] a')
    browser.execute_script("arguments[0].click()", link)
    assert all_of(browser, "#list td.chosen")


@pytest.mark.parametrize("at", ["#cells/0/%", "#cells/9/smote/roc_auc", "#cells/x/y/z", "#cells/0/nobody/nothing"])
def test_a_link_that_leads_nowhere_does_no_harm(browser, page, at):
    open_page(browser, page, at)
    assert "smote" in board(browser)


def test_a_link_to_cells_can_be_passed_on(browser, page):
    open_page(browser, page, "#cells/1/smote/roc_auc")
    assert browser.find_element("id", "classifier").get_attribute("value") == "boosting"
    assert {row.text.split()[0] for row in all_of(browser, "#list tbody tr")} == {"smote"}


def test_pictures_show_what_there_is(browser, opened, folder):
    scored = len(board(browser))
    assert shapes(browser, "tradeoff", "mark-symbol") == scored
    assert len(all_of(browser, "#tradeoff-chart svg .mark-line.role-mark path")) == 1
    cells = read_csv(folder / "cells.csv")
    forest = cells[(cells["classifier"] == "forest") & cells["lift_over_threshold"].notna()]
    assert shapes(browser, "seeds", "mark-symbol") == len(forest)
    choose(browser, "seeds-measure", "ROC AUC")
    known = cells[(cells["classifier"] == "forest") & cells["roc_auc"].notna()]
    wait(lambda: len(all_of(browser, "#seeds-chart svg .mark-symbol.role-mark path")) == len(known))
    assert shapes(browser, "reliability", "mark-symbol") == 6
    choose(browser, "classifier", "boosting")
    assert not browser.find_element("id", "reliability").is_displayed()
    assert "Reliability" not in browser.find_element("id", "contents").text


def test_the_last_that_was_chosen_is_what_is_seen(browser, opened, folder):
    shapes(browser, "seeds", "mark-symbol")
    for measure in ("ROC AUC", "Brier score", "lift over threshold %", "balanced error %"):
        choose(browser, "seeds-measure", measure)
    cells = read_csv(folder / "cells.csv")
    forest = cells[(cells["classifier"] == "forest") & cells["status"].isin(["ok", "partial"])]
    wait(lambda: len(all_of(browser, "#seeds-chart svg .mark-symbol.role-mark path")) == len(forest))
    label = all_of(browser, "#seeds-chart svg .mark-symbol.role-mark path")[0].get_attribute("aria-label")
    value = float(re.search(r"value: ([\d.]+)", label).group(1))
    assert any(value == pytest.approx(100 * each, abs=1e-4) for each in forest["balanced_error"])


def test_a_measure_without_values_does_not_take_its_menu_away(browser, folder, tmp_path):
    lacking = shutil.copytree(folder, tmp_path / "lacking")
    cells = read_csv(lacking / "cells.csv")
    cells.loc[cells["classifier"] == "boosting", "brier"] = np.nan
    cells.to_csv(lacking / "cells.csv", index=False)
    open_page(browser, export(lacking, "html"))
    choose(browser, "classifier", "boosting")
    choose(browser, "seeds-measure", "Brier score")
    wait(lambda: "no values" in browser.find_element("id", "seeds-chart").text)
    choose(browser, "seeds-measure", "ROC AUC")
    wait(lambda: all_of(browser, "#seeds-chart svg"))


def test_a_series_is_that_of_the_data_set_that_is_shown(browser, folder, tmp_path):
    several = shutil.copytree(folder, tmp_path / "several")
    cells = read_csv(several / "cells.csv")
    forest = cells[cells["classifier"] == "forest"]
    scarce = [
        forest.assign(dataset=f"{name}[positives={share}]", balanced_error=forest["balanced_error"] + more)
        for name, more in (("toy", 0.0), ("toy_big", 0.3))
        for share in (0.01, 0.1)
    ]
    scarce[3] = scarce[3][scarce[3]["contender"] != "smote"]
    pd.concat([cells, *scarce]).to_csv(several / "cells.csv", index=False)
    open_page(browser, export(several, "html"))
    assert not browser.find_element("id", "scarcity").is_displayed()
    choose(browser, "dataset", "toy_big[positives=0.1]")
    choose(browser, "scarcity-measure", "balanced error %")
    shapes(browser, "scarcity", "mark-symbol")
    points = all_of(browser, "#scarcity-chart svg .mark-symbol.role-mark path")
    labels = [point.get_attribute("aria-label") for point in points]
    (smote,) = [point for point, label in zip(points, labels, strict=True) if "smote" in label]
    assert "none" not in smote.get_attribute("fill")
    mean = 100 * (forest[forest["contender"] == "smote"]["balanced_error"].mean() + 0.3)
    assert f"value: {mean:.2f}"[:11] in smote.get_attribute("aria-label")


def test_failures_are_told(browser, opened):
    text = browser.find_element("id", "failures").text
    assert "ValueError: a|b is not c" in text
    assert "no_op" in text


def test_light_and_dark(browser, opened):
    def colour():
        return browser.execute_script("return getComputedStyle(document.body).backgroundColor")

    before = colour()
    browser.find_element("id", "scheme").click()
    assert {before, colour()} == {"rgb(255, 255, 255)", "rgb(13, 17, 23)"}


@pytest.mark.parametrize("width", [400, 1280])
def test_it_fits(browser, page, width):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )
    try:
        open_page(browser, page)
        for name in ("tradeoff", "seeds", "reliability", "cost", "ranks"):
            shapes(browser, name, "mark-symbol")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_everything_has_a_name_for_those_who_do_not_see_it(browser, opened):
    unnamed = [
        each.get_attribute("outerHTML")[:80]
        for each in all_of(browser, "select, input, button, table, [role=region]")
        if not each.accessible_name and each.is_displayed() and each.tag_name != "table"
    ]
    assert unnamed == []
    shapes(browser, "tradeoff", "mark-symbol")
    assert "toy · forest" in browser.find_element("id", "tradeoff-chart").accessible_name


def test_no_name_is_ever_run(browser, folder, tmp_path, rename, change):
    hostile = shutil.copytree(folder, tmp_path / "hostile")
    rename(
        hostile,
        {"smote": HARM, "random": "\u202e{{7*7}}${7*7}", "toy": f"toy{HARM}", "boosting": "javascript:alert(1)"},
    )
    change(hostile, 0, "status", "failed")
    change(hostile, 0, "reason", f"</script>{HARM}")
    (hostile / "logs").mkdir()
    (hostile / "report.html").unlink()
    open_page(browser, export(hostile, "html"))
    for name in ("tradeoff", "seeds", "cost", "ranks"):
        shapes(browser, name, "mark-symbol")
    text = browser.find_element("tag name", "body").text
    assert "‹script›window.harm" in text
    assert "{{7*7}}${7*7}" in text
    assert browser.execute_script("return window.harm || null") is None
    assert not all_of(browser, "body img")
    link = browser.find_element("css selector", "#board tr td a")
    browser.execute_script("arguments[0].click()", link)
    assert all_of(browser, "#list td.chosen")
    assert browser.execute_script("return window.harm || null") is None


def test_lifts_that_cannot_be_told_are_no_number(browser, folder, tmp_path):
    short = shutil.copytree(folder, tmp_path / "short")
    cells = read_csv(short / "cells.csv").assign(lift_over_threshold=np.nan)
    cells.to_csv(short / "cells.csv", index=False)
    open_page(browser, export(short, "html"))
    assert {row.get("lift_over_threshold", "–") for name, row in board(browser).items() if name != "none"} == {"–"}
