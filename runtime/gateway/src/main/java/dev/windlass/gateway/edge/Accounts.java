package dev.windlass.gateway.edge;

import dev.windlass.policy.account.AccountDirectory;

/**
 * The service accounts that callers may be.
 *
 * @param audience that their tokens have to be for
 */
public record Accounts(AccountDirectory directory, String audience) {}
