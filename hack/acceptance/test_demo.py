"""The demo as its users meet it: the launcher, the official OpenAI client, curl, the command line's other commands."""

import json
import re
import subprocess
import threading
import urllib.request

import openai
import pytest
from conftest import ROOT, Server, windlass

MODEL = "demo"


def ask(client, question, **options):
    return client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}], temperature=0, **options)


def test_prints_url_model_and_a_curl_line_that_works(server):
    printed = "".join(server.lines)
    assert MODEL in printed
    line = next(line for line in server.lines if "curl " in line)
    answer = subprocess.run(line.strip(), shell=True, capture_output=True, text=True, timeout=30)
    assert json.loads(answer.stdout)["choices"][0]["message"]["content"]


def test_lists_the_model(client):
    assert MODEL in [model.id for model in client.models.list()]


def test_says_the_same_version_everywhere(server):
    built = re.search(r"<version>(.+)</version>", (ROOT / "pom.xml").read_text()).group(1)
    assert windlass("--version").stdout.strip() == f"windlass {built}"
    assert json.load(urllib.request.urlopen(server.url + "/version", timeout=30)) == {"version": built}


def test_answers_a_question(client):
    answer = ask(client, "What is the capital of France?")
    assert "Paris" in answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_streams_the_same_text(client):
    whole = ask(client, "What is Windlass?").choices[0].message.content
    chunks = list(ask(client, "What is Windlass?", stream=True, stream_options={"include_usage": True}))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == whole
    assert chunks[-1].usage.completion_tokens > 1 and not chunks[-1].choices


def test_a_repeated_prompt_is_found_in_the_cache(client):
    question = "What is the capital of Portugal? " * 8
    ask(client, question)
    usage = ask(client, question).usage
    assert usage.prompt_tokens_details.cached_tokens >= usage.prompt_tokens - 2


def test_same_seed_same_text_whatever_else_runs(client):
    def sample():
        return ask_hot(client)

    alone = sample()
    noise = [threading.Thread(target=ask, args=(client, f"What is {i} + {i}?")) for i in range(6)]
    for thread in noise:
        thread.start()
    together = sample()
    for thread in noise:
        thread.join()
    assert alone == together


def ask_hot(client):
    messages = [{"role": "user", "content": "Tell me about Windlass."}]
    answer = client.chat.completions.create(model=MODEL, messages=messages, temperature=1.2, seed=7, max_tokens=40)
    return answer.choices[0].message.content


def test_output_follows_a_json_schema(client):
    schema = {
        "type": "object",
        "properties": {"capital": {"type": "string", "maxLength": 20}, "population": {"type": "integer", "minimum": 0, "maximum": 99999}},
        "required": ["capital", "population"],
        "additionalProperties": False,
    }
    format = {"type": "json_schema", "json_schema": {"name": "capital", "strict": True, "schema": schema}}
    answer = json.loads(ask(client, "What is the capital of Italy?", response_format=format, max_tokens=200).choices[0].message.content)
    assert set(answer) == {"capital", "population"} and isinstance(answer["population"], int)


def test_calls_a_function(client):
    tool = {
        "type": "function",
        "function": {
            "name": "get_capital",
            "parameters": {"type": "object", "properties": {"country": {"type": "string", "maxLength": 20}}, "required": ["country"]},
        },
    }
    choice = {"type": "function", "function": {"name": "get_capital"}}
    message = ask(client, "What is the capital of Spain?", tools=[tool], tool_choice=choice, max_tokens=200).choices[0].message
    call = message.tool_calls[0].function
    assert call.name == "get_capital" and set(json.loads(call.arguments)) == {"country"}


def test_logprobs_add_up(client):
    content = ask(client, "What is 2 + 2?", logprobs=True, top_logprobs=3).choices[0].logprobs.content
    assert all(token.logprob <= 0 and len(token.top_logprobs) == 3 for token in content)
    assert all(token.logprob == token.top_logprobs[0].logprob for token in content)


@pytest.mark.parametrize(
    "body, status",
    [({"temperature": -1}, 400), ({"model": "absent"}, 404), ({"messages": []}, 400), ({"max_tokens": "many"}, 400)],
)
def test_bad_requests_get_openai_errors(client, body, status):
    request = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]} | body
    with pytest.raises(openai.APIStatusError) as problem:
        client.post("/chat/completions", body=request, cast_to=object)
    assert problem.value.status_code == status
    assert problem.value.body["message"] and problem.value.body["type"]


def test_chat_and_bench_commands(server):
    answer = windlass("chat", "--url", server.url, "--temperature", "0", "What is the capital of Germany?")
    assert answer.returncode == 0 and "Berlin" in answer.stdout
    bench = windlass("bench", "--url", server.url, "--concurrency", "2", "--requests", "4", "--prompt-tokens", "20", "--output-tokens", "8")
    assert bench.returncode == 0, bench.stderr


def test_metrics_name_what_happened(server):
    text = urllib.request.urlopen(server.url + "/metrics", timeout=10).read().decode()
    assert 'vllm:generation_tokens_total{' in text
    assert 'vllm:time_to_first_token_seconds_bucket{' in text and 'le="2560.0"' in text


def endless(client):
    """A stream that runs until it is stopped, or the context is full."""
    return client.completions.create(
        model=MODEL, prompt="Windlass", max_tokens=400, stream=True, temperature=0, extra_body={"ignore_eos": True}
    )


def test_ctrl_c_lets_a_running_stream_finish():
    server = Server("examples/demo.yaml")
    with openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0) as client:
        stream = endless(client)
        first = next(iter(stream))
        server.interrupt()
        chunks = [first, *stream]
    assert chunks[-1].choices[0].finish_reason == "length"
    assert server.process.wait(60) == 0


def test_a_second_ctrl_c_ends_at_once():
    server = Server("examples/demo.yaml", "--drain-timeout", "600")
    with openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0) as client:
        streams = [endless(client) for _ in range(12)]
        next(iter(streams[0]))
        server.interrupt()
        while server.process.poll() is None and not any("stopping" in line for line in server.lines):
            server.rest.join(0.01)
        server.interrupt()
        assert server.process.wait(60) == 130


@pytest.mark.parametrize(
    "arguments, status, says",
    [
        (["serve", "absent.yaml"], 3, "no such file"),
        (["serve", "--model", "ftp://x"], 3, "hf://"),
        (["serve"], 2, "examples/demo.yaml"),
        (["bench", "--url", "http://127.0.0.1:1"], 4, "127.0.0.1:1"),
        (["oops"], 2, "oops"),
    ],
)
def test_errors_are_one_line_and_a_status(arguments, status, says):
    done = windlass(*arguments)
    assert done.returncode == status, done.stderr
    assert says in done.stderr and "\tat " not in done.stderr


def test_a_taken_port_is_said_in_one_line(server):
    done = windlass("serve", "examples/demo.yaml", "--port", server.url.rpartition(":")[2])
    assert done.returncode == 2, done.stderr
    assert "--port" in done.stderr and done.stderr.count("\n") == 1


def test_a_resource_that_is_wrong_names_file_line_and_field(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text((ROOT / "examples/demo.yaml").read_text().replace("uri:", "url:"))
    done = windlass("serve", file)
    assert done.returncode == 3, done.stderr
    assert "wrong.yaml:" in done.stderr and "spec.model.url: no such field" in done.stderr and "uri" in done.stderr and done.stderr.count("\n") == 1


def test_a_model_that_is_not_there_is_said_in_one_line(tmp_path):
    done = windlass("serve", "--model", tmp_path / "absent", "--port", "0")
    assert done.returncode == 3, done.stderr
    assert "no such directory" in done.stderr and done.stderr.count("\n") == 1


def test_a_second_start_does_nothing_twice(server):
    second = Server("examples/demo.yaml")
    with openai.OpenAI(base_url=second.url + "/v1", api_key="none", max_retries=0) as client:
        assert "Paris" in ask(client, "What is the capital of France?").choices[0].message.content
    assert second.stop() == 0
    assert not any("converting" in line or "reading" in line for line in second.lines)
