"""The page that `windlass serve --dashboard` shows, in a browser where there is one."""

import base64
import hashlib
import re
import shutil
import subprocess
import urllib.error
import urllib.request

import openai
import pytest
from conftest import Server

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def shown():
    running = Server("examples/demo.yaml", "--dashboard")
    yield running
    running.stop()


def ask(server, content="What is the capital of Portugal?"):
    with openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0) as client:
        client.chat.completions.create(model="demo", messages=[{"role": "user", "content": content}], max_tokens=16)


def test_is_there_when_it_is_wanted_and_the_launcher_says_where(server, shown):
    assert any(line.strip() == f"Dashboard at {shown.url}/dashboard" for line in shown.lines)
    assert not any("Dashboard" in line for line in server.lines)
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(server.url + "/dashboard")
    assert missing.value.code == 404


def test_is_whole_in_itself_and_lets_nothing_else_run(shown):
    answer = urllib.request.urlopen(shown.url + "/dashboard")
    page, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
    for tag in ("style", "script"):
        (block,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; connect-src 'self';") and "unsafe" not in policy
    assert set(re.findall(r"https?://[^\"'\s]+", page)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\b(src|href)=\"(?!data:|/)", page)


@pytest.mark.skipif(BROWSER is None, reason="there is no chromium on this machine")
def test_a_browser_draws_what_the_server_measured(shown, tmp_path):
    for i in range(4):
        ask(shown, f"Question {i}: what is the capital of Portugal?")
    # The clock of the page runs ahead, so that it looks several times; what comes between two looks is drawn as well.
    browser = subprocess.Popen(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
        + ["--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path}", "--virtual-time-budget=60000", "--dump-dom"]
        + [shown.url + "/dashboard"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for i in range(200):
            if browser.poll() is not None:
                break
            ask(shown, f"Question {i}: what is the capital of Spain?")
        dom, said = browser.communicate(timeout=120)
    finally:
        browser.kill()
    assert "Refused to" not in said and "Uncaught" not in said, said
    assert re.search(r'id="state"[^>]*>Live<', dom), dom[-4000:]
    assert not re.search(r"\bNaN\b|undefined|Infinity", re.sub(r"(?s)<script>.*?</script>", "", dom))
    drawn = dict(re.findall(r'<section class="card" id="([\w-]+)"(.*?)</section>', dom, re.DOTALL))
    for chart, series in {
        "tokens": ["generated", "of prompts"],
        "requests": ["running", "waiting", "at once"],
        "cache": ["in use"],
        "memory": ["resident", "Java heap", "mapped files"],
        "processor": ["this process", "whole machine"],
    }.items():
        for name in series:
            (path,) = re.findall(rf'<path class="path[^"]*" d="([^"]+)" data-series="{name}"', drawn[chart]) or [""]
            assert len(re.findall(r"[ML][\d.]+ [\d.]+", path)) >= 3, (chart, name, path)
    (resident,) = re.findall(r"resident<b>([\d.]+) GiB</b>", drawn["memory"])
    assert 0.05 < float(resident) < 10
    assert re.search(r"at once<b>16</b>", drawn["requests"])
    # Of what was asked while the page was there.
    for chart in ("first-token", "inter-token", "steps", "tokens", "outcomes"):
        heights = {float(y) for path in re.findall(r'<path class="path[^"]*" d="([^"]+)" data-series', drawn[chart]) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path)}
        assert heights and min(heights) < 130, f"{chart}: everything lies at zero: {drawn[chart]}"
    assert 'role="img"' in drawn["tokens"] and re.search(r'aria-label="Tokens per second, [^"]*generated [\d.,]+/s', drawn["tokens"])
    assert re.search(r"<dt>Parameters</dt><dd>3.4 million</dd>", dom) and "gpu-load\" aria-label=\"GPU utilisation\" hidden" in dom
