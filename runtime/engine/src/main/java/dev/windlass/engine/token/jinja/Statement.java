package dev.windlass.engine.token.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a template's body is made of. */
sealed interface Statement {
    record Text(String text) implements Statement {}

    record Output(Expression expression) implements Statement {}

    record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

    record Branch(Expression test, List<Statement> body) {}

    record For(
            Target target,
            Expression items,
            @Nullable Expression filter,
            boolean recursive,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {}

    record Assign(Target target, Expression value) implements Statement {}

    /** {@code value} is a chain of filters around the name {@link #BODY}. */
    record AssignBlock(Target target, Expression value, List<Statement> body) implements Statement {}

    record DefineMacro(String name, Parameters parameters, List<Statement> body) implements Statement {}

    record CallBlock(Parameters parameters, Expression.Call call, List<Statement> body) implements Statement {}

    /** {@code value} is a chain of filters around the name {@link #BODY}. */
    record FilterBlock(Expression value, List<Statement> body) implements Statement {}

    /** A body with a scope of its own and some names in it: {@code with} and {@code generation}. */
    record With(List<Target> targets, List<Expression> values, List<Statement> body) implements Statement {}

    record Break() implements Statement {}

    record Continue() implements Statement {}

    /** The last {@code defaults.size()} names have defaults. */
    record Parameters(List<String> names, List<Expression> defaults) {}

    /** No template can spell it. */
    String BODY = "%body";

    /** What a value is bound to. */
    sealed interface Target {
        record Variable(String name) implements Target {}

        record NamespaceField(String namespace, String field) implements Target {}

        record Several(List<Target> targets) implements Target {}
    }
}
