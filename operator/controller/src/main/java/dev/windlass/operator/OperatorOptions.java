package dev.windlass.operator;

import dev.windlass.operator.desired.Installation;
import java.time.Duration;
import java.util.Set;

/**
 * How an operator runs.
 *
 * @param namespace where it runs itself, and the gateway
 * @param watched the namespaces whose resources it cares for; none stands for all
 * @param port of health and metrics; 0 takes any that is free
 * @param metricsPort where autoscalers' metrics are served to the API server; 0 serves none
 * @param gatewayService the headless Service of the gateways' operations ports
 * @param lease the Lease that leaders hold; empty leads without asking
 * @param look how often the gateways are asked
 */
public record OperatorOptions(
        Installation installation,
        String namespace,
        Set<String> watched,
        int port,
        int metricsPort,
        String gatewayService,
        String lease,
        Duration look) {
    public OperatorOptions {
        watched = Set.copyOf(watched);
    }
}
