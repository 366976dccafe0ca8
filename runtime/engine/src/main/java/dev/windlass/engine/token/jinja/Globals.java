package dev.windlass.engine.token.jinja;

import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** The functions that every template sees: Jinja's own and those of transformers. */
final class Globals {
    private Globals() {}

    static Scope scope(Bounds bounds, InstantSource clock, ZoneId zone) {
        var scope = new Scope(null);
        define(scope, "raise_exception", arguments -> {
            throw new TemplateException(PythonText.str(arguments.require(0, "message")));
        });
        define(
                scope,
                "strftime_now",
                arguments -> Formats.time(LocalDateTime.ofInstant(clock.instant(), zone), arguments.text(0, "format")));
        define(scope, "namespace", arguments -> {
            var fields = new LinkedHashMap<String, Object>();
            dict(arguments).forEach((key, value) -> fields.put(PythonText.str(key), value));
            return new Namespace(fields);
        });
        define(scope, "dict", Globals::dict);
        define(scope, "range", arguments -> range(bounds, arguments));
        define(scope, "joiner", arguments -> {
            var used = new boolean[1];
            return (Callable) _ -> {
                String separator = used[0] ? arguments.text(0, "sep", ", ") : "";
                used[0] = true;
                return separator;
            };
        });
        return scope;
    }

    private static void define(Scope scope, String name, Callable function) {
        scope.set(name, function);
    }

    private static Map<Object, Object> dict(Arguments arguments) {
        var map = new LinkedHashMap<>();
        for (Object source : arguments.positional()) {
            if (source instanceof Map<?, ?> other) {
                map.putAll(other);
            } else {
                for (Object pair : Values.items(source)) {
                    var parts = Values.items(pair);
                    if (parts.size() != 2) {
                        throw new TemplateException("dict: expected pairs, got " + PythonText.repr(pair));
                    }
                    map.put(parts.get(0), parts.get(1));
                }
            }
        }
        map.putAll(arguments.named());
        return map;
    }

    private static Object range(Bounds bounds, Arguments arguments) {
        int first = Numbers.index(arguments.require(0, "stop"));
        int start = arguments.has(1, "stop") ? first : 0;
        int stop = arguments.integer(1, "stop", first);
        int step = arguments.integer(2, "step", 1);
        if (step == 0) {
            throw new TemplateException("range: the step cannot be zero");
        }
        var numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            bounds.step();
            numbers.add(i);
        }
        return numbers;
    }
}
