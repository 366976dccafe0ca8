package dev.windlass.policy.filter.match;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The checks of what the recognisers find. */
final class Checks {
    /** How many characters an IBAN of a country has (SWIFT's registry). */
    private static final Map<String, Integer> IBAN_LENGTHS = Stream.of(("AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22"
                            + " BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27"
                            + " GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32"
                            + " LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24"
                            + " PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23"
                            + " TN24 TR26 UA29 VA22 VG24 XK20 YE30")
                    .split(" "))
            .collect(Collectors.toUnmodifiableMap(
                    each -> each.substring(0, 2), each -> Integer.valueOf(each.substring(2))));

    private Checks() {}

    private static boolean isLetterOrDigit(String text, int place) {
        return place < text.length() && Character.isLetterOrDigit(text.charAt(place));
    }

    private static boolean isDigit(char unit) {
        return unit >= '0' && unit <= '9';
    }

    static int iban(String text, int start, int end) {
        Integer length = IBAN_LENGTHS.get(text.substring(start, start + 2).toUpperCase(Locale.ROOT));
        if (length == null) {
            return Check.NO;
        }
        var plain = new StringBuilder(length);
        int at = start;
        while (at < end && plain.length() < length) {
            if (text.charAt(at) != ' ') {
                plain.append(Character.toUpperCase(text.charAt(at)));
            }
            at++;
        }
        if (plain.length() < length || isLetterOrDigit(text, at)) {
            return Check.NO;
        }
        var digits = new StringBuilder(2 * length);
        (plain.substring(4) + plain.substring(0, 4)).chars().forEach(unit -> digits.append(Character.digit(unit, 36)));
        return new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue() == 1 ? at : Check.NO;
    }

    /** The longest number of 13 to 19 digits whose checksum is right and that no other digits follow. */
    static int card(String text, int start, int end) {
        int best = Check.NO;
        var digits = new StringBuilder(19);
        for (int at = start; at < end; at++) {
            if (isDigit(text.charAt(at))) {
                digits.append(text.charAt(at));
                boolean isEnd = at + 1 >= text.length() || !Character.isLetterOrDigit(text.charAt(at + 1));
                if (digits.length() >= 13 && isEnd && isLuhn(digits)) {
                    best = at + 1;
                }
            }
        }
        return best;
    }

    private static boolean isLuhn(CharSequence digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighed = i % 2 == 0 ? digit : 2 * digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }

    static int phone(String text, int start, int end) {
        long digits = text.substring(start, end)
                .chars()
                .filter(unit -> isDigit((char) unit))
                .count();
        return digits >= 7 && digits <= 15 ? end : Check.NO;
    }

    static int ip(String text, int start, int end) {
        String address = text.substring(start, end);
        if (address.indexOf(':') < 0) {
            return end;
        }
        return isIpv6(address) && !isLetterOrDigit(text, end) ? end : Check.NO;
    }

    /** Two groups and a gap would be a method of C++ too: it takes three, or the loopback address. */
    private static boolean isIpv6(String address) {
        if (address.equals("::1")) {
            return true;
        }
        int gap = address.indexOf("::");
        if ((gap >= 0 && address.indexOf("::", gap + 1) >= 0)
                || (address.startsWith(":") && gap != 0)
                || (address.endsWith(":") && gap != address.length() - 2)) {
            return false;
        }
        int groups = 0;
        for (String group : address.split(":", -1)) {
            groups += group.isEmpty() ? 0 : group.indexOf('.') >= 0 ? 2 : 1;
        }
        return gap < 0 ? groups == 8 : groups >= 3 && groups <= 7;
    }
}
