"""Which addresses a Prometheus beside a cluster scrapes: what the chart's monitors select, found as Prometheus finds it in a cluster.

Debian's Prometheus is built without the discovery of Kubernetes. So files tell it of pods and of services' endpoints, by the labels
that Prometheus would give them (__meta_kubernetes_*), and it selects and relabels them itself.
"""

import json
import threading

import yaml

from cluster import CHART, helm, kubectl

# The labels that scraping adds to what a gateway or an operator says.
ADDED = {"instance", "job", "namespace", "pod"}
UNSAFE = str.maketrans("./-", "___")


def snake(rule):
    """A relabelling as Prometheus writes it, of one as the resources of its operator write it."""
    return {{"sourceLabels": "source_labels", "targetLabel": "target_label"}.get(key, key): value for key, value in rule.items()}


def scrape_config(monitor, number, endpoint, folder):
    """What prometheus-operator makes of an endpoint of a monitor, as far as Windlass's have it."""
    role, of_port = ("pod", "pod_container_port_name") if monitor["kind"] == "PodMonitor" else ("service", "endpointslice_port_name")
    kept = {f"{role}_label_{label.translate(UNSAFE)}": value for label, value in monitor["spec"]["selector"]["matchLabels"].items()}
    kept[of_port] = endpoint["port"]
    if not monitor["spec"].get("namespaceSelector", {}).get("any"):
        kept["namespace"] = monitor["metadata"]["namespace"]
    return {
        "job_name": f"{monitor['metadata']['name']}/{number}",
        "file_sd_configs": [{"files": [f"{folder}/{role}.json"]}],
        "metrics_path": endpoint["path"],
        "scheme": endpoint.get("scheme", "http"),
        "tls_config": {"insecure_skip_verify": endpoint.get("tlsConfig", {}).get("insecureSkipVerify", False)},
        "honor_labels": endpoint.get("honorLabels", False),
        "relabel_configs": [
            *({"action": "keep", "source_labels": [f"__meta_kubernetes_{name}"], "regex": value} for name, value in kept.items()),
            *({"source_labels": [f"__meta_kubernetes_{name}"], "target_label": label} for name, label in (("namespace", "namespace"), ("pod_name", "pod"))),
            *map(snake, endpoint.get("relabelings", [])),
        ],
    }


def scrape_configs(folder):
    chart = helm("template", "windlass", CHART, "-n", "windlass-system", "--set", "serviceMonitors.enabled=true,mutualTls=Use")
    monitors = [one for one in yaml.safe_load_all(chart) if one and one["kind"].endswith("Monitor")]
    return [
        scrape_config(monitor, number, endpoint, folder)
        for monitor in monitors
        for number, endpoint in enumerate(monitor["spec"].get("podMetricsEndpoints") or monitor["spec"]["endpoints"])
    ]


def target(address, port, namespace, pod, **more):
    meta = {"namespace": namespace, "pod_name": pod, **more}
    return {"targets": [f"{address}:{port}"], "labels": {f"__meta_kubernetes_{name}": value for name, value in meta.items()}}


def labels(role, found):
    return {f"{role}_label_{label.translate(UNSAFE)}": value for label, value in found["metadata"].get("labels", {}).items()}


def pods(objects):
    """A target for each port of each container that runs; finished pods are nobody to ask."""
    for one in objects:
        if one["kind"] == "Pod" and one["status"].get("podIP") and one["status"]["phase"] not in ("Failed", "Succeeded"):
            for container in one["spec"]["containers"]:
                for port in container.get("ports", []):
                    name, namespace = one["metadata"]["name"], one["metadata"]["namespace"]
                    yield target(one["status"]["podIP"], port["containerPort"], namespace, name, pod_container_port_name=port.get("name", ""), **labels("pod", one))


def endpoints(objects):
    """A target for each port of each endpoint of a service, with the service's labels."""
    services = {(one["metadata"]["namespace"], one["metadata"]["name"]): one for one in objects if one["kind"] == "Service"}
    for one in objects:
        namespace = one["metadata"]["namespace"]
        service = services.get((namespace, one["metadata"].get("labels", {}).get("kubernetes.io/service-name")))
        if one["kind"] == "EndpointSlice" and service:
            for endpoint in one["endpoints"] or []:
                for port in one["ports"] or []:
                    pod = endpoint.get("targetRef", {}).get("name", "")
                    yield target(endpoint["addresses"][0], port["port"], namespace, pod, endpointslice_port_name=port.get("name") or "", **labels("service", service))


class Discovery:
    """Writes the files anew every two seconds, until it is closed."""

    def __init__(self, folder):
        self.folder, self.closed = folder, threading.Event()
        self.look()
        self.thread = threading.Thread(target=self.repeat, daemon=True)
        self.thread.start()

    def repeat(self):
        while not self.closed.wait(2):
            try:
                self.look()
            except AssertionError as problem:  # An API server that is busy is asked again.
                print(f"discovery: {problem}")

    def look(self):
        objects = json.loads(kubectl("get", "pods,services,endpointslices", "-A", "-o", "json"))["items"]
        for role, targets in (("pod", pods(objects)), ("service", endpoints(objects))):
            written = self.folder / f"{role}.new"
            written.write_text(json.dumps(list(targets)))
            written.rename(self.folder / f"{role}.json")

    def close(self):
        self.closed.set()
        self.thread.join(30)
