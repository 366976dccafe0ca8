package dev.windlass.gateway.load;

import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.fake.TlsLayer;
import dev.windlass.http.Authorities;
import dev.windlass.http.TlsFileWatch;
import dev.windlass.http.TlsFiles;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;

/** A process with a runtime that emits tokens on the schedule that each request's headers ask for. */
final class ScheduledRuntime {
    private ScheduledRuntime() {}

    /** @param arguments the port, and for TLS a folder with tls.crt, tls.key and ca.crt */
    public static void main(String[] arguments) throws InterruptedException {
        FakeRuntime.Layer layer = arguments.length > 1 ? tls(Path.of(arguments[1])) : plain -> plain;
        int port = Integer.parseInt(arguments[0]);
        try (var runtime = FakeRuntime.start(InetAddress.getLoopbackAddress(), port, layer, (request, wire) -> {
            var headers = request.headers();
            Scripts.streams(
                            Duration.ofMillis(Long.parseLong(headers.get("x-first-ms"))),
                            Duration.ofMillis(Long.parseLong(headers.get("x-between-ms"))),
                            Integer.parseInt(headers.get("x-tokens")))
                    .answer(request, wire);
        })) {
            System.out.println("runtime at " + runtime.address());
            while (true) {
                Thread.sleep(Duration.ofSeconds(1));
                runtime.received().clear();
            }
        }
    }

    private static FakeRuntime.Layer tls(Path folder) {
        try (var files = TlsFileWatch.start(
                TlsFiles.in(folder), material -> material.context(Authorities.of(material.authorities())))) {
            return new TlsLayer(files.current());
        }
    }
}
