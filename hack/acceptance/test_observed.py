"""Dashboards and rules against what runs: every series and label is exposed, and every panel shows something."""

import re
import shutil

import pytest

import promql
from observed import DCGM, DCGM_LABELS, Observed, exposition
from prometheus import until

MISSING = [program for program in ("prometheus", "redis-server", "gcc", "openssl") if not shutil.which(program)]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (packages of Debian)")

# What scraping adds: Prometheus itself, and the chart's monitors (templates/monitoring.yaml), those of pods with models most.
SCRAPED = {"instance", "job", "namespace", "pod"}
SCRAPED_FROM_RUNTIMES = SCRAPED | {"name", "revision"}
# To Prometheus an empty label is none: no rule is to blame where a policy is missing or a text cannot be read.
MAY_BE_EMPTY = {"rule"}


def scraped(series):
    return SCRAPED if series.startswith(("windlass_gateway_", "windlass_operator_")) else SCRAPED_FROM_RUNTIMES


@pytest.fixture(scope="module")
def observed(tmp_path_factory):
    running = Observed(tmp_path_factory.mktemp("observed"), promql.RULES)
    try:
        until(lambda: running.prometheus.query("rate(vllm:generation_tokens_total[15s]) > 0"))
        yield running
    finally:
        running.close()


@pytest.fixture(scope="module")
def known(observed):
    """Labels by series: those that are exposed, those that are documented where nothing exposes them, and those that rules record."""
    runtime = {name: labels | SCRAPED_FROM_RUNTIMES for one in (observed.encoder, observed.runtime) for name, labels in exposition(one).items()}
    gateway = {name: labels | SCRAPED for name, labels in exposition(observed.gateway.operations).items()}
    elsewhere = {name: labels | scraped(name) for name, labels in promql.documented().items() if name.startswith(promql.OF_CLUSTERS)}
    recorded = {}
    for rule in promql.rules():
        if "record" in rule:
            recorded.setdefault(rule["record"], {"namespace", "name"}).update(rule.get("labels", {}))
    return elsewhere | recorded | gateway | runtime | dict.fromkeys(DCGM, SCRAPED | DCGM_LABELS.keys())


def test_every_target_is_scraped_and_every_rule_evaluated(observed):
    def healthy():
        targets = observed.prometheus.api("targets")["activeTargets"]
        rules = [rule for group in observed.prometheus.api("rules")["groups"] for rule in group["rules"]]
        unhealthy = [(one["labels"]["job"], one["lastError"]) for one in targets if one["health"] != "up"]
        unhealthy += [(one["name"], one.get("lastError")) for one in rules if one["health"] != "ok"]
        return len(targets) == 4 and len(rules) == len(list(promql.rules())) and not unhealthy

    assert until(healthy)


def test_every_series_and_label_of_every_expression_is_exposed(known):
    problems = []
    for expression in promql.expressions():
        reading = promql.Reading(expression.parsed())
        problems += [f"{expression.where}: {name} is exposed by nobody" for name in reading.series if name not in known and not name.startswith("label:")]
        problems += [f"{expression.where}: {label} is a label of none of {sorted(series)}" for label, series in reading.lacking(known)]
    assert not problems, "\n".join(problems)


def test_every_value_that_is_asked_for_by_name_is_there(observed):
    """Above all the bounds of buckets: an alert on one that there is not would sleep for ever."""
    selected = set().union(*(promql.Reading(one.parsed()).selected for one in promql.expressions()))
    asked = [(series, label, value) for series, label, value in selected if not series.startswith(promql.OF_CLUSTERS)]
    assert {label for _, label, _ in asked} == {"le", "slo", "state", "status"}
    for series, label, value in asked:
        assert until(lambda: observed.prometheus.query(f'{series}{{{label}="{value}"}}')), f'{series}{{{label}="{value}"}}'


def test_every_choice_of_a_variable_comes_from_a_series_that_has_it(known):
    queries = [one["query"]["query"] for dashboard in promql.DASHBOARDS.values() for one in dashboard["templating"]["list"] if one["type"] == "query"]
    assert queries
    for query in queries:
        selector, label = re.fullmatch(r"label_values\((.+), (\w+)\)", query).groups()
        reading = promql.Reading(promql.Expression("variable", selector).parsed())
        assert reading.series <= known.keys(), query
        wanted = {label}.union(*(need.labels for need in reading.needs))
        assert all(wanted <= known[name] for name in reading.series), query


def test_every_documented_series_is_exposed(observed, known):
    exposed = exposition(observed.encoder) | exposition(observed.runtime) | exposition(observed.gateway.operations)
    rows = promql.documented()
    assert len(rows) > 50
    here = {name: labels for name, labels in rows.items() if not name.startswith(promql.OF_CLUSTERS)}
    assert {name: exposed.get(name) for name in here} == here


def test_every_series_of_the_gateway_is_documented(observed):
    gateway = {name: labels for name, labels in exposition(observed.gateway.operations).items() if name.startswith("windlass_")}
    rows = promql.documented()
    assert {name: rows.get(name) for name in gateway} == gateway


def test_every_count_begins_at_nought(observed):
    """To rate() and increase() a series that begins with 1 has never grown: the first of a kind would be on no panel, and wake nobody."""
    happened = [
        *('windlass_gateway_filter_verdicts_total{action="Block"}', "windlass_gateway_limited_total", 'windlass_gateway_cache_requests_total{result="hit"}'),
        *("windlass_gateway_cancellations_total", "windlass_gateway_client_errors_total", "windlass_gateway_refused_total", "windlass_encoder_tokens_total"),
    ]
    for series in happened:
        assert until(lambda: observed.prometheus.query(f"{series} > 0")), series

    def begins_later(name, *labels):
        """Which of all statuses there will be nobody knows."""
        return name == "windlass_http_requests_seconds_count" and ("status", "429") not in labels

    now = {url: {one for one in counted if not begins_later(*one)} for url, counted in observed.counts().items()}
    assert {url: sorted(counted - observed.counted_before[url]) for url, counted in now.items()} == dict.fromkeys(now, [])


def test_every_panel_shows_something(observed):
    """Also that what is to be seen is there for the legend, once a model is chosen, and gone for one that there is not."""
    expressions = [one for one in (*promql.annotation_expressions(), *promql.panel_expressions()) if not promql.is_of_clusters(one)]
    assert len(expressions) > 90
    observed.gateway.weigh(50)  # which the annotation tells of, for a minute: it comes first
    chosen = {"namespace": "default|windlass-system", "model": "demo|guarded|narrow|embedder", "revision": "demo-old|demo-new|embedder-only", "pod": "demo-0|embedder-0|gateway-0"}
    problems = []
    for expression in expressions:
        found = until(lambda: observed.prometheus.query(expression.filled(**chosen)))
        wanted = set(re.findall(r"{{(\w+)}}", expression.legend))
        if not found:
            problems.append(f"{expression.where}: no data")
        problems += [f"{expression.where}: the legend's {label} is not there" for label in wanted if not (any if label in MAY_BE_EMPTY else all)(label in one for one in found)]
        if "$model" in expression.text and observed.prometheus.query(expression.filled(model="nobody")):
            problems.append(f"{expression.where}: shows data of models that were not chosen")
    assert not problems, "\n".join(problems)
