package dev.windlass.policy.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenEstimateTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # path             | body                                                           | bound | prompt | output
            chat/completions   | {'messages':[{'role':'user','content':'Hi'}],'max_tokens':9}   | 0     | 14     | 9
            chat/completions   | {'messages':[{'role':'user','content':'Hi'}]}                  | 0     | 14     | 1024
            chat/completions   | {'messages':[{'role':'user','content':'Hi'}]}                  | 200   | 14     | 200
            chat/completions   | {'messages':[],'max_tokens':9,'max_completion_tokens':7}       | 0     | 1      | 7
            chat/completions   | {'messages':[],'max_tokens':9,'n':3}                           | 0     | 1      | 27
            chat/completions   | {'messages':[],'max_tokens':900,'n':2}                         | 100   | 1      | 200
            chat/completions   | {'messages':[],'max_tokens':-1,'n':'x'}                        | 0     | 1      | 1024
            chat/completions   | {'messages':[],'max_tokens':4611686018427387904,'n':9}         | 0     | 1      | 1099511627776
            completions        | {'prompt':'123456789','max_tokens':5}                          | 0     | 3      | 5
            completions        | {'prompt':'123456789'}                                         | 0     | 3      | 16
            completions        | {'prompt':'123456789'}                                         | 200   | 3      | 16
            completions        | {'prompt':['abc','def'],'max_tokens':5,'n':2,'best_of':3}      | 0     | 2      | 30
            completions        | {'prompt':[1,2,3,4],'max_tokens':5}                            | 0     | 4      | 5
            completions        | {'prompt':[[1,2],[3]],'max_tokens':5}                          | 0     | 3      | 10
            completions        | {'prompt':'你好吗','max_tokens':0}                               | 0     | 3      | 0
            completions        | {'prompt':'🙂🙂🙂','max_tokens':1}                                | 0     | 4      | 1
            completions        | {'prompt':'éé','max_tokens':1}                                 | 0     | 2      | 1
            embeddings         | {'input':'123456789','model':'not-of-the-prompt','user':'me'}  | 0     | 3      | 0
            rerank             | {'query':'abc','documents':['abc','def']}                      | 0     | 3      | 0
            """)
    void countsWhatARequestMayCost(String path, String body, int bound, long prompt, long output) throws Exception {
        var estimate = TokenEstimate.of("/v1/" + path, (ObjectNode) JSON.readTree(body.replace('\'', '"')), bound);
        assertThat(estimate.prompt()).isEqualTo(prompt);
        assertThat(estimate.output()).isEqualTo(output);
    }
}
