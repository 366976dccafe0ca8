package dev.windlass.gateway.balance;

import dev.windlass.gateway.route.Endpoint;

/**
 * An endpoint that may be chosen.
 *
 * @param inFlight how many requests it has of this gateway
 */
record Candidate(Endpoint endpoint, int inFlight) {}
