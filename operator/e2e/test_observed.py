"""What people see who watch a cluster: what only a cluster has was there to be seen while the tests before this one ran."""

import inspect
import re

import pytest

import promql
import test_e2e
import test_mutual_tls
from conftest import SECONDS
from discovery import ADDED

# Of a rate or an increase one wants to see more than nought, but of what went well.
WENT_WELL = ("operator.json: Passes that failed, A",)


@pytest.fixture(scope="module", autouse=True)
def all_has_happened(request):
    here = {item.name for item in request.session.items}
    told = [name for module in (test_e2e, test_mutual_tls) for name, _ in inspect.getmembers(module, inspect.isfunction) if name.startswith("test_")]
    missing = [name for name in told if name not in here]
    if missing:
        pytest.skip(f"looks back on what was left out: {', '.join(missing)}")


@pytest.fixture(scope="module")
def exposed(prometheus):
    """Labels by the name of a sample, of all that was scraped."""
    found = {}
    for one in prometheus.api("series", **{"match[]": '{__name__=~".+"}', "start": prometheus.since}):
        found.setdefault(one["__name__"], set()).update(one.keys() - {"__name__"})
    return found


def test_every_panel_has_had_something_to_show(prometheus):
    expressions = [one for one in (*promql.panel_expressions(), *promql.annotation_expressions()) if promql.is_of_clusters(one)]
    assert len(expressions) > 20
    problems = []
    for expression in expressions:
        seen = prometheus.seen(expression.filled(), prometheus.since, SECONDS)
        wanted = set(re.findall(r"{{(\w+)}}", expression.legend))
        problems += [f"{expression.where}: the legend's {label} is not there" for label in wanted if not all(label in labels for labels, _ in seen)]
        counts = re.search(r"\b(rate|increase)\(", expression.text) and expression.where not in WENT_WELL
        if not any(value > 0 or not counts for _, values in seen for value in values):
            problems.append(f"{expression.where}: {'nothing but nought' if seen else 'no data'}")
    assert not problems, "\n".join(problems)


def test_every_label_of_every_expression_is_there(exposed):
    lacking = [(one.where, label, series) for one in promql.expressions() for label, series in promql.Reading(one.parsed()).lacking(exposed)]
    problems = [f"{where}: {label}" for where, label, series in lacking if any(name.startswith(promql.OF_CLUSTERS) for name in series)]
    assert not problems, "\n".join(problems)


def test_every_documented_series_is_exposed(exposed):
    documented = {name: labels for name, labels in promql.documented().items() if name.startswith(promql.OF_CLUSTERS)}
    assert len(documented) > 20
    assert {name: exposed.get(name, set()) - (ADDED - labels) for name, labels in documented.items()} == documented


def test_every_series_of_the_operator_is_documented(exposed):
    assert {name for name in exposed if name.startswith("windlass_operator_")} <= promql.documented().keys()


def test_whom_a_rollout_fails_is_told(prometheus):
    """By the alert, which waits for a minute before it wakes anybody."""
    assert prometheus.seen('ALERTS{alertname="WindlassRolloutRolledBack",name="demo"}', prometheus.since, SECONDS)
    assert not prometheus.seen('ALERTS{alertname="WindlassOperatorNotReconciling",alertstate="firing"}', prometheus.since, SECONDS)
