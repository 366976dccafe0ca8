"""What a process that serves writes where programs read it."""

import json
import urllib.request

from conftest import Server, windlass


def test_logs_are_json_and_nothing_else_where_told():
    server = Server("examples/demo.yaml", environment={"WINDLASS_LOG_FORMAT": "json", "WINDLASS_LOG_LEVEL": "debug"})
    level = urllib.request.Request(
        f"{server.url}/internal/loggers/dev.windlass.cli", data=b'{"level": "ERROR"}', method="PUT"
    )
    assert json.load(urllib.request.urlopen(level))["effective_level"] == "ERROR"
    assert server.stop() == 0
    server.rest.join()
    lines = [json.loads(line) for line in server.lines]
    assert any(line["message"].startswith("Serving at ") and line["logger"] == "dev.windlass.cli.ServeCommand" for line in lines)
    assert all({"timestamp", "level", "logger", "message", "thread"} <= line.keys() for line in lines)


def test_a_format_or_level_that_there_is_not_is_refused():
    for name, value in (("WINDLASS_LOG_FORMAT", "xml"), ("WINDLASS_LOG_LEVEL", "loud")):
        refused = windlass("--version", environment={name: value})
        assert refused.returncode == 2 and f"{name}: expected" in refused.stderr and refused.stderr.count("\n") == 1
