"""Spans of a served model, at a collector that keeps the bytes it gets."""

import http.server
import threading
import urllib.request

from conftest import Server

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def test_a_request_is_traced_where_a_collector_is_named():
    received = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        server = Server("examples/demo.yaml", environment={"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}"})
        urllib.request.urlopen(
            urllib.request.Request(
                server.url + "/v1/completions",
                data=b'{"model": "demo", "prompt": "Whispered words", "max_tokens": 4}',
                headers={"Content-Type": "application/json", "traceparent": f"00-{TRACE}-{CALLER}-01"},
            )
        ).read()
        assert server.stop() == 0
        collector.shutdown()
    ((path, spans),) = received
    assert path == "/v1/traces"
    for part in (bytes.fromhex(TRACE), bytes.fromhex(CALLER), b"windlass-runtime", b"POST /v1/completions", b"gen_ai.request.model", b"demo", b"queue", b"prefill", b"decode", b"gen_ai.usage.output_tokens"):
        assert part in spans, part
    assert b"Whispered" not in spans
