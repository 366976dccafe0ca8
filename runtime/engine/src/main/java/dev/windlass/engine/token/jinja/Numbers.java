package dev.windlass.engine.token.jinja;

import java.math.BigDecimal;

/** Python's arithmetic on integers of 64 bits and on floats; truth values count as 0 and 1. */
final class Numbers {
    private Numbers() {}

    static Object integer(Token token) {
        String digits = token.text().replace("_", "");
        try {
            if (digits.length() > 2 && !Character.isDigit(digits.charAt(1))) {
                int radix = switch (Character.toLowerCase(digits.charAt(1))) {
                    case 'x' -> 16;
                    case 'o' -> 8;
                    default -> 2;
                };
                return Long.parseLong(digits.substring(2), radix);
            }
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw TemplateException.syntax(token.line(), "expected an integer of 64 bits, got " + digits);
        }
    }

    /** The value of decimal digits; past nine of them, more than anything is bounded by. */
    static int digits(String digits) {
        return digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static boolean isWhole(Object value) {
        return value instanceof Long || value instanceof Boolean;
    }

    static long whole(Object value) {
        return value instanceof Boolean flag ? flag ? 1 : 0 : (Long) value;
    }

    static double real(Object value) {
        return value instanceof Double real ? real : whole(value);
    }

    static int index(Object value) {
        if (!isWhole(value)) {
            throw new TemplateException("expected an integer, got " + Values.typeName(value));
        }
        return Math.clamp(whole(value), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    static Object apply(String operator, Object left, Object right) {
        try {
            return isWhole(left) && isWhole(right)
                    ? wholes(operator, whole(left), whole(right))
                    : reals(operator, real(left), real(right));
        } catch (ArithmeticException e) {
            throw new TemplateException("%s %s %s: %s".formatted(left, operator, right, e.getMessage()));
        }
    }

    private static Object wholes(String operator, long left, long right) {
        return switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDiv(left, right);
            case "%" -> Math.floorMod(left, right);
            case "**" -> right < 0 ? (Object) Math.pow(left, right) : power(left, right);
            default -> reals(operator, left, right);
        };
    }

    private static Object power(long base, long exponent) {
        long result = 1;
        // An exponent past 64 overflows unless the base is 0, 1 or -1, whose powers repeat.
        for (long i = 0; i < Math.min(exponent, 64 + exponent % 2); i++) {
            result = Math.multiplyExact(result, base);
        }
        return result;
    }

    private static Object reals(String operator, double left, double right) {
        if (right == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw new ArithmeticException("division by zero");
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - right * Math.floor(left / right);
            case "**" -> Math.pow(left, right);
            default -> throw new TemplateException("unknown operator " + operator);
        };
    }

    /** The shortest digits that read back as the same number, as Python writes them. */
    static String text(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        String digits = decimal.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        String sign = value < 0 ? "-" : "";
        if (exponent < -4 || exponent >= 16) {
            String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
            return "%s%s%se%s%02d"
                    .formatted(sign, digits.charAt(0), fraction, exponent < 0 ? "-" : "+", Math.abs(exponent));
        }
        String plain = decimal.toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }
}
