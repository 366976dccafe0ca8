package dev.windlass.gateway.edge;

import java.util.function.BooleanSupplier;

/**
 * How it stands with the Redis that gateways share.
 *
 * @param address without secrets
 * @param onFailure what becomes of limits while it is not available
 */
public record RedisStanding(String address, Allowances.RedisFailure onFailure, BooleanSupplier isAvailable) {}
