package dev.windlass.model.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.model.InvalidModelException;
import dev.windlass.model.weight.Tensor;
import dev.windlass.onnx.graph.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
    private final Arena arena = Arena.ofAuto();
    private Path file;

    @BeforeEach
    void open(@TempDir Path directory) {
        file = directory.resolve("model.safetensors");
    }

    @Test
    void viewsTheTensorsInTheOrderOfTheirBytes() throws IOException {
        RawFile.write(file, """
                {"b":{"dtype":"BF16","shape":[2,3],"data_offsets":[8,20]},"__metadata__":{"format":"pt"},
                 "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"scalar":{"dtype":"I64","shape":[],"data_offsets":[20,28]}}  \s""", 28);
        var mapped = SafetensorsFile.map(file, arena);
        assertThat(mapped.tensors().keySet()).containsExactly("a", "b", "scalar");
        assertThat(mapped.metadata()).containsEntry("format", "pt");
        assertThat(mapped.tensor("b"))
                .extracting(Tensor::type, Tensor::shape, Tensor::elements)
                .containsExactly(ElementType.BFLOAT16, List.of(2L, 3L), 6L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}  | 4 | tensor t: F32 [2] takes 8 bytes, found 4
                    {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  | 4 | tensor t lies at bytes 0 to 8
                    {"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}  | 8 | tensor t begins at byte 4 of the data, expected 0
                    {"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  | 8 | the tensors cover 4 bytes of data, found 8
                    {"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}  | 8 | tensor t lies at bytes 4 to 0
                    {"t":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}} | 8 | tensor t lies at bytes -4 to 0
                    {"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}} | 4 | expected no negative sizes
                    {"t":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}} | 0 | is too large
                    {"t":{"dtype":"F32","shape":[2305843009213693952],"data_offsets":[0,0]}} | 0 | is too large
                    {"t":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}  | 4 | tensor t: expected a dtype of F32, F16
                    {"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}  | 4 | tensor t shape: expected the end of a list
                    {"t":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}  | 4 | out of range of long
                    {"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}  | 4 | tensor t data_offsets: expected at most 2 numbers
                    {"t":{"dtype":"F32","shape":[1],"data_offsets":[0]}}  | 4 | expected dtype, shape and two data_offsets
                    {"t":{"dtype":"F32","data_offsets":[0,4]}}  | 4 | expected dtype, shape and two data_offsets
                    {"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}  | 4 | found x
                    {"t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"u":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}} | 3 | tensor u begins at byte 1 of the data, expected 2
                    {"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"t":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}} | 2 | Duplicate field 't'
                    {"t":{"dtype":"F32","shape":[[[[1]]]],"data_offsets":[0,4]}} | 4 | nesting depth
                    {"t":{"a":{"b":{"c":{}}}}} | 4 | found a
                    {"t":7} | 4 | tensor t: expected an object, found a number
                    {"__metadata__":{"a":1}} | 0 | __metadata__ a: expected a string, found a number
                    [] | 0 | the header: expected an object, found a list
                    {} {} | 0 | goes on after its closing brace
                    {"t" | 0 | not valid JSON
                    """)
    void refusesAHeaderThatLies(String header, int dataBytes, String reason) throws IOException {
        RawFile.write(file, header, dataBytes);
        assertRefused(reason);
    }

    @Test
    void refusesAHeaderLengthBeyondTheFile() throws IOException {
        var bytes = RawFile.bytes("{}", 0);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 3);
        Files.write(file, bytes);
        assertRefused("expected a header of 2 to 2 bytes, found a header length of 3");
    }

    @Test
    void refusesAHeaderLengthThatIsNegativeAsASignedNumber() throws IOException {
        var bytes = RawFile.bytes("{}", 0);
        ByteBuffer.wrap(bytes).putLong(0, -1);
        Files.write(file, bytes);
        assertRefused("found a header length of 18446744073709551615");
    }

    @Test
    void refusesATruncatedFile() throws IOException {
        Files.write(file, new byte[7]);
        assertRefused("found only 7 bytes");
    }

    @Test
    void refusesAHeaderInAnotherEncoding() throws IOException {
        Files.write(file, RawFile.bytes("{\"\u00fc\":1}".getBytes(StandardCharsets.ISO_8859_1), 0));
        assertRefused("the header is not UTF-8");
    }

    @Test
    void refusesAMissingFile() {
        assertRefused("there is no such file");
    }

    @Test
    void keepsLineBreaksOfNamesOutOfTheMessage() throws IOException {
        RawFile.write(file, "{\"a\\nb\\u001b\":7}", 0);
        assertRefused("tensor a b : expected");
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> SafetensorsFile.map(file, arena))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("\n");
    }
}
