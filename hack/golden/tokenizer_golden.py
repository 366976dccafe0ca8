"""Trains four tiny tokenizers, one of each common kind, and writes down how they encode and decode tricky strings.

    pip install -r requirements.txt
    python tokenizer_golden.py [--output ../../runtime/engine/src/test/resources/tokenizers]

Each kind becomes a folder with `tokenizer.json` and `golden.json`:
  encodings   {"text", "ids", "idsWithoutAdded", "idsAsPlainText", "decoded", "decodedWithoutSpecial"}: ids as by default (with
              the tokens that the post-processor adds), without those, and with special tokens in the text read as plain text;
              the decodings are of `ids`, keeping and skipping special tokens
  decodings   {"ids", "decoded"}: id sequences that may end within a character, as they do while streaming
"""

import argparse
import json
import pathlib

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

TRAINING_TEXT = """
The windlass turns slowly and the chain comes up from the deep. Hello world, how are you today? I'm fine, they've said so.
Language models read and write tokens, one after the other. The queue grows, two replicas start, and the queue is empty.
def main(arguments):
    for number in range(10):
        print(f"{number} squared is {number * number}")
	tabs	and  double  spaces   and trailing   
In 1999 there were 365 days, and 2024 had 366; 3.14159 is not 22/7. HTTP/1.1 200 OK. https://example.com/path?query=1
Voilà, un café à Orléans. Schöne Grüße aus Köln. ¿Qué tal, señor? Здравствуй, мир. Γειά σου Κόσμε. 東京は日本の首都です。北京是中国的首都。
안녕하세요 세계. שלום עולם. مرحبا بالعالم. 😀 🎉 🚀 <html> {"key": [1, 2, 3]} a_b_c CamelCase UPPER lower
""".strip("\n")
TEXTS = [
    "", " ", "  ", "a", " a", "a ", "Hello world", " Hello world", "Hello  world   again    ", "\n", "\n\n", "line one\nline two\r\n\r\nline four",
    "\ttabs\t\tand spaces \t mixed", "    indented", "I'm, you're, they've, it's; DON'T we'll", "1 12 123 1234 12345 3.14 1,000,000", "snake_case CamelCase kebab-case",
    "Voilà, un café crème", "cafe\u0301 and cafe\u0301 combined", "Ａ full width", "ﬁ ligature", "Schöne Grüße", "Здравствуй, мир", "Γειά σου",
    "東京は日本の首都です。", "北京是中国的首都", "안녕하세요", "שלום עולם", "مرحبا بالعالم", "नमस्ते दुनिया", "สวัสดี", "😀", "😀🎉 🚀", "👩‍💻 and 👨‍👩‍👧‍👦",
    "🏳️‍🌈 🇩🇪", "❤️", "zero\u200bwidth no\u00a0break em\u2003space", "\ufeffbyte order mark", "control \x07 and null-free \x1f", "rare 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𓀀 ꙮ",
    "▁ metaspace ▁▁ itself", "Ġ and Ċ themselves", "<0x41> is not a byte", "{BOS}Hello{EOS}", "Hello{EOS} world", "a{EOS}{EOS}b", "{EOS}", " {BOS} spaced {EOS} ",
    "almost <|endoftex|> <s <unk", "https://example.com/path?query=1&other=%20", '{"key": [1, 2, 3], "text": "a\\"b"}', "def f(x):\n    return x * x\n",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "!!!???...,,,---", "The windlass turns slowly and the chain comes up from the deep.",
]
LLAMA3_PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def special(*texts):
    return [AddedToken(text, special=True, normalized=False) for text in texts]


def add_before(tokenizer, token):
    return processors.TemplateProcessing(
        single=f"{token} $A", pair=f"{token} $A {token} $B", special_tokens=[(token, tokenizer.token_to_id(token))]
    )


def gpt2_kind():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=700, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=special("<|endoftext|>"), show_progress=False
    )
    tokenizer.train_from_iterator([TRAINING_TEXT], trainer)
    return tokenizer, "<|endoftext|>", "<|endoftext|>"


def llama3_kind():
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(LLAMA3_PATTERN), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=700, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator([TRAINING_TEXT], trainer)
    tokenizer.add_special_tokens(special("<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"))
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), add_before(tokenizer, "<|begin_of_text|>")])
    return tokenizer, "<|begin_of_text|>", "<|eot_id|>"


def sentencepiece_model(specials):
    """A BPE over ▁-marked words whose unknown characters fall back to byte tokens."""
    trained = Tokenizer(models.BPE())
    trained.normalizer = normalizers.Replace(" ", "▁")
    trained.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    latin_text = "".join(character for character in TRAINING_TEXT if ord(character) < 0x400)
    trained.train_from_iterator(latin_text.split("\n"), trainers.BpeTrainer(vocab_size=550, show_progress=False))
    model = json.loads(trained.to_str())["model"]
    pieces = [*specials, *(f"<0x{byte:02X}>" for byte in range(256)), *sorted(model["vocab"], key=model["vocab"].get)]
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    merges = [tuple(pair) for pair in model["merges"]]
    return models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)


def llama2_kind():
    tokenizer = Tokenizer(sentencepiece_model(["<unk>", "<s>", "</s>"]))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens(special("<unk>", "<s>", "</s>"))
    tokenizer.post_processor = add_before(tokenizer, "<s>")
    return tokenizer, "<s>", "</s>"


def gemma_kind():
    tokenizer = Tokenizer(sentencepiece_model(["<pad>", "<eos>", "<bos>", "<unk>"]))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens(special("<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"))
    tokenizer.post_processor = add_before(tokenizer, "<bos>")
    return tokenizer, "<bos>", "<end_of_turn>"


def encoding(tokenizer, text):
    ids = tokenizer.encode(text).ids
    without_added = tokenizer.encode(text, add_special_tokens=False).ids
    tokenizer.encode_special_tokens = True
    as_plain_text = tokenizer.encode(text, add_special_tokens=False).ids
    tokenizer.encode_special_tokens = False
    return {
        "text": text, "ids": ids, "idsWithoutAdded": without_added, "idsAsPlainText": as_plain_text,
        "decoded": tokenizer.decode(ids, skip_special_tokens=False), "decodedWithoutSpecial": tokenizer.decode(ids, skip_special_tokens=True),
    }


def decodings(tokenizer):
    """Every beginning, and one ending, of a text whose characters take several tokens each."""
    ids = tokenizer.encode("a 🦊é龍 b", add_special_tokens=False).ids
    sequences = [ids[:end] for end in range(1, len(ids) + 1)] + [ids[len(ids) // 2 :]]
    return [{"ids": sequence, "decoded": tokenizer.decode(sequence)} for sequence in sequences]


def lines(name, items):
    return f'"{name}": [\n  ' + ",\n  ".join(json.dumps(item, ensure_ascii=True) for item in items) + "\n]"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = pathlib.Path(__file__).parent / "../../runtime/engine/src/test/resources/tokenizers"
    parser.add_argument("--output", type=pathlib.Path, default=default)
    output = parser.parse_args().output
    for name, make in {"gpt2": gpt2_kind, "llama3": llama3_kind, "llama2": llama2_kind, "gemma": gemma_kind}.items():
        tokenizer, begin, end = make()
        folder = output / name
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.save(str(folder / "tokenizer.json"))
        reopened = Tokenizer.from_file(str(folder / "tokenizer.json"))
        encodings = [encoding(reopened, text.replace("{BOS}", begin).replace("{EOS}", end)) for text in TEXTS]
        made_with = f'"madeWith": {json.dumps({"tokenizers": tokenizers.__version__})}'
        golden = f'{{{made_with},\n{lines("encodings", encodings)},\n{lines("decodings", decodings(reopened))}\n}}\n'
        json.loads(golden)
        (folder / "golden.json").write_text(golden)
        print(f"{name}: {reopened.get_vocab_size()} tokens, {(folder / 'tokenizer.json').stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
