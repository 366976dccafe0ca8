package dev.windlass.policy.filter.match;

import dev.windlass.api.FilterRule.Recogniser;

/** What tells who somebody is, by its form and its checksum. */
public final class Recognisers {
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
    private static final String IPV4 = "(?:" + OCTET + "\\.){3}" + OCTET;

    /** International, North American, and with a trunk prefix, as in most of Europe. */
    private static final String PHONE =
            "(?:\\+|\\b00)[1-9][0-9]{0,2}[ ./-]?(?:\\(0?[0-9]{1,4}\\)[ ./-]?)?[0-9]{1,5}(?:[ ./-]?[0-9]{2,5}){1,4}\\b"
                    + "|(?:\\([0-9]{3}\\) ?|\\b[0-9]{3}[ .-])[0-9]{3}[ .-][0-9]{4}\\b"
                    + "|\\b0[1-9][0-9]{1,4}[ /-][0-9]{3,9}(?:[ -][0-9]{2,5}){0,3}\\b";

    private static final Expression EMAIL =
            Expression.of("email", "[A-Za-z0-9_][A-Za-z0-9._%+-]*@(?:[A-Za-z0-9-]+\\.)+[A-Za-z]{2,24}", 254);
    private static final Expression PHONES = Expression.of("phone", PHONE, 40, Checks::phone);
    private static final Expression IBAN =
            Expression.of("iban", "(?i)\\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{1,4}){3,8}", 45, Checks::iban);
    private static final Expression CARD =
            Expression.of("card", "\\b[2-6][0-9]{3}(?:[ -]?[0-9]){8,15}", 40, Checks::card);
    private static final Expression IP = Expression.of(
            "ip",
            "\\b" + IPV4 + "\\b|(?:\\b[0-9A-Fa-f]{1,4}|:):(?:[0-9A-Fa-f]{0,4}:){0,6}(?:" + IPV4 + "|[0-9A-Fa-f]{0,4})",
            45,
            Checks::ip);

    private Recognisers() {}

    public static Expression of(Recogniser what) {
        return switch (what) {
            case Email -> EMAIL;
            case Phone -> PHONES;
            case Iban -> IBAN;
            case Card -> CARD;
            case IpAddress -> IP;
        };
    }
}
