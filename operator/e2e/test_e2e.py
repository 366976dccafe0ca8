"""What users of a cluster do, on a real one: hack/e2e runs it. The tests follow one another on one model."""

import hashlib
import json
import time
import urllib.error
from datetime import datetime

import pytest

from cluster import CHART, Load, apply, chat, condition, events, get, helm, kubectl, mirrored, ready, refusal, status, wait_for

MODEL = {"uri": "file://./demo-model"}
SMALL = {"cpu": "250m", "memory": "1Gi"}


def canary(model, **more):
    return {
        "model": model,
        "resources": SMALL,
        "replicas": 1,
        "rollout": {
            "strategy": "Canary",
            "progressDeadline": "5m",
            "canary": {
                "smoke": {"prompts": [{"prompt": "What is the capital of Peru?", "expect": "Lima"}]},
                "steps": [{"weight": 50, "hold": "10s"}],
                "analysis": {
                    "interval": "3s",
                    "minRequests": 10,
                    "maxFailures": 2,
                    "metrics": [{"name": "ErrorRate", "max": "1%"}, {"name": "TtftP95", "max": "8"}],
                },
            },
        },
        **more,
    }


def test_a_model_is_served_and_answers_through_the_gateway():
    apply("demo", canary(MODEL))
    served = ready("demo", 1)
    assert served["phase"] == "Ready"
    answer, headers = chat("demo")
    assert "Lima" in answer
    assert headers["x-windlass-model-revision"] == served["stableRevision"]
    assert "Ready" in events("demo")


def test_a_wrong_spec_is_refused_with_a_sentence():
    refused = kubectl("patch", "llm", "demo", "--type=merge", "-p", json.dumps({"spec": {"autoscaling": {"maxReplicas": 2}}}), check=False)
    assert "replicas" in refused and "autoscaling" in refused


def test_a_better_version_takes_over_under_load_and_no_stream_breaks():
    first = status("demo")["stableRevision"]
    with Load("demo") as load:
        apply("demo", canary({**MODEL, "convert": {"target": "Onnx", "quantization": "None"}}))
        wait_for(lambda: status("demo"), lambda it: it.get("canaryWeight") == 50)
        done = wait_for(lambda: status("demo"), lambda it: it["stableRevision"] != first and it["rollout"]["state"] == "Succeeded")
        wait_for(lambda: kubectl("get", "deployments", "-o", "name"), lambda it: first not in it)
        time.sleep(2)
    load.require_whole()
    assert load.revisions.get(first) and load.revisions.get(done["stableRevision"]), load.revisions
    assert "RolloutSucceeded" in events("demo")


def test_a_version_that_cannot_load_hurts_nobody():
    stable = status("demo")["stableRevision"]
    with Load("demo") as load:
        apply("demo", canary({"uri": "file://./no-such-model"}))
        wait_for(lambda: status("demo"), lambda it: condition(it, "Degraded")["status"] == "True" and it["rollout"]["state"] == "Aborted")
    load.require_whole()
    assert set(load.revisions) == {stable}
    after = status("demo")
    assert after["stableRevision"] == stable
    assert condition(after, "Degraded")["reason"] in ("LoadFailed", "CrashLoop")
    message = after["rollout"]["lastFailure"]["message"]
    assert "no-such-model" in message and "{" not in message, message


def test_a_version_that_answers_wrongly_meets_no_user():
    stable = status("demo")["stableRevision"]
    spec = canary({**MODEL, "maxContextTokens": 512})
    spec["rollout"]["canary"]["smoke"]["prompts"] = [{"prompt": "What is the capital of Peru?", "expect": "Atlantis"}]
    with Load("demo") as load:
        apply("demo", spec)
        wait_for(lambda: status("demo"), lambda it: condition(it, "Degraded")["reason"] == "SmokeFailed" and it["rollout"]["state"] == "Aborted")
    load.require_whole()
    assert set(load.revisions) == {stable}


def test_the_old_spec_brings_the_old_revision_back():
    history = json.loads(kubectl("get", "controllerrevisions", "-l", "windlass.dev/name=demo", "-o", "json"))["items"]
    first = min(history, key=lambda one: one["revision"])["metadata"]["name"]
    spec = canary(MODEL)
    spec["rollout"] = {"strategy": "RollingUpdate"}
    with Load("demo") as load:
        apply("demo", spec)
        wait_for(lambda: status("demo"), lambda it: it["stableRevision"] == first and it["rollout"]["state"] == "Succeeded")
    load.require_whole()
    assert len(json.loads(kubectl("get", "controllerrevisions", "-l", "windlass.dev/name=demo", "-o", "json"))["items"]) == len(history)


def test_a_slow_version_is_taken_back_and_no_stream_breaks():
    stable = status("demo")["stableRevision"]
    spec = canary({**MODEL, "maxContextTokens": 768})
    # One sequence at a time: whoever comes second waits for the first to end.
    spec["runtime"] = {"batch": {"maxSequences": 1}}
    spec["rollout"]["canary"]["analysis"]["metrics"] = [{"name": "ErrorRate", "max": "1%"}, {"name": "TtftP95", "maxRegression": "50%"}]
    with Load("demo", streams=8, pause=0) as load:
        apply("demo", spec)
        wait_for(lambda: status("demo"), lambda it: condition(it, "Degraded")["status"] == "True" and it["rollout"]["state"] == "Aborted")
        wait_for(lambda: status("demo"), lambda it: not it.get("canaryRevision"))
    load.require_whole()
    after = status("demo")
    assert after["stableRevision"] == stable
    assert after["rollout"]["lastFailure"]["reason"] == "TtftP95", after["rollout"]
    assert len(load.revisions) == 2, load.revisions
    print(f"taken back: {after['rollout']['lastFailure']['message']}")


def test_variants_share_users_by_weight_and_rules_and_mirrors_choose():
    spec = canary(MODEL)
    spec["rollout"] = {"strategy": "RollingUpdate"}
    spec["variants"] = [{"name": "exact", "weight": 30, "overlay": {"model": {"convert": {"target": "Onnx", "quantization": "None"}}}}]
    spec["traffic"] = {
        "sticky": {"by": "User"},
        "rules": [{"headers": {"x-llm-variant": "exact"}, "to": "exact"}],
        "mirror": {"to": "exact", "percent": 0},
    }
    apply("demo", spec)
    found = wait_for(
        lambda: status("demo"),
        lambda it: sorted((one["role"], one["weight"], one.get("ready")) for one in it["revisions"] if one["role"] in ("Stable", "Variant"))
        == [("Stable", 70, 1), ("Variant", 30, 1)],
    )
    variant = next(one["name"] for one in found["revisions"] if one["role"] == "Variant")
    wait_for(lambda: chat("demo", headers={"x-llm-variant": "exact"})[1]["x-windlass-model-revision"], lambda it: it == variant)
    served = [chat("demo", user=f"user-{number}")[1]["x-windlass-model-revision"] for number in range(60)]
    again = [chat("demo", user=f"user-{number}")[1]["x-windlass-model-revision"] for number in range(60)]
    assert served == again, "a user met another revision"
    # 60 users of whom 30 % are expected: fewer than 6 or more than 32 would come once in a thousand runs, were they drawn anew.
    assert 6 <= served.count(variant) <= 32, served
    spec["traffic"]["mirror"]["percent"] = 100
    spec["traffic"]["rules"] = []
    apply("demo", spec)

    def copies():
        chat("demo", user="user-1")
        return mirrored(variant)

    before = mirrored(variant)
    wait_for(copies, lambda it: it > before)
    with Load("demo") as load:
        time.sleep(5)
    # The copies' answers are nobody's: every user still gets one, from the revision that is theirs.
    load.require_whole()
    assert chat("demo", user="user-1")[1]["x-windlass-model-revision"] == served[1]
    del spec["variants"], spec["traffic"]
    apply("demo", spec)
    wait_for(lambda: kubectl("get", "deployments", "-o", "name"), lambda it: variant not in it)


def test_keys_limits_and_a_filter_guard_a_model():
    key = "wl-of-the-end-to-end-test"
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "alice", "labels": {"windlass.dev/keys": "", "team": "blue"}},
        "stringData": {"sha256": hashlib.sha256(key.encode()).hexdigest()},
    }
    policy = {
        "apiVersion": "windlass.dev/v1alpha1",
        "kind": "LlmFilterPolicy",
        "metadata": {"name": "house"},
        "spec": {"rules": [{"name": "weapons", "keywords": {"words": ["plutonium"]}}]},
    }
    for one in (secret, policy):
        kubectl("apply", "-f", "-", stdin=json.dumps(one))
    spec = canary(MODEL)
    spec["rollout"] = {"strategy": "RollingUpdate"}
    pods = kubectl("get", "pods", "-l", "windlass.dev/name=demo", "-o", "name")
    spec["auth"] = {"mode": "ApiKey", "selector": {"matchLabels": {"team": "blue"}}}
    spec["contentFilter"] = {"policyRef": {"name": "house"}}
    apply("demo", spec)
    wait_for(lambda: condition(status("demo"), "PolicyReady"), lambda it: it["reason"] == "Enforced")
    wait_for(lambda: refusal(), lambda it: it[0] == 401)
    wait_for(lambda: refusal(key), lambda it: it[0] == 200)
    answer, _ = chat("demo", headers={"X-API-Key": key})
    assert "Lima" in answer
    code, body = refusal(key, "How is plutonium made?")
    assert (code, body["error"]["code"]) == (400, "content_filter")
    spec["limits"] = {"perKey": {"requestsPerMinute": 5}}
    apply("demo", spec)
    # Each of the two gateways counts by itself, as long as there is no Redis.
    code, body = wait_for(lambda: refusal(key), lambda it: it[0] == 429)
    assert body["error"]["code"] == "rate_limit_exceeded"
    kubectl("delete", "secret", "alice")
    wait_for(lambda: refusal(key), lambda it: it[0] == 401, patience=10)
    wait_for(lambda: condition(status("demo"), "PolicyReady"), lambda it: it["reason"] == "NoKeys", patience=60)
    for block in ("auth", "limits", "contentFilter"):
        del spec[block]
    apply("demo", spec)
    kubectl("delete", "llmfilterpolicy", "house")
    wait_for(lambda: refusal(), lambda it: it[0] == 200)
    # One of the variant's may have been on its way out.
    assert set(kubectl("get", "pods", "-l", "windlass.dev/name=demo", "-o", "name").split()) <= set(pods.split()), "a policy restarted a pod"


def test_service_accounts_are_let_in_by_their_tokens():
    spec = canary(MODEL)
    spec["rollout"] = {"strategy": "RollingUpdate"}
    spec["auth"] = {"mode": "ServiceAccount"}
    apply("demo", spec)
    wait_for(lambda: condition(status("demo"), "PolicyReady"), lambda it: it["reason"] == "Enforced")
    wait_for(lambda: refusal(), lambda it: it[0] == 401)
    kubectl("create", "serviceaccount", "caller")
    kubectl("create", "serviceaccount", "stranger", "-n", "kube-system")

    def token(account, *more):
        return kubectl("create", "token", account, *more).strip()

    good = token("caller", "--audience", "windlass")
    assert refusal(good)[0] == 200
    assert refusal(token("caller"))[0] == 401, "that is for the API server, and for nobody else"
    code, body = refusal(token("stranger", "-n", "kube-system", "--audience", "windlass"))
    assert (code, body["error"]["code"]) == (403, "model_not_allowed")
    kubectl("delete", "serviceaccount", "caller")
    kubectl("delete", "serviceaccount", "stranger", "-n", "kube-system")
    # Each gateway remembers for two minutes what it was told.
    wait_for(lambda: refusal(good), lambda it: it[0] == 401, patience=300)
    del spec["auth"]
    apply("demo", spec)
    wait_for(lambda: refusal(), lambda it: it[0] == 200)


def test_an_autoscaler_follows_the_load_up_and_down():
    spec = canary(MODEL)
    spec["rollout"] = {"strategy": "RollingUpdate"}
    del spec["replicas"]
    spec["autoscaling"] = {
        "provider": "Hpa",
        "minReplicas": 1,
        "maxReplicas": 2,
        "scaleDownDelay": "10s",
        "metrics": [{"type": "Concurrency", "target": 3}],
    }
    apply("demo", spec)
    assert "True" in kubectl("get", "apiservice", "v1beta2.custom.metrics.k8s.io")
    ready("demo", 1)
    with Load("demo", streams=8, pause=0) as load:
        ready("demo", 2)
        scaler = kubectl("describe", "hpa", "-l", "windlass.dev/name=demo")
        assert "SuccessfulRescale" in scaler and "concurrency" in scaler, scaler
    load.require_whole()
    ready("demo", 1)
    assert "HorizontalPodAutoscaler" in json.dumps(status("demo")["autoscaling"]["history"])
    del spec["autoscaling"]
    apply("demo", {**spec, "replicas": 1})
    wait_for(lambda: kubectl("get", "hpa", "-o", "name"), lambda it: not it.strip())


def test_an_upgrade_of_windlass_breaks_no_stream():
    with Load("demo") as load:
        helm("upgrade", "windlass", CHART, "-n", "windlass-system", "--reuse-values", "--set", "gateway.drainSeconds=90", "--wait", "--timeout=4m")
        time.sleep(5)
    load.require_whole()
    assert "90" in kubectl("get", "deployment", "windlass-gateway", "-n", "windlass-system", "-o", "jsonpath={.spec.template.spec.containers[0].args}")
    assert condition(status("demo"), "Ready")["status"] == "True"


def test_pods_gateways_and_operators_may_die_under_load():
    kubectl("scale", "llm/demo", "--replicas=2")
    ready("demo", 2)
    with Load("demo") as load:
        victim = kubectl("get", "pods", "-l", "windlass.dev/name=demo", "-o", "jsonpath={.items[0].metadata.name}")
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": victim, "namespace": "default"}}
        kubectl("create", "--raw", f"/api/v1/namespaces/default/pods/{victim}/eviction", "-f", "-", stdin=json.dumps(eviction))
        time.sleep(5)
        kubectl("delete", "pods", "-n", "windlass-system", "-l", "app.kubernetes.io/component=operator", "--wait=false")
        wait_for(lambda: kubectl("get", "pods", "-l", "windlass.dev/name=demo", "-o", "name"), lambda it: victim not in it)
        ready("demo", 2)
        gateways = kubectl("get", "pods", "-n", "windlass-system", "-l", "app.kubernetes.io/component=gateway", "-o", "name").split()
        kubectl("delete", "-n", "windlass-system", gateways[0], "--wait=false")
        kubectl("rollout", "status", "-n", "windlass-system", "deployment/windlass-gateway", "--timeout=100s")
        kubectl("rollout", "status", "-n", "windlass-system", "deployment/windlass-operator", "--timeout=100s")
    load.require_whole()


def test_an_idle_model_sleeps_and_a_request_wakes_it():
    spec = canary(MODEL)
    spec["rollout"] = {"strategy": "RollingUpdate"}
    del spec["replicas"]
    spec["autoscaling"] = {"minReplicas": 0, "maxReplicas": 2, "scaleDownDelay": "10s", "idle": {"after": "10s"}}
    apply("demo", spec)
    wait_for(lambda: status("demo"), lambda it: it["phase"] == "Sleeping")
    wait_for(lambda: kubectl("get", "pods", "-l", "windlass.dev/name=demo", "-o", "name"), lambda it: not it.strip())
    begin = time.monotonic()
    answer, _ = chat("demo")
    assert "Lima" in answer
    print(f"a request woke the model and was answered after {time.monotonic() - begin:.1f} s")
    assert "woken by" in events("demo")
    ready("demo", 1)


def test_a_deleted_model_is_gone_with_everything():
    kubectl("delete", "llm", "demo", "--timeout=60s")
    kinds = "deployments,services,pdb,networkpolicies,serviceaccounts,controllerrevisions,hpa,pods"
    wait_for(lambda: kubectl("get", kinds, "-l", "windlass.dev/name=demo", "-o", "name"), lambda it: not it.strip())
    with pytest.raises(urllib.error.HTTPError) as refused:
        chat("demo")
    assert refused.value.code == 404


def test_a_model_is_prepared_once_for_all_its_pods(tmp_path):
    """In a volume that several may write to, which on one node a folder of it can be."""
    tmp_path.chmod(0o777)
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "shared"},
        "spec": {
            "capacity": {"storage": "2Gi"},
            "accessModes": ["ReadWriteMany"],
            "storageClassName": "shared",
            "persistentVolumeReclaimPolicy": "Retain",
            "hostPath": {"path": str(tmp_path)},
        },
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(volume))
    apply(
        "prepared",
        {
            "model": {**MODEL, "convert": {"target": "Onnx", "quantization": "None"}},
            "resources": SMALL,
            "replicas": 2,
            "cache": {"mode": "Shared", "size": "1Gi", "storageClass": "shared"},
        },
    )
    served = ready("prepared", 2)
    job = get("job", f"{served['stableRevision']}-prepare")
    assert job["status"]["succeeded"] == 1
    (artifact,) = (path for path in (tmp_path / "artifacts").iterdir() if path.is_dir())
    # Whoever serves finds what the Job wrote, and writes nothing itself.
    assert max(path.stat().st_mtime for path in artifact.rglob("*")) <= datetime.fromisoformat(job["status"]["completionTime"]).timestamp() + 1
    assert "Lima" in chat("prepared")[0]
    kubectl("delete", "llm", "prepared", "--timeout=60s")
    wait_for(lambda: kubectl("get", "pvc,pods", "-l", "windlass.dev/name=prepared", "-o", "name"), lambda it: not it.strip())
    kubectl("delete", "persistentvolume", "shared")
