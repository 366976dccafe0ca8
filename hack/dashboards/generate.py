"""Writes dashboards/*.json from the YAML beside this file: panels in order, laid out in rows, with one look.

A definition says what is particular to a panel. Queries may use `@model`, `@revision`, `@pod` and `@process` in the place of
label matchers, which stand for the dashboard's variables.
"""

import json
from pathlib import Path

import yaml

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "dashboards"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
SCHEMA = 42
COLUMNS = 24

# Gateways say `name` and `revision` themselves; of pods with models the scraper does, as it does `pod`.
MATCHERS = {
    "@revision": 'namespace=~"$namespace",name=~"$model",revision=~"$revision"',
    "@process": 'namespace=~"$namespace",pod=~"$pod"',
    "@model": 'namespace=~"$namespace",name=~"$model"',
    "@pod": 'namespace=~"$namespace",name=~"$model",revision=~"$revision",pod=~"$pod"',
}
VARIABLES = {
    "namespace": ("Namespace", "namespace", ""),
    "model": ("Model", "name", 'namespace=~"$namespace"'),
    "revision": ("Revision", "revision", 'namespace=~"$namespace",name=~"$model"'),
    "pod": ("Pod", "pod", 'namespace=~"$namespace"'),
}


def expanded(expression):
    for short, long in MATCHERS.items():
        expression = expression.replace(short, long)
    return expression


def variables(definition):
    yield {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
        "refresh": 1,
        "regex": "",
        "hide": 0,
        "multi": False,
        "includeAll": False,
        "options": [],
    }
    for name in definition["variables"]:
        label, series_label, matchers = VARIABLES[name]
        series = definition["source"] + (f"{{{matchers}}}" if matchers else "")
        query = f"label_values({series}, {series_label})"
        yield {
            "name": name,
            "label": label,
            "type": "query",
            "datasource": SOURCE,
            "definition": query,
            "query": {"query": query, "refId": name},
            "refresh": 2,
            "regex": "",
            "sort": 1,
            "hide": 0,
            "multi": True,
            "includeAll": True,
            "allValue": ".*",
            "options": [],
            "current": {"text": ["All"], "value": ["$__all"]},
        }


def thresholds(steps):
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for color, value in steps.items()]}


def field_defaults(panel, kind):
    defaults = {"unit": panel["unit"], "thresholds": thresholds(panel.get("steps") or panel.get("lines") or {"green": None})}
    defaults |= {bound: panel[bound] for bound in ("min", "max") if bound in panel}
    if "mappings" in panel:
        texts = {value: {"text": str(text), "index": index} for index, (value, text) in enumerate(panel["mappings"].items())}
        defaults["mappings"] = [{"type": "value", "options": texts}]
    if kind == "timeseries":
        defaults["color"] = {"mode": "palette-classic"}
        defaults["custom"] = {
            "drawStyle": "line",
            "lineWidth": 1,
            "fillOpacity": 20 if panel.get("stack") else 0,
            "showPoints": "never",
            "spanNulls": False,
            "stacking": {"mode": "normal" if panel.get("stack") else "none", "group": "A"},
            "thresholdsStyle": {"mode": "line" if "lines" in panel else "off"},
        }
    else:
        defaults["color"] = {"mode": "thresholds"}
    return defaults


def options(kind):
    legend = {"showLegend": True, "displayMode": "table", "placement": "bottom", "calcs": ["mean", "max", "lastNotNull"]}
    match kind:
        case "timeseries":
            return {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}
        case "stat":
            return {
                "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
                "colorMode": "value",
                "graphMode": "area",
                "justifyMode": "auto",
                "orientation": "auto",
                "textMode": "value_and_name",
                "wideLayout": True,
                "showPercentChange": False,
                "percentChangeColorMode": "standard",
            }
        case "state-timeline":
            return {
                "legend": {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": []},
                "tooltip": {"mode": "single", "sort": "none"},
                "mergeValues": True,
                "rowHeight": 0.8,
                "showValue": "auto",
            }
    raise ValueError(f"kind: expected timeseries, stat or state-timeline, got {kind}")


def target(index, query):
    return {
        "refId": chr(ord("A") + index),
        "datasource": SOURCE,
        "expr": expanded(" ".join(query["expr"].split())),
        "legendFormat": query["legend"],
        "editorMode": "code",
        "range": True,
        "instant": False,
    }


def panels(definition):
    number = y = 0
    for row in definition["rows"]:
        number += 1
        yield {"id": number, "type": "row", "title": row["title"], "collapsed": False, "panels": [], "gridPos": {"h": 1, "w": COLUMNS, "x": 0, "y": y}}
        y += 1
        x = tallest = 0
        for panel in row["panels"]:
            number += 1
            kind, width, height = panel.get("kind", "timeseries"), panel.get("width", 8), panel.get("height", 8)
            if x + width > COLUMNS:
                x, y, tallest = 0, y + tallest, 0
            yield {
                "id": number,
                "type": kind,
                "title": panel["title"],
                "description": panel["description"],
                "datasource": SOURCE,
                "gridPos": {"h": height, "w": width, "x": x, "y": y},
                "fieldConfig": {"defaults": field_defaults(panel, kind), "overrides": []},
                "options": options(kind),
                "targets": [target(index, query) for index, query in enumerate(panel["queries"])],
            }
            x, tallest = x + width, max(tallest, height)
        y += tallest


def annotations(definition):
    for one in definition.get("annotations", []):
        yield {
            "name": one["name"],
            "datasource": SOURCE,
            "enable": True,
            "hide": False,
            "iconColor": one["color"],
            "expr": expanded(one["expr"]),
            "titleFormat": one["title"],
            "useValueForTime": False,
        }


def dashboard(definition):
    return {
        "id": None,
        "uid": definition["uid"],
        "title": definition["title"],
        "description": definition["description"],
        "tags": ["windlass"],
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "timezone": "browser",
        "time": {"from": "now-6h", "to": "now"},
        "timepicker": {},
        "templating": {"list": list(variables(definition))},
        "annotations": {"list": list(annotations(definition))},
        "links": [
            {
                "title": "Windlass",
                "type": "dashboards",
                "tags": ["windlass"],
                "asDropdown": True,
                "includeVars": True,
                "keepTime": True,
                "icon": "external link",
                "targetBlank": False,
                "tooltip": "",
                "url": "",
            }
        ],
        "panels": list(panels(definition)),
    }


def files():
    """The text of every dashboard, by its path."""
    return {
        TARGET / f"{definition.stem}.json": json.dumps(dashboard(yaml.safe_load(definition.read_text())), indent=2, ensure_ascii=False) + "\n"
        for definition in sorted(HERE.glob("*.yaml"))
    }


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    for path, text in files().items():
        path.write_text(text)
