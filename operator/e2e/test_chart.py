"""The chart: what it makes of values, what values it refuses, and whether an API server takes it."""

import json
from pathlib import Path

import pytest
import yaml

from cluster import CHART, helm, kubectl

DASHBOARDS = Path(CHART).parents[1] / "dashboards"


def rendered(*sets):
    arguments = [part for one in sets for part in ("--set-json", one)]
    text = helm("template", "windlass", CHART, "--namespace", "windlass-system", *arguments)
    return text, [one for one in yaml.safe_load_all(text) if one]


def named(objects, kind, name):
    return next((one for one in objects if one["kind"] == kind and one["metadata"]["name"] == name), None)


EVERYTHING = [
    'image.registry="registry.example.com/mirror"',
    'image.tag="9.9.9"',
    'image.pullSecrets=["pull"]',
    'operator.watchNamespaces=["team-a","team-b"]',
    'operator.nodeSelector={"pool":"system"}',
    'operator.tolerations=[{"key":"system","operator":"Exists"}]',
    'gateway.replicas=3',
    'gateway.autoscaling={"enabled":false}',
    'gateway.service.type="LoadBalancer"',
    'gateway.service.annotations={"a/b":"c"}',
    'gateway.serviceAccounts={"enabled":true,"audience":"models"}',
    'redis.url="redis://redis.cache"',
    'tracing={"endpoint":"http://collector.observability:4318"}',
    'runtime.onCpu={"cpu":"1","memory":"2Gi"}',
    'runtime.gpuClasses={"l4":{"nodeSelector":{"a":"b"},"tolerations":[],"memory":"22Gi"}}',
    'networkPolicies.monitoringNamespaces=["monitoring"]',
    'mutualTls="Require"',
    'dashboards={"enabled":true,"labels":{"grafana_dashboard":"1"},"annotations":{"grafana_folder":"Windlass"}}',
]


def test_helm_finds_nothing_to_complain_of():
    assert "0 chart(s) failed" in helm("lint", "--strict", CHART, check=False)


@pytest.mark.parametrize("sets", [[], EVERYTHING], ids=["as it comes", "everything set"])
def test_an_api_server_takes_it(sets):
    text, _ = rendered(*sets)
    # As an installation that watches them has to find them.
    for namespace in ("team-a", "team-b"):
        kubectl("create", "namespace", namespace, check=False)
    kubectl("apply", "--dry-run=server", "--force-conflicts", "--server-side", "-f", "-", stdin=text)


@pytest.mark.parametrize("sets", [[], EVERYTHING], ids=["as it comes", "everything set"])
def test_every_pod_asks_for_as_little_as_the_restricted_standard_allows(sets):
    _, objects = rendered(*sets)
    pods = [one["spec"]["template"]["spec"] for one in objects if one["kind"] == "Deployment"]
    assert len(pods) == 2
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
        for container in pod["containers"]:
            security = container["securityContext"]
            assert security["allowPrivilegeEscalation"] is False and security["readOnlyRootFilesystem"] is True
            assert security["capabilities"]["drop"] == ["ALL"]
            assert container["resources"]["requests"] and container["resources"]["limits"]["memory"]


def test_every_value_arrives():
    text, objects = rendered(*EVERYTHING)
    operator = named(objects, "Deployment", "windlass-operator")["spec"]["template"]["spec"]
    assert operator["containers"][0]["image"] == "registry.example.com/mirror/windlass-operator:9.9.9"
    assert operator["imagePullSecrets"] == [{"name": "pull"}]
    assert operator["nodeSelector"] == {"pool": "system"} and operator["tolerations"][0]["key"] == "system"
    assert [one for one in operator["containers"][0]["args"] if "watch" in one] == ["--watch-namespace=team-a", "--watch-namespace=team-b"]
    assert named(objects, "Deployment", "windlass-gateway")["spec"]["replicas"] == 3
    assert named(objects, "Service", "windlass-gateway")["spec"]["type"] == "LoadBalancer"
    installation = yaml.safe_load(named(objects, "ConfigMap", "windlass-installation")["data"]["installation.yaml"])
    assert installation["gpuClasses"]["l4"]["memory"] == "22Gi" and installation["onCpu"]["memory"] == "2Gi"
    assert installation["runtimeImage"] == "registry.example.com/mirror/windlass-runtime:9.9.9"
    assert text.count("kubernetes.io/metadata.name: monitoring") == 2


def test_keda_finds_the_operator_and_is_let_in():
    _, objects = rendered('networkPolicies.kedaNamespaces=["scalers"]')
    # Where ScaledObjects have KEDA ask: see Installation.operator.
    service = named(objects, "Service", "windlass-operator")["spec"]
    pods = named(objects, "Deployment", "windlass-operator")["spec"]["template"]
    assert service["ports"] == [{"name": "operations", "port": 8081, "targetPort": "operations"}]
    assert service["selector"].items() <= pods["metadata"]["labels"].items()
    allowed = named(objects, "NetworkPolicy", "windlass-operator")["spec"]["ingress"][0]["from"]
    assert {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "scalers"}}} in allowed


def test_nobody_may_read_every_secret_or_do_everything():
    _, objects = rendered()
    for one in objects:
        for rule in one.get("rules") or []:
            assert "*" not in rule["verbs"] + rule["resources"] + rule["apiGroups"], one["metadata"]["name"]
            if "secrets" in rule["resources"]:
                assert rule.get("resourceNames"), one["metadata"]["name"]


def test_the_gateway_reads_secrets_only_where_it_is_let():
    _, objects = rendered('gateway.keys.namespaces=["team-a","team-b"]')
    bindings = [one for one in objects if one["metadata"]["name"] == "windlass-gateway-keys" and one["kind"].endswith("Binding")]
    assert [(one["kind"], one["metadata"]["namespace"]) for one in bindings] == [("RoleBinding", "team-a"), ("RoleBinding", "team-b")]
    assert gateway_arguments(objects, "--keys-namespace") == ["--keys-namespace=team-a", "--keys-namespace=team-b"]
    _, objects = rendered('gateway.keys.everywhere=true')
    assert named(objects, "ClusterRoleBinding", "windlass-gateway-keys")
    assert gateway_arguments(objects, "--keys-namespace") == ["--keys-namespace=*"]


def test_the_gateway_asks_whose_a_token_is_only_where_it_is_let():
    _, objects = rendered()
    assert not gateway_arguments(objects, "--service-accounts")
    assert not [one for one in rights(objects, "windlass-gateway") if one[2] in ("tokenreviews", "serviceaccounts")]
    _, objects = rendered('gateway.serviceAccounts={"enabled":true,"audience":"models"}', 'operator.watchNamespaces=["team-a"]')
    assert gateway_arguments(objects, "--service-accounts") == ["--service-accounts=models"]
    assert {one for one in rights(objects, "windlass-gateway") if one[2] in ("tokenreviews", "serviceaccounts")} == {
        ("", "authentication.k8s.io", "tokenreviews", "create"),
        ("team-a", "", "serviceaccounts", "get"),
    }


def test_the_operator_knows_whom_gateways_can_tell_apart():
    def callers(*sets):
        _, objects = rendered(*sets)
        return yaml.safe_load(named(objects, "ConfigMap", "windlass-installation")["data"]["installation.yaml"])["callers"]

    assert callers() == {"keysNamespaces": [], "serviceAccounts": False}
    assert callers('gateway.keys.everywhere=true', 'gateway.serviceAccounts={"enabled":true}') == {"keysNamespaces": ["*"], "serviceAccounts": True}
    assert callers('gateway.keys.namespaces=["team-a"]')["keysNamespaces"] == ["team-a"]


def test_the_gateway_shows_the_certificate_of_a_secret():
    _, objects = rendered('gateway.tls.secretName="front"')
    assert gateway_arguments(objects, "--tls") == ["--tls-certificate=/etc/windlass/tls/tls.crt", "--tls-key=/etc/windlass/tls/tls.key"]
    pod = named(objects, "Deployment", "windlass-gateway")["spec"]["template"]["spec"]
    assert {"name": "tls", "secret": {"secretName": "front"}} in pod["volumes"]


def test_mutual_tls_is_one_value_and_its_rights_come_with_it():
    _, without = rendered()
    assert not gateway_arguments(without, "--runtime-tls")
    assert not [one for one in without if one["kind"] == "Secret" and "runtime" in one["metadata"]["name"]]
    for word in ("Accept", "Use", "Require"):
        _, objects = rendered(f'mutualTls="{word}"')
        assert yaml.safe_load(named(objects, "ConfigMap", "windlass-installation")["data"]["installation.yaml"])["mutualTls"] == word
        required = ["--runtime-tls-required"] if word == "Require" else []
        assert gateway_arguments(objects, "--runtime-tls") == ["--runtime-tls=/var/run/windlass/runtime-tls", *required]
        pod = named(objects, "Deployment", "windlass-gateway")["spec"]["template"]["spec"]
        volume = next(one for one in pod["volumes"] if one["name"] == "runtime-tls")["secret"]
        # By name, and none of them optional: an empty Secret keeps a gateway from beginning.
        assert [one["key"] for one in volume["items"]] == ["tls.crt", "tls.key", "ca.crt"] and "optional" not in volume
        assert {"name": "runtime-tls", "mountPath": "/var/run/windlass/runtime-tls", "readOnly": True} in pod["containers"][0]["volumeMounts"]
        for name in ("windlass-runtime-authority", volume["secretName"]):
            assert "data" not in named(objects, "Secret", name)
        everywhere = {one for one in rights(objects, "windlass-operator") if one[2] == "secrets" and not one[0]}
        assert {one[3] for one in everywhere} == (set() if word == "Accept" else {"get", "create", "update"})
    _, objects = rendered('mutualTls="Use"', 'operator.watchNamespaces=["team-a"]')
    granted = {(one[0], one[3]) for one in rights(objects, "windlass-operator") if one[2] == "secrets"}
    assert granted == {(place, verb) for place in ("team-a",) for verb in ("get", "create", "update")} | {
        ("windlass-system", verb) for verb in ("get", "update")
    }


def test_pods_are_scraped_by_what_they_speak():
    _, objects = rendered("serviceMonitors.enabled=true", 'mutualTls="Use"')
    ports = named(objects, "PodMonitor", "windlass-runtime")["spec"]["podMetricsEndpoints"]
    assert [(one["port"], one.get("scheme", "http")) for one in ports] == [("http", "http"), ("https", "https")]
    assert ports[1]["tlsConfig"] == {"insecureSkipVerify": True} and ports[1]["relabelings"] == ports[0]["relabelings"]


def gateway_arguments(objects, start):
    pod = named(objects, "Deployment", "windlass-gateway")["spec"]["template"]["spec"]
    return [one for one in pod["containers"][0]["args"] if one.startswith(start)]
def rights(objects, account):
    """What a ServiceAccount may: (namespace, or nothing for the cluster; group, resource, verb)."""
    found = set()
    for binding in objects:
        subjects = [one["name"] for one in binding.get("subjects") or []]
        if not binding["kind"].endswith("RoleBinding") or account not in subjects:
            continue
        namespace = binding["metadata"].get("namespace", "")
        roles = [
            one for one in objects
            if (one["kind"], one["metadata"]["name"], one["metadata"].get("namespace", ""))
            == (binding["roleRef"]["kind"], binding["roleRef"]["name"], "" if binding["roleRef"]["kind"] == "ClusterRole" else namespace)
        ]
        assert len(roles) == (0 if binding["roleRef"]["name"].startswith("extension-") else 1), binding["metadata"]
        found |= {
            (namespace, group, resource, verb)
            for role in roles
            for rule in role["rules"] for group in rule["apiGroups"] for resource in rule["resources"] for verb in rule["verbs"]
        }
    return found


def test_who_watches_some_namespaces_has_rights_there_alone():
    _, everywhere = rendered()
    # One of the two is Windlass's own: that name has other rights already.
    _, some = rendered('operator.watchNamespaces=["team-a","windlass-system"]')
    for account in ("windlass-operator", "windlass-gateway"):
        wide = rights(everywhere, account)
        narrow = rights(some, account)
        on_models = {one[1:] for one in wide if one[0] == "" and one[1] != "apiregistration.k8s.io"}
        assert {one[1:] for one in narrow if one[0] == "team-a"} == on_models
        assert on_models <= {one[1:] for one in narrow if one[0] == "windlass-system"}
        # A registration of custom.metrics.k8s.io is the cluster's, and of no namespace.
        assert {one[1] for one in narrow if one[0] == ""} <= {"apiregistration.k8s.io"}
        assert {one for one in wide if one[0]} <= narrow


def test_a_gateway_that_is_scaled_has_no_count_of_its_own():
    _, objects = rendered()
    assert not [one for one in objects if one["kind"] == "HorizontalPodAutoscaler"]
    _, objects = rendered('gateway.autoscaling={"enabled":true,"minReplicas":3,"maxReplicas":2}')
    scaler = named(objects, "HorizontalPodAutoscaler", "windlass-gateway")["spec"]
    assert "replicas" not in named(objects, "Deployment", scaler["scaleTargetRef"]["name"])["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (3, 3), "an API server would refuse fewer than the least"
    assert named(objects, "PodDisruptionBudget", "windlass-gateway")["spec"]["maxUnavailable"] == 1


def test_without_its_own_metrics_it_registers_none():
    _, objects = rendered('operator.customMetrics="Never"')
    assert not [one for one in objects if one["kind"] in ("APIService", "Secret")]
    assert "--custom-metrics-port=0" in named(objects, "Deployment", "windlass-operator")["spec"]["template"]["spec"]["containers"][0]["args"]
    _, objects = rendered()
    assert named(objects, "APIService", "v1beta2.custom.metrics.k8s.io")["spec"]["service"]["namespace"] == "windlass-system"


def test_namespaces_are_let_route_to_the_gateway_by_name():
    _, objects = rendered()
    assert not [one for one in objects if one["kind"] == "ReferenceGrant"]
    _, objects = rendered('gateway.routesFrom=["team-a","team-b"]')
    grant = named(objects, "ReferenceGrant", "windlass-gateway")["spec"]
    assert [one["namespace"] for one in grant["from"]] == ["team-a", "team-b"]
    assert named(objects, "Service", grant["to"][0]["name"]), "the Service that a route names"


def test_gateways_meet_in_redis_where_there_is_one():
    _, objects = rendered()
    container = named(objects, "Deployment", "windlass-gateway")["spec"]["template"]["spec"]["containers"][0]
    assert not [one for one in container["args"] if "redis" in one] and "WINDLASS_REDIS_PASSWORD" not in str(container)
    _, objects = rendered('redis={"url":"rediss://gateway@redis.cache:6380/1","onFailure":"Closed","passwordSecretRef":{"name":"redis"}}')
    container = named(objects, "Deployment", "windlass-gateway")["spec"]["template"]["spec"]["containers"][0]
    assert "--redis=rediss://gateway@redis.cache:6380/1" in container["args"] and "--redis-failure=Closed" in container["args"]
    password = [one for one in container["env"] if one["name"] == "WINDLASS_REDIS_PASSWORD"]
    assert password[0]["valueFrom"]["secretKeyRef"] == {"name": "redis", "key": "password"}


def test_the_gateway_tells_of_redis_in_events_of_its_pod_and_may_do_no_more():
    _, objects = rendered()
    assert not [one for one in rights(objects, "windlass-gateway") if one[2] == "events"]
    _, objects = rendered('redis.url="redis://redis.cache"')
    assert {one for one in rights(objects, "windlass-gateway") if one[2] == "events"} == {
        ("windlass-system", "", "events", "create"),
        ("windlass-system", "", "events", "patch"),
    }
    container = named(objects, "Deployment", "windlass-gateway")["spec"]["template"]["spec"]["containers"][0]
    fields = {one["name"]: one["valueFrom"]["fieldRef"]["fieldPath"] for one in container["env"] if "fieldRef" in one.get("valueFrom", {})}
    assert fields == {"POD_NAME": "metadata.name", "POD_NAMESPACE": "metadata.namespace", "POD_UID": "metadata.uid"}


def test_traces_go_where_the_installation_says():
    _, objects = rendered()
    assert "OTEL" not in str(objects) and "tracesEndpoint" not in str(objects)
    _, objects = rendered('tracing={"endpoint":"http://collector.observability:4318","sampleRatio":"0.2"}')
    container = named(objects, "Deployment", "windlass-gateway")["spec"]["template"]["spec"]["containers"][0]
    variables = {one["name"]: one.get("value") for one in container["env"]}
    assert variables["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://collector.observability:4318"
    assert variables["OTEL_TRACES_SAMPLER_ARG"] == "0.2"
    # Kubernetes replaces what stands before.
    names = [one["name"] for one in container["env"]]
    assert max(names.index("POD_NAME"), names.index("POD_NAMESPACE")) < names.index("OTEL_RESOURCE_ATTRIBUTES")
    installation = yaml.safe_load(named(objects, "ConfigMap", "windlass-installation")["data"]["installation.yaml"])
    assert installation["tracesEndpoint"] == "http://collector.observability:4318"


def test_what_is_switched_off_is_not_there():
    _, objects = rendered('networkPolicies.enabled=false', 'crds.install=false')
    assert not [one for one in objects if one["kind"] in ("NetworkPolicy", "CustomResourceDefinition", "PrometheusRule")]
    assert not [one for one in objects if "dashboard" in one["metadata"]["name"]]
    _, objects = rendered('serviceMonitors.enabled=true', 'crds.keep=false')
    assert named(objects, "ServiceMonitor", "windlass-gateway")
    for name in ("llmdeployments.windlass.dev", "llmfilterpolicies.windlass.dev"):
        definition = named(objects, "CustomResourceDefinition", name)
        assert "helm.sh/resource-policy" not in (definition["metadata"].get("annotations") or {})


def test_dashboards_arrive_as_they_are_where_grafana_looks():
    _, objects = rendered('dashboards={"enabled":true,"namespace":"monitoring"}')
    carried = [one for one in objects if (one["metadata"].get("labels") or {}).get("grafana_dashboard") == "1"]
    assert {one["metadata"]["namespace"] for one in carried} == {"monitoring"}
    texts = {name: text for one in carried for name, text in one["data"].items()}
    assert texts == {f"windlass-{path.name}": path.read_text() for path in DASHBOARDS.glob("*.json")}


def test_rules_arrive_as_they_are_but_for_those_left_out():
    files = [group for path in sorted(DASHBOARDS.glob("rules/*.yaml")) for group in yaml.safe_load(path.read_text())["groups"]]
    _, objects = rendered("alerts.enabled=true")
    assert named(objects, "PrometheusRule", "windlass")["spec"]["groups"] == files
    _, objects = rendered('alerts={"enabled":true,"labels":{"release":"x"},"disabled":["WindlassRedisGone"],"runbooks":"https://wiki.example.com/llm"}')
    rule = named(objects, "PrometheusRule", "windlass")
    alerts = [one for group in rule["spec"]["groups"] for one in group["rules"] if "alert" in one]
    assert rule["metadata"]["labels"]["release"] == "x"
    assert len(alerts) == len([one for group in files for one in group["rules"] if "alert" in one]) - 1
    assert "WindlassRedisGone" not in {one["alert"] for one in alerts}
    assert all(one["annotations"]["runbook_url"].startswith("https://wiki.example.com/llm/") for one in alerts)


def test_what_is_scraped_has_the_labels_that_dashboards_count_on():
    _, objects = rendered("serviceMonitors.enabled=true")
    assert named(objects, "ServiceMonitor", "windlass-gateway")["spec"]["endpoints"][0]["honorLabels"] is True
    pods = named(objects, "PodMonitor", "windlass-runtime")["spec"]["podMetricsEndpoints"][0]
    assert [one["targetLabel"] for one in pods["relabelings"]] == ["name", "revision"]
    operator = named(objects, "PodMonitor", "windlass-operator")["spec"]["podMetricsEndpoints"][0]
    ports = named(objects, "Deployment", "windlass-operator")["spec"]["template"]["spec"]["containers"][0]["ports"]
    assert operator["port"] in [port["name"] for port in ports]


@pytest.mark.parametrize(
    "value",
    [
        'operator.replica=2',
        'operator.replicas=0',
        'operator.replicas="two"',
        'operator.customMetrics="Sometimes"',
        'gateway.service.type="Nodeport"',
        'gateway.drainSeconds=0',
        'redis.url="redis://:secret@redis"',
        'redis.onFailure="Open"',
        'tracing.endpoint="collector:4318"',
        'tracing.sampleRatio="5%"',
        'tracing.sampler="always_on"',
        'gateway.autoscaling={"cpu":70}',
        'gateway.autoscaling={"minReplicas":0}',
        'operator.watchNamespaces=["Team A"]',
        'gateway.routesFrom=["Team A"]',
        'gateway.service.port=70000',
        'gateway.keys.everywhere="yes"',
        'gateway.tls.secret="front"',
        'gateway.serviceAccounts={"enabled":"yes"}',
        'gateway.serviceAccounts={"audience":""}',
        'mutualTls=true',
        'image.pullPolicy="Alwys"',
        'image.registry="example.com/"',
        'runtime.onCpu={"cpu":"1"}',
        'runtime.gpuClasses={"l4":{"selector":{}}}',
        'crds={"instal":true}',
        'tolerations=[]',
        'dashboards.enabled="yes"',
        'dashboards={"label":{}}',
        'alerts.disabled=["RedisGone"]',
        'alerts.runbooks="wiki"',
    ],
)
def test_a_wrong_value_is_refused_by_its_name(value):
    refused = helm("template", "windlass", CHART, "--set-json", value, check=False)
    assert "values don't meet the specifications of the schema" in refused, refused
    leaf = value.split("=")[0].split(".")[-1]
    assert leaf in refused or json.dumps(leaf) in refused or "additional properties" in refused, refused
