package dev.windlass.gateway.upstream;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log why an endpoint is not trusted, once and not at every request. */
final class Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);
    private static final int MOST = 1000;

    private final Map<String, String> said = new ConcurrentHashMap<>();

    void say(String address, String problem) {
        if (said.size() >= MOST) {
            said.clear();
        }
        if (!problem.equals(said.put(address, problem))) {
            LOG.warn("{}", problem);
        }
    }

    /** It is trusted again, so that the next problem is news. */
    void forget(String address) {
        said.remove(address);
    }
}
