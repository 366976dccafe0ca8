package dev.windlass.operator.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.rollout.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryAnswerTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            200 | {"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1.7,"0.25"]}]}} | 0.25
            200 | {"status":"success","data":{"resultType":"scalar","result":[1.7,"-3e2"]},"warnings":["slow"]} | -300.0
            200 | {"status":"success","data":{"resultType":"scalar","result":[1.7,"NaN"]}} | Prometheus has no data (NaN)
            200 | {"status":"success","data":{"resultType":"vector","result":[]}} | Prometheus has no data
            200 | {"status":"success","data":{"resultType":"vector","result":[{"value":[1,"1"]},{"value":[1,"2"]}]}} | expected one sample from Prometheus, got 2
            200 | {"status":"success","data":{"resultType":"vector","result":[{"value":[1,"+Inf"]}]}} | expected a finite number from Prometheus, got +Inf
            200 | {"status":"success","data":{"resultType":"vector","result":[{"histogram":[1,{}]}]}} | expected a number from Prometheus, got ""
            200 | {"status":"success","data":{"resultType":"matrix","result":[]}} | expected a vector or a scalar from Prometheus, got "matrix"
            200 | {"status":"success"} | expected a vector or a scalar from Prometheus, got ""
            200 | {} | expected status success or error in Prometheus' answer, got neither
            200 | <html> | expected JSON from Prometheus, got something else
            400 | {"status":"error","errorType":"bad_data","error":"parse error:\\nunexpected )"} | Prometheus answered with status 400: parse error: unexpected )
            503 | {"status":"error","errorType":"timeout"} | Prometheus answered with status 503: timeout
            404 | page not found | Prometheus answered with status 404
            302 | {"status":"success","data":{"resultType":"scalar","result":[1.7,"1"]}} | Prometheus answered with status 302
            """)
    void saysTheNumberOrWhyThereIsNone(int status, String body, String expected) {
        String said = switch (QueryAnswer.read(status, body.getBytes(StandardCharsets.UTF_8))) {
            case Answer.Value(double number) -> String.valueOf(number);
            case Answer.None(String reason) -> reason;
            case Answer.Pending pending -> "pending";
        };
        assertThat(said).isEqualTo(expected);
    }

    @Test
    void queriesAreFilledInAndNamesCannotLeaveTheirQuotes() {
        assertThat(Question.filledIn(
                        "x{n=\"{{namespace}}\",r=~\"{{revision}}-.*\",m='{{name}}'}[{{window}}]",
                        "ns",
                        "m",
                        "m-81a",
                        Duration.ofMillis(95_900)))
                .isEqualTo("x{n=\"ns\",r=~\"m-81a-.*\",m='m'}[95s]");
        assertThat(Question.filledIn("[{{window}}]", "", "", "", Duration.ZERO)).isEqualTo("[1s]");
        assertThat(Question.escaped("a\"} or '\\")).isEqualTo("a\\\"} or \\'\\\\");
    }
}
