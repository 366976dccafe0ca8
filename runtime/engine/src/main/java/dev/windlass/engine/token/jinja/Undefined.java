package dev.windlass.engine.token.jinja;

/** What a name, an attribute or an item is that is not there: empty text, false, and an error in any operation. */
record Undefined(String what) {
    static final Undefined CONDITION = new Undefined("the inline if without else");

    TemplateException error() {
        return new TemplateException(what + " is undefined");
    }
}
