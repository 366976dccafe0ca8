package dev.windlass.engine.grammar;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The formats of strings as regular expressions: each matches only valid texts, though not all of the stranger ones. */
final class StringFormats {
    /** OpenAPI's formats of numbers. */
    private static final Set<String> NUMERIC = Set.of("int32", "int64", "float", "double");

    private static final String DATE = "([0-9]{4}-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
            + "|[0-9]{4}-(0[469]|11)-(0[1-9]|[12][0-9]|30)"
            + "|[0-9]{4}-02-(0[1-9]|1[0-9]|2[0-8])"
            + "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";
    private static final String TIME =
            "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
    private static final String LABEL = "[a-zA-Z0-9]([a-zA-Z0-9]([a-zA-Z0-9-]{0,13}[a-zA-Z0-9])?)?";
    private static final String HOSTNAME = LABEL + "(\\." + LABEL + "){0,7}";
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final String IPV4 = "(" + BYTE + "\\.){3}" + BYTE;
    private static final String HEX4 = "[0-9a-fA-F]{1,4}";

    private static final Map<String, String> PATTERNS = Map.ofEntries(
            Map.entry("date", DATE),
            Map.entry("time", TIME),
            Map.entry("date-time", DATE + "T" + TIME),
            Map.entry(
                    "duration",
                    "P([0-9]{1,9}W|([0-9]{1,9}Y([0-9]{1,9}M([0-9]{1,9}D)?)?|[0-9]{1,9}M([0-9]{1,9}D)?|[0-9]{1,9}D)"
                            + "(T([0-9]{1,9}H([0-9]{1,9}M([0-9]{1,9}S)?)?|[0-9]{1,9}M([0-9]{1,9}S)?|[0-9]{1,9}S))?"
                            + "|T([0-9]{1,9}H([0-9]{1,9}M([0-9]{1,9}S)?)?|[0-9]{1,9}M([0-9]{1,9}S)?|[0-9]{1,9}S))"),
            Map.entry("uuid", "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"),
            Map.entry(
                    "email",
                    "[a-zA-Z0-9_+-]{1,32}(\\.[a-zA-Z0-9_+-]{1,15}){0,1}@[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?"
                            + "(\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,14}[a-zA-Z0-9])?){0,3}\\.[a-zA-Z]{2,12}"),
            Map.entry("ipv4", IPV4),
            Map.entry("ipv6", ipv6()),
            Map.entry("hostname", HOSTNAME),
            Map.entry(
                    "uri",
                    "(https?|ftp|wss?)://[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?"
                            + "(\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?){0,6}(:[1-9][0-9]{0,3})?"
                            + "(/([a-zA-Z0-9._~!$&'()*+,;=:@-]|%[0-9a-fA-F]{2})*)*"
                            + "(\\?([a-zA-Z0-9._~!$&'()*+,;=:@/?-]|%[0-9a-fA-F]{2})*)?"
                            + "(#([a-zA-Z0-9._~!$&'()*+,;=:@/?-]|%[0-9a-fA-F]{2})*)?"
                            + "|urn:[a-zA-Z0-9]{2,31}:[a-zA-Z0-9._:-]+|mailto:[a-zA-Z0-9._+-]+@[a-zA-Z0-9]+(\\.[a-zA-Z0-9]+)+"));

    private StringFormats() {}

    private static String ipv6() {
        var forms = new StringBuilder("(" + HEX4 + ":){7}" + HEX4);
        // "::" stands for at least one group: up to seven are written around it.
        for (int before = 0; before <= 7; before++) {
            int after = 7 - before;
            String head = before == 0 ? "" : HEX4 + "(:" + HEX4 + "){" + (before - 1) + "}";
            String tail = after == 0 ? "" : "(" + HEX4 + "(:" + HEX4 + "){0," + (after - 1) + "})?";
            forms.append('|').append(head).append("::").append(tail);
        }
        return forms.toString();
    }

    static boolean isNumeric(String format) {
        return NUMERIC.contains(format);
    }

    /** The regular expression that a text of this format matches as a whole. */
    static Optional<String> pattern(String format) {
        return Optional.ofNullable(PATTERNS.get(format));
    }

    static String known() {
        return String.join(", ", PATTERNS.keySet().stream().sorted().toList());
    }
}
