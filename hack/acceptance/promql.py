"""Every PromQL expression of dashboards/, read by a parser: which series it names, and which labels it counts on; and what docs/ say of series."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import promql_parser as promql
import yaml

ROOT = Path(__file__).parents[2]
DASHBOARDS = {path.name: json.loads(path.read_text()) for path in sorted((ROOT / "dashboards").glob("*.json"))}
RULES = sorted((ROOT / "dashboards" / "rules").glob("*.yaml"))
# Grafana's own variable: four times the interval at which is scraped, at least.
RATE_INTERVAL = "$__rate_interval"
# A row of the tables in docs/: name, type and labels.
ROW = re.compile(r"^\| `((?:vllm:|windlass_)\w+)` \| (\w+) \|([^|]*)\| .+ \|$", re.MULTILINE)
# How series begin that only a cluster has: operator/e2e sees to what needs them, and the acceptance tests to all else.
OF_CLUSTERS = ("windlass_operator_", "windlass_gateway_token_reviews_")


@dataclass(frozen=True)
class Expression:
    where: str
    text: str
    legend: str = ""

    def filled(self, **variables):
        """As Prometheus gets it, where nothing is chosen, or what `variables` says."""
        text = self.text.replace(RATE_INTERVAL, "15s")
        for name in ("namespace", "model", "revision", "pod"):
            text = text.replace(f"${name}", variables.get(name, ".*"))
        return text

    def parsed(self):
        return promql.parse(self.filled())


def panels(dashboard):
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def panel_expressions():
    for name, dashboard in DASHBOARDS.items():
        for panel in panels(dashboard):
            for target in panel["targets"]:
                yield Expression(f"{name}: {panel['title']}, {target['refId']}", target["expr"], target["legendFormat"])


def annotation_expressions():
    for name, dashboard in DASHBOARDS.items():
        for one in dashboard["annotations"]["list"]:
            yield Expression(f"{name}: annotation {one['name']}", one["expr"], one["titleFormat"])


def rules():
    for path in RULES:
        for group in yaml.safe_load(path.read_text())["groups"]:
            yield from group["rules"]


def rule_expressions():
    for rule in rules():
        yield Expression(f"rule {rule.get('alert') or rule['record']}", rule["expr"])


def expressions():
    return [*panel_expressions(), *annotation_expressions(), *rule_expressions()]


@dataclass(frozen=True)
class Need:
    """Labels that an expression counts on, and the series of which one at least has to have them."""

    labels: frozenset
    series: frozenset


class Reading:
    """What a parsed expression needs: series, labels, and `selected`, the values that labels must have (series, label, value)."""

    def __init__(self, expression):
        self.needs = []
        self.selected = set()
        self.series = self._read(expression)

    def lacking(self, known):
        """Needs that no series of `known`, labels by series, meets: each label, and the series of which one should have it."""
        for need in self.needs:
            for label in need.labels:
                # What label_replace makes up is there.
                if f"label:{label}" not in need.series and not any(label in known.get(name, ()) for name in need.series):
                    yield label, need.series

    def _need(self, labels, series):
        self.needs += [Need(frozenset([label]), frozenset(series)) for label in labels]

    def _read(self, node):
        """The names of the series below a node, and those that label_replace makes up, as `label:NAME`."""
        match node:
            case promql.VectorSelector():
                assert node.name, f"a selector without a name: {node}"
                self._need([matcher.name for matcher in node.matchers.matchers], [node.name])
                self.selected |= {(node.name, one.name, one.value) for one in node.matchers.matchers if one.op == promql.MatchOp.Equal}
                return {node.name}
            case promql.MatrixSelector():
                return self._read(node.vector_selector)
            case promql.AggregateExpr():
                series = self._read(node.expr)
                if node.modifier:
                    self._need(node.modifier.labels, series)
                return series
            case promql.BinaryExpr():
                left, right = self._read(node.lhs), self._read(node.rhs)
                if node.modifier and node.modifier.matching:
                    for side in (left, right):
                        self._need(node.modifier.matching.labels, side)
                    self._need(node.modifier.group_labels or [], left | right)
                return left | right
            case promql.Call():
                series = set().union(*(self._read(argument) for argument in node.args))
                if node.func.name == "label_replace":
                    series.add("label:" + node.args[1].val)
                if node.func.name == "histogram_quantile":
                    self._need(["le"], series)
                return series
            case promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
                return self._read(node.expr)
            case promql.NumberLiteral() | promql.StringLiteral():
                return set()
        raise AssertionError(f"a kind of expression that no rule says how to read: {type(node)}")


def is_of_clusters(expression):
    return any(series.startswith(OF_CLUSTERS) for series in Reading(expression.parsed()).series)


def documented():
    """Labels by the name of a sample, as the tables of docs/ have them."""
    samples = {}
    for name, kind, labels in ROW.findall("".join(page.read_text() for page in sorted((ROOT / "docs").glob("*.md")))):
        labels = set(re.findall(r"`(\w+)`", labels))
        if kind == "histogram":
            samples |= {name + "_bucket": labels | {"le"}, name + "_sum": labels, name + "_count": labels}
        else:
            samples[name] = labels
    return samples
