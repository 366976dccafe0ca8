package dev.windlass.engine.token.jinja;

import dev.windlass.engine.token.jinja.Statement.Parameters;
import dev.windlass.engine.token.jinja.Statement.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of a template's statements. */
final class Rendering {
    private enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    private final Bounds bounds = new Bounds();
    private final Evaluator evaluator = new Evaluator(bounds);
    private StringBuilder output = new StringBuilder();

    String run(List<Statement> body, Scope scope) {
        execute(body, scope);
        return output.toString();
    }

    Bounds bounds() {
        return bounds;
    }

    private Flow execute(List<Statement> body, Scope scope) {
        for (Statement statement : body) {
            Flow flow = execute(statement, scope);
            if (flow != Flow.NEXT) {
                return flow;
            }
        }
        return Flow.NEXT;
    }

    private Flow execute(Statement statement, Scope scope) {
        bounds.step();
        switch (statement) {
            case Statement.Text(var text) -> write(text);
            case Statement.Output(var expression) -> write(PythonText.str(evaluator.value(expression, scope)));
            case Statement.If(var branches, var otherwise) -> {
                for (var branch : branches) {
                    if (evaluator.isTrue(branch.test(), scope)) {
                        return execute(branch.body(), scope);
                    }
                }
                return execute(otherwise, scope);
            }
            case Statement.For loop -> loop(loop, evaluator.value(loop.items(), scope), 0, scope);
            case Statement.Assign(var target, var value) -> assign(target, evaluator.value(value, scope), scope);
            case Statement.AssignBlock(var target, var value, var body) ->
                assign(target, filtered(value, body, scope), scope);
            case Statement.DefineMacro(var name, var parameters, var body) ->
                scope.set(name, macro(name, parameters, body, scope));
            case Statement.CallBlock(var parameters, var call, var body) -> {
                var arguments = evaluator.arguments(call.arguments(), scope);
                var named = new LinkedHashMap<>(arguments.named());
                named.put("caller", macro("caller", parameters, body, scope));
                Object target = evaluator.value(call.target(), scope);
                write(PythonText.str(evaluator.call(target, new Arguments(arguments.positional(), named))));
            }
            case Statement.FilterBlock(var value, var body) -> write(PythonText.str(filtered(value, body, scope)));
            case Statement.With(var targets, var values, var body) -> {
                var inner = new Scope(scope);
                for (int i = 0; i < targets.size(); i++) {
                    assign(targets.get(i), evaluator.value(values.get(i), scope), inner);
                }
                return execute(body, inner);
            }
            case Statement.Break _ -> {
                return Flow.BREAK;
            }
            case Statement.Continue _ -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.NEXT;
    }

    private void write(String text) {
        Bounds.checkLength((long) output.length() + text.length());
        output.append(text);
    }

    /** What the body writes, in place of writing it. */
    private String captured(List<Statement> body, Scope scope) {
        StringBuilder outside = output;
        output = new StringBuilder();
        try {
            execute(body, scope);
            return output.toString();
        } finally {
            output = outside;
        }
    }

    private Object filtered(Expression value, List<Statement> body, Scope scope) {
        var inner = new Scope(scope);
        inner.set(Statement.BODY, captured(body, inner));
        return evaluator.value(value, inner);
    }

    private void assign(Target target, Object value, Scope scope) {
        switch (target) {
            case Target.Variable(var name) -> scope.set(name, value);
            case Target.NamespaceField(var name, var field) -> {
                if (!(scope.find(name) instanceof Namespace namespace)) {
                    throw new TemplateException("cannot set %s.%s: %s is no namespace".formatted(name, field, name));
                }
                namespace.fields().put(field, value);
            }
            case Target.Several(var targets) -> {
                List<Object> values = Values.items(value);
                if (values.size() != targets.size()) {
                    throw new TemplateException(
                            "expected %d values to unpack, got %d".formatted(targets.size(), values.size()));
                }
                for (int i = 0; i < values.size(); i++) {
                    assign(targets.get(i), values.get(i), scope);
                }
            }
        }
    }

    private void loop(Statement.For loop, Object value, int depth, Scope scope) {
        List<Object> items = selected(loop, Values.items(value), scope);
        var state = new Loop(items, depth, arguments -> {
            if (!loop.recursive()) {
                throw new TemplateException("the loop is not recursive and cannot be called");
            }
            return nested(loop, arguments.require(0, "iterable"), depth + 1, scope);
        });
        for (int i = 0; i < items.size(); i++) {
            bounds.step();
            state.moveTo(i);
            var inner = new Scope(scope);
            assign(loop.target(), items.get(i), inner);
            inner.set("loop", state);
            if (execute(loop.body(), inner) == Flow.BREAK) {
                break;
            }
        }
        if (items.isEmpty()) {
            execute(loop.otherwise(), new Scope(scope));
        }
    }

    private List<Object> selected(Statement.For loop, List<Object> items, Scope scope) {
        if (loop.filter() == null) {
            return items;
        }
        var selected = new ArrayList<>();
        for (Object item : items) {
            var inner = new Scope(scope);
            assign(loop.target(), item, inner);
            if (evaluator.isTrue(loop.filter(), inner)) {
                selected.add(item);
            }
        }
        return selected;
    }

    private String nested(Statement.For loop, Object value, int depth, Scope scope) {
        StringBuilder outside = output;
        output = new StringBuilder();
        bounds.enter();
        try {
            loop(loop, value, depth, scope);
            return output.toString();
        } finally {
            bounds.leave();
            output = outside;
        }
    }

    private Callable macro(String name, Parameters parameters, List<Statement> body, Scope definition) {
        return arguments -> {
            bounds.enter();
            try {
                var scope = new Scope(definition);
                bind(name, parameters, arguments, scope);
                return captured(body, scope);
            } finally {
                bounds.leave();
            }
        };
    }

    private void bind(String macro, Parameters parameters, Arguments arguments, Scope scope) {
        int count = parameters.names().size();
        int firstDefault = count - parameters.defaults().size();
        var rest = new LinkedHashMap<Object, Object>(arguments.named());
        for (int i = 0; i < count; i++) {
            String name = parameters.names().get(i);
            @Nullable
            Object value = i < arguments.positional().size()
                    ? arguments.positional().get(i)
                    : arguments.named().get(name);
            if (value == null) {
                value = i < firstDefault
                        ? new Undefined("the parameter '" + name + "'")
                        : evaluator.value(parameters.defaults().get(i - firstDefault), scope);
            }
            scope.set(name, value);
            rest.remove(name);
        }
        Object caller = rest.remove("caller");
        scope.set("caller", caller == null ? new Undefined("'caller' of " + macro) : caller);
        scope.set("kwargs", rest);
        scope.set(
                "varargs",
                new Tuple(List.copyOf(arguments
                        .positional()
                        .subList(
                                Math.min(count, arguments.positional().size()),
                                arguments.positional().size()))));
    }
}
