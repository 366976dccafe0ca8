package dev.windlass.engine.token.jinja;

import java.util.Map;

/** What {@code namespace()} makes: the one object whose fields a template may set from within a loop. */
record Namespace(Map<String, Object> fields) {}
