"""Dashboards and rules as files: what Grafana and Prometheus make of them, and whether they help whoever looks."""

import importlib.util
import re
import shutil
import subprocess

import pytest
import yaml

import promql
from conftest import ROOT

RUNBOOKS = ROOT / "docs" / "runbooks"
ALERTS = [rule for rule in promql.rules() if "alert" in rule]
CASES = sorted((ROOT / "hack" / "acceptance" / "alerts").glob("*.yaml"))
each_dashboard = pytest.mark.parametrize("name", promql.DASHBOARDS)


def needs(program, package):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed ({package})")


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=580, **options)


def test_dashboards_are_what_their_definitions_make():
    specification = importlib.util.spec_from_file_location("generate", ROOT / "hack" / "dashboards" / "generate.py")
    generate = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(generate)
    made = {path.name: text for path, text in generate.files().items()}
    there = {path.name: path.read_text() for path in (ROOT / "dashboards").glob("*.json")}
    assert made == there, "hack/generate-dashboards writes them anew"


@needs("go", "Go 1.26")
def test_grafana_knows_every_field():
    done = run("go", "run", ".", *sorted((ROOT / "dashboards").glob("*.json")), cwd=ROOT / "hack" / "dashboards" / "schema")
    assert done.returncode == 0, done.stdout + done.stderr


def test_names_are_unique():
    uids = [dashboard["uid"] for dashboard in promql.DASHBOARDS.values()]
    titles = [dashboard["title"] for dashboard in promql.DASHBOARDS.values()]
    assert len({*uids}) == len({*titles}) == len(promql.DASHBOARDS)
    assert all(re.fullmatch(r"windlass-[a-z-]{1,31}", uid) for uid in uids)


def datasources(node):
    """Every data source that is named anywhere."""
    if isinstance(node, dict):
        yield from ([node["datasource"]] if "datasource" in node else [])
        node = list(node.values())
    for below in node if isinstance(node, list) else []:
        yield from datasources(below)


@each_dashboard
def test_it_can_be_imported_anywhere(name):
    dashboard, text = promql.DASHBOARDS[name], (ROOT / "dashboards" / name).read_text()
    assert dashboard["id"] is None and dashboard["schemaVersion"] >= 41
    assert not re.search(r"https?://|localhost", text)
    sources = list(datasources(dashboard))
    assert len(sources) > 10 and all(source == {"type": "prometheus", "uid": "${datasource}"} for source in sources)


@each_dashboard
def test_panels_lie_side_by_side(name):
    taken, numbers = {}, []
    for panel in promql.DASHBOARDS[name]["panels"]:
        numbers.append(panel["id"])
        place = panel["gridPos"]
        assert place["x"] >= 0 and place["x"] + place["w"] <= 24
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert taken.setdefault((x, y), panel["id"]) == panel["id"], f"{panel['title']} lies on panel {taken[x, y]}"
    assert len({*numbers}) == len(numbers)


@each_dashboard
def test_every_panel_says_what_it_shows_and_what_to_do(name):
    shown = promql.panels(promql.DASHBOARDS[name])
    assert len({panel["title"] for panel in shown}) == len(shown)
    for panel in shown:
        where = f"{name}: {panel['title']}"
        assert panel["fieldConfig"]["defaults"]["unit"], where
        assert all(target["legendFormat"] for target in panel["targets"]), where
        assert panel["targets"] and len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]), where
        # What is shown, and what to do: two sentences, or two clauses.
        assert len(panel["description"]) > 80 and len(re.findall(r"[.:;,]", panel["description"])) >= 2, where
        for page in re.findall(r"docs/runbooks/([\w-]+\.md)", panel["description"]):
            assert (RUNBOOKS / page).is_file(), f"{where}: {page}"


@each_dashboard
def test_only_variables_that_exist_are_used_and_all_of_them(name):
    text = (ROOT / "dashboards" / name).read_text()
    used = {a or b for a, b in re.findall(r"\$(?:\{(\w+)\}|(\w+))", text)} - {"__all"}
    defined = {one["name"] for one in promql.DASHBOARDS[name]["templating"]["list"]}
    assert used - {promql.RATE_INTERVAL[1:]} == defined


def test_the_chart_carries_the_same_files():
    carried = ROOT / "charts" / "windlass" / "files" / "dashboards"
    assert carried.resolve() == (ROOT / "dashboards").resolve()


@needs("promtool", "Debian's package prometheus")
def test_prometheus_takes_the_rules():
    done = run("promtool", "check", "rules", *promql.RULES)
    assert done.returncode == 0, done.stdout + done.stderr


@needs("promtool", "Debian's package prometheus")
def test_alerts_fire_when_they_should_and_only_then():
    done = run("promtool", "test", "rules", *CASES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_case_that_fires_and_one_that_does_not():
    cases = [case for path in CASES for case in yaml.safe_load(path.read_text())["tests"]]
    tests = [test for case in cases for test in case["alert_rule_test"]]
    named = {alert["alert"] for alert in ALERTS}
    assert {test["alertname"] for test in tests if test["exp_alerts"]} == named
    assert {test["alertname"] for test in tests if not test["exp_alerts"]} == named


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: f"{alert['alert']}, {alert['labels']['severity']}")
def test_whoever_is_woken_finds_out_why(alert):
    assert alert["labels"]["severity"] in ("critical", "warning") and alert["for"]
    assert alert["annotations"]["summary"] and alert["annotations"]["description"].endswith(".")
    assert "$labels." in alert["annotations"]["summary"] or "absent(" in alert["expr"], "which one it is about"
    slug = re.sub(r"(?<!^)(?=[A-Z])", "-", alert["alert"].removeprefix("Windlass")).lower()
    assert alert["annotations"]["runbook_url"] == f"https://windlass.dev/docs/runbooks/{slug}.md"
    page = (RUNBOOKS / f"{slug}.md").read_text()
    assert f"`{alert['alert']}`" in page
    assert re.findall(r"^## .*", page, re.MULTILINE) == ["## What it means", "## How to look", "## What to do"]


def test_no_page_is_about_an_alert_that_is_gone():
    pages = {path.name for path in RUNBOOKS.glob("*.md")}
    assert pages == {alert["annotations"]["runbook_url"].rsplit("/", 1)[1] for alert in ALERTS}
    for page in pages:
        for link in re.findall(r"\]\(([\w-]+\.md)\)", (RUNBOOKS / page).read_text()):
            assert link in pages, f"{page} leads to {link}"
