package dev.windlass.engine.grammar;

/**
 * The syntax of JSON (RFC 8259) as rules that every grammar of a vocabulary shares, and with them their masks.
 *
 * <p>White space is bounded, so that a model cannot go on with it for ever: after an opening bracket, after a comma and
 * before a closing bracket one space, or one line break with up to 64 spaces or 32 tabs; after a colon one space. Exponents have at most two
 * digits.
 */
final class JsonRules {
    private static final int WIDEST_INDENT = 64;

    final Rule whitespace = new Rule("white space");
    final Rule string = new Rule("a string");
    final Rule integer = new Rule("an integer");
    final Rule number = new Rule("a number");
    /** Any JSON value; objects and arrays in it nest up to a bound. */
    final Rule value = new Rule("a value");
    /** Any object at a place where nothing else is allowed, and so not under the bound itself. */
    final Rule object = new Rule("an object", true, false);

    final Rule array = new Rule("an array", true, false);

    JsonRules() {
        var budget = new CompileBudget();
        defineWhitespace(new Nfa(budget));
        defineString(new Nfa(budget));
        defineNumber(new Nfa(budget), integer, false);
        defineNumber(new Nfa(budget), number, true);
        var limitedObject = new Rule("an object", true, true);
        var limitedArray = new Rule("an array", true, true);
        for (Rule rule : new Rule[] {object, limitedObject}) {
            defineObject(new Nfa(budget), rule);
        }
        for (Rule rule : new Rule[] {array, limitedArray}) {
            defineArray(new Nfa(budget), rule);
        }
        defineValue(new Nfa(budget), limitedObject, limitedArray);
        Network.check(value);
        Network.check(object);
        Network.check(array);
        Network.check(integer);
    }

    private void defineWhitespace(Nfa nfa) {
        int end = nfa.state();
        nfa.literal(0, " ", end);
        int spaces = nfa.literal(0, "\n");
        int tabs = spaces;
        nfa.accept(spaces);
        for (int i = 0; i < WIDEST_INDENT; i++) {
            spaces = nfa.literal(spaces, " ");
            nfa.accept(spaces);
            if (i % 2 == 0) {
                tabs = nfa.literal(tabs, "\t");
                nfa.accept(tabs);
            }
        }
        nfa.accept(end);
        nfa.define(whitespace);
    }

    private void defineString(Nfa nfa) {
        int inside = nfa.literal(0, "\"");
        new CharacterEncoding(nfa).anyCharacter(inside, inside);
        nfa.accept(nfa.literal(inside, "\""));
        nfa.define(string);
    }

    private static void defineNumber(Nfa nfa, Rule rule, boolean fractions) {
        int afterSign = nfa.state();
        nfa.empty(0, afterSign);
        nfa.literal(0, "-", afterSign);
        int whole = nfa.state();
        nfa.literal(afterSign, "0", whole);
        int digits = nfa.state();
        nfa.range(afterSign, '1', '9', digits);
        nfa.range(digits, '0', '9', digits);
        nfa.empty(digits, whole);
        nfa.accept(whole);
        if (fractions) {
            int fraction = nfa.state();
            nfa.range(nfa.literal(whole, "."), '0', '9', fraction);
            nfa.range(fraction, '0', '9', fraction);
            nfa.accept(fraction);
            int exponent = nfa.state();
            for (int from : new int[] {whole, fraction}) {
                nfa.range(from, 'e', 'e', exponent);
                nfa.range(from, 'E', 'E', exponent);
            }
            int exponentDigits = nfa.state();
            nfa.empty(exponent, exponentDigits);
            nfa.literal(exponent, "+", exponentDigits);
            nfa.literal(exponent, "-", exponentDigits);
            // With three digits most numbers would be infinite to a reader that takes them for doubles.
            for (int i = 0; i < 2; i++) {
                int next = nfa.state();
                nfa.range(exponentDigits, '0', '9', next);
                nfa.accept(next);
                exponentDigits = next;
            }
        }
        nfa.define(rule);
    }

    private void defineObject(Nfa nfa, Rule rule) {
        int first = nfa.maybe(nfa.literal(0, "{"), whitespace);
        int close = nfa.state();
        int member = nfa.state();
        nfa.empty(first, close);
        nfa.empty(first, member);
        int afterMember = nfa.call(nfa.colon(nfa.call(member, string)), value);
        nfa.empty(nfa.maybe(nfa.literal(afterMember, ","), whitespace), member);
        nfa.empty(nfa.maybe(afterMember, whitespace), close);
        nfa.accept(nfa.literal(close, "}"));
        nfa.define(rule);
    }

    private void defineArray(Nfa nfa, Rule rule) {
        int first = nfa.maybe(nfa.literal(0, "["), whitespace);
        int close = nfa.state();
        int element = nfa.state();
        nfa.empty(first, close);
        nfa.empty(first, element);
        int afterElement = nfa.call(element, value);
        nfa.empty(nfa.maybe(nfa.literal(afterElement, ","), whitespace), element);
        nfa.empty(nfa.maybe(afterElement, whitespace), close);
        nfa.accept(nfa.literal(close, "]"));
        nfa.define(rule);
    }

    private void defineValue(Nfa nfa, Rule limitedObject, Rule limitedArray) {
        int end = nfa.state();
        nfa.accept(end);
        for (Rule rule : new Rule[] {string, number, limitedObject, limitedArray}) {
            nfa.call(0, rule, end);
        }
        nfa.literal(0, "true", end);
        nfa.literal(0, "false", end);
        nfa.literal(0, "null", end);
        nfa.define(value);
    }
}
