"""Makes tiny random encoders of every family and what transformers computes with them.

    pip install -r requirements.txt
    python encoder_golden.py [--models FOLDER] [--served FOLDER] [--tokenizers FOLDER]

models      a folder a case, with `config.json`, `model.safetensors` and `golden.json`: inputs as token ids and segments, and for
            each the last hidden states' mean, first and last row, or for a model with a head its logits
served      three whole models with tokenizers, as they are published, and `golden.json`: what comes of texts, embeddings pooled
            and normalised as sentence-transformers does it, scores of pairs, probabilities of labels
tokenizers  a WordPiece and a Unigram tokenizer and how they encode texts and pairs, whole and cut to several lengths

Each input is computed by itself, in float32 on the CPU with eager attention.
"""

import argparse
import json
import pathlib
import shutil

import tokenizers
import torch
import transformers
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from tokenizer_golden import TEXTS, TRAINING_TEXT

VOCABULARY = 96
LENGTHS = (3, 12, 37)

COMMON = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48, "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "max_position_embeddings": 48, "type_vocab_size": 2,
    "initializer_range": 0.02, "layer_norm_eps": 1e-12, "vocab_size": VOCABULARY, "torch_dtype": "float32",
}
BERT = COMMON | {"model_type": "bert", "architectures": ["BertModel"], "pad_token_id": 0, "position_embedding_type": "absolute"}
ROBERTA = COMMON | {
    "model_type": "roberta", "architectures": ["RobertaModel"], "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
    "type_vocab_size": 1, "layer_norm_eps": 1e-5,
}
XLM_ROBERTA = ROBERTA | {"model_type": "xlm-roberta", "architectures": ["XLMRobertaModel"]}
DISTILBERT = {
    "model_type": "distilbert", "architectures": ["DistilBertModel"], "activation": "gelu", "attention_dropout": 0.1, "dim": 32,
    "dropout": 0.1, "hidden_dim": 48, "initializer_range": 0.02, "max_position_embeddings": 48, "n_heads": 4, "n_layers": 2,
    "pad_token_id": 0, "qa_dropout": 0.1, "seq_classif_dropout": 0.2, "sinusoidal_pos_embds": False, "vocab_size": VOCABULARY,
}
MODERNBERT = {
    "model_type": "modernbert", "architectures": ["ModernBertModel"], "attention_bias": False, "attention_dropout": 0.0,
    "bos_token_id": 1, "classifier_activation": "gelu", "classifier_bias": False, "classifier_pooling": "mean", "cls_token_id": 1,
    "decoder_bias": True, "embedding_dropout": 0.0, "eos_token_id": 2, "global_attn_every_n_layers": 3, "global_rope_theta": 160000.0,
    "hidden_activation": "gelu", "hidden_size": 32, "initializer_range": 0.02, "intermediate_size": 48, "layer_norm_eps": 1e-5,
    "local_attention": 8, "local_rope_theta": 10000.0, "max_position_embeddings": 64, "mlp_bias": False, "norm_bias": False,
    "norm_eps": 1e-5, "num_attention_heads": 2, "num_hidden_layers": 4, "pad_token_id": 0, "sep_token_id": 2,
    "tie_word_embeddings": True, "torch_dtype": "float32", "vocab_size": VOCABULARY,
}
THREE_LABELS = {"id2label": {"0": "calm", "1": "rough", "2": "wild"}, "label2id": {"calm": 0, "rough": 1, "wild": 2}}
ONE_LABEL = {"id2label": {"0": "LABEL_0"}, "label2id": {"LABEL_0": 0}}
SEVERAL_AT_ONCE = {"problem_type": "multi_label_classification"}

# A case: its config.json, the type its weights are kept in, and whether norms are named as in the first BERT checkpoints.
CASES = {
    "bert": (BERT, "float32", False),
    "bert-masked-old-names": (
        BERT | {"architectures": ["BertForMaskedLM"], "hidden_act": "gelu_new", "num_attention_heads": 2, "type_vocab_size": 3}, "float16", True),
    "bert-classifier": (BERT | THREE_LABELS | {"architectures": ["BertForSequenceClassification"]}, "float16", False),
    "bert-reranker": (BERT | ONE_LABEL | {"architectures": ["BertForSequenceClassification"], "hidden_act": "relu"}, "bfloat16", False),
    "roberta": (ROBERTA, "float16", False),
    "roberta-masked": (ROBERTA | {"architectures": ["RobertaForMaskedLM"], "pad_token_id": 4}, "float16", False),
    "roberta-classifier": (
        ROBERTA | THREE_LABELS | SEVERAL_AT_ONCE | {"architectures": ["RobertaForSequenceClassification"]}, "float16", False),
    "xlm-roberta": (XLM_ROBERTA, "float16", False),
    "xlm-roberta-reranker": (
        XLM_ROBERTA | ONE_LABEL | {"architectures": ["XLMRobertaForSequenceClassification"], "type_vocab_size": 2}, "float16", False),
    "distilbert": (DISTILBERT, "float16", False),
    "distilbert-classifier": (
        DISTILBERT | THREE_LABELS | {"architectures": ["DistilBertForSequenceClassification"], "activation": "relu"}, "float16", False),
    "modernbert": (MODERNBERT, "float16", False),
    "modernbert-new-form": (
        {key: value for key, value in MODERNBERT.items() if key not in
         ("global_attn_every_n_layers", "global_rope_theta", "local_rope_theta", "torch_dtype", "layer_norm_eps")}
        | {"architectures": ["ModernBertForMaskedLM"], "dtype": "float32", "num_hidden_layers": 3, "attention_bias": True,
           "mlp_bias": True, "norm_bias": True, "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
           "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 50000.0},
                               "sliding_attention": {"rope_type": "default", "rope_theta": 5000.0}}}, "float16", False),
    "modernbert-classifier": (
        MODERNBERT | THREE_LABELS | {"architectures": ["ModernBertForSequenceClassification"], "num_hidden_layers": 3}, "float16", False),
    "modernbert-reranker": (
        MODERNBERT | ONE_LABEL | {"architectures": ["ModernBertForSequenceClassification"], "num_hidden_layers": 2, "norm_bias": True,
                                  "classifier_pooling": "cls", "classifier_bias": True, "classifier_activation": "relu"}, "float16", False),
}


@torch.no_grad()
def randomise(model, seed):
    """Weights wide enough that every part of the model matters: norms and biases are not ones and zeros."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        values = torch.randn(parameter.shape, generator=generator)
        if "norm" in name.lower() and name.endswith("weight"):
            parameter.copy_(1 + 0.3 * values)
        elif name.endswith("bias"):
            parameter.copy_(0.2 * values)
        elif "embedding" in name:
            parameter.copy_(0.5 * values)
        else:
            parameter.copy_(0.25 * values)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n")


def rounded(tensor):
    return [float(f"{value:.7g}") for value in tensor.flatten().tolist()]


def is_of_masked_head(architecture, name):
    """Shares memory with the embedding, which safetensors will not write twice, and no encoder needs it."""
    return architecture.endswith("MaskedLM") and name.startswith(("cls.", "lm_head.", "vocab_", "decoder.", "head."))


def make_model(folder, config, kind, old_names=False):
    """Writes config.json and model.safetensors, and opens the model from them as anyone would."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_json(folder / "config.json", config)
    kind = getattr(torch, kind)
    architecture = getattr(transformers, config["architectures"][0])
    model = architecture(transformers.AutoConfig.from_pretrained(folder))
    randomise(model, len(folder.name))
    tensors = {
        name: tensor.to(kind).contiguous() for name, tensor in model.state_dict().items()
        if not is_of_masked_head(architecture.__name__, name)
    }
    if old_names:
        tensors = {name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
                   for name, tensor in tensors.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    for parameter in model.parameters():
        parameter.data = parameter.data.to(kind).to(torch.float32)
    model.set_attn_implementation("eager")
    return model.eval()


@torch.no_grad()
def compute(model, tokens, segments):
    arguments = {"input_ids": torch.tensor([tokens])}
    if getattr(model.config, "type_vocab_size", 1) > 1:
        arguments["token_type_ids"] = torch.tensor([segments])
    if type(model).__name__.endswith("ForSequenceClassification"):
        return {"logits": rounded(model(**arguments).logits[0])}
    states = getattr(model, model.base_model_prefix, model)(**arguments).last_hidden_state[0]
    return {"mean": rounded(states.mean(0)), "first": rounded(states[0]), "last": rounded(states[-1])}


def make_case(name, output):
    folder = output / name
    config, kind, old_names = CASES[name]
    model = make_model(folder, config, kind, old_names)
    generator = torch.Generator().manual_seed(len(name))
    inputs = []
    for length in LENGTHS:
        tokens = torch.randint(5, VOCABULARY, (length,), generator=generator).tolist()
        segments = [int(position >= length // 2) for position in range(length)]
        inputs.append({"tokens": tokens, "segments": segments} | compute(model, tokens, segments))
    write_golden(folder / "golden.json", {"inputs": inputs})
    print(f"{name}: {sum(file.stat().st_size for file in folder.iterdir()) // 1024} KiB")


def write_golden(path, lists):
    made_with = {"transformers": transformers.__version__, "torch": torch.__version__.split("+")[0], "tokenizers": tokenizers.__version__}
    body = ",\n".join(f"{json.dumps(name)}: [\n " + ",\n ".join(json.dumps(item) for item in items) + "\n]" for name, items in lists.items())
    path.write_text(f'{{"madeWith": {json.dumps(made_with)},\n{body}\n}}\n')


def special(*texts):
    return [AddedToken(text, special=True, normalized=False) for text in texts]


def pair_template(tokenizer, begin, end, between, second):
    """Puts `begin` before, `end` behind and `between` between texts, the second of which is of segment `second`."""
    return processors.TemplateProcessing(
        single=f"{begin}:0 $A:0 {end}:0", pair=f"{begin}:0 $A:0 {between} $B:{second} {end}:{second}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (begin, end)])


def wordpiece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=420, special_tokens=special("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"), show_progress=False)
    tokenizer.train_from_iterator([TRAINING_TEXT], trainer)
    tokenizer.post_processor = pair_template(tokenizer, "[CLS]", "[SEP]", "[SEP]:0", 1)
    return tokenizer, {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=420, special_tokens=special("<s>", "<pad>", "</s>", "<unk>"), unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(TRAINING_TEXT.split("\n"), trainer)
    tokenizer.post_processor = pair_template(tokenizer, "<s>", "</s>", "</s>:0 </s>:0", 0)
    return tokenizer, {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}


def cut(tokenizer, first, second, length):
    tokenizer.enable_truncation(length)
    encoding = tokenizer.encode(first, second)
    tokenizer.no_truncation()
    return {"length": length, "tokens": encoding.ids, "segments": encoding.type_ids}


def make_tokenizer(name, folder):
    tokenizer, names = {"wordpiece": wordpiece, "unigram": unigram}[name]()
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    write_json(folder / "tokenizer_config.json", names)
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def make_encodings(name, folder):
    tokenizer = make_tokenizer(name, folder)
    texts = [text for text in TEXTS if "{" not in text]
    singles, pairs = [], []
    for text in texts:
        encoding = tokenizer.encode(text)
        lengths = [length for length in (4, 9) if length < len(encoding.ids)]
        singles.append({"text": text, "tokens": encoding.ids, "segments": encoding.type_ids, "cut": [cut(tokenizer, text, None, length) for length in lengths]})
    for first, second in zip(texts[::2], texts[1::2] + texts[:4]):
        encoding = tokenizer.encode(first, second)
        lengths = [length for length in (7, 12, 13, 20) if length < len(encoding.ids)]
        pairs.append({"first": first, "second": second, "tokens": encoding.ids, "segments": encoding.type_ids,
                      "cut": [cut(tokenizer, first, second, length) for length in lengths]})
    write_golden(folder / "golden.json", {"singles": singles, "pairs": pairs})


SENTENCES = [
    "The windlass turns slowly.", "a chain comes up from the deep", "Voilà, un café à Orléans.", "Hello",
    "Language models read and write tokens, one after the other; the queue grows, two replicas start, and the queue is empty again.",
    "東京は日本の首都です。",
]
QUESTION = "Where does the chain come from?"


def served_folder(output, name, config, kind, tokenizer):
    tokenizer_of = {"wordpiece": wordpiece, "unigram": unigram}[tokenizer]
    size = tokenizer_of()[0].get_vocab_size()
    folder = output / name
    model = make_model(folder, config | {"vocab_size": size}, kind)
    return folder, model, make_tokenizer(tokenizer, folder)


@torch.no_grad()
def make_embedder(output):
    folder, model, tokenizer = served_folder(output, "embedder", BERT, "float16", "wordpiece")
    write_json(folder / "modules.json", [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}])
    (folder / "1_Pooling").mkdir()
    write_json(folder / "1_Pooling/config.json", {
        "word_embedding_dimension": 32, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True,
        "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": 24, "do_lower_case": False})
    texts = []
    for sentence in SENTENCES:
        tokenizer.enable_truncation(24)
        encoding = tokenizer.encode(sentence)
        tokenizer.no_truncation()
        mean = torch.tensor(compute(model, encoding.ids, encoding.type_ids)["mean"])
        texts.append({"text": sentence, "tokens": len(tokenizer.encode(sentence).ids), "embedding": rounded(mean / mean.norm())})
    write_golden(folder / "golden.json", {"texts": texts})


def make_reranker(output):
    config = XLM_ROBERTA | ONE_LABEL | {"architectures": ["XLMRobertaForSequenceClassification"]}
    folder, model, tokenizer = served_folder(output, "reranker", config, "float16", "unigram")
    documents = []
    for document in SENTENCES[:4]:
        encoding = tokenizer.encode(QUESTION, document)
        logit = compute(model, encoding.ids, encoding.type_ids)["logits"][0]
        documents.append({"query": QUESTION, "document": document, "tokens": len(encoding.ids), "score": float(torch.tensor(logit).sigmoid())})
    write_golden(folder / "golden.json", {"documents": documents})


def make_classifier(output):
    config = DISTILBERT | THREE_LABELS | SEVERAL_AT_ONCE | {"architectures": ["DistilBertForSequenceClassification"]}
    folder, model, tokenizer = served_folder(output, "classifier", config, "float16", "wordpiece")
    texts = []
    for sentence in SENTENCES:
        encoding = tokenizer.encode(sentence)
        if len(encoding.ids) <= 48:
            logits = torch.tensor(compute(model, encoding.ids, encoding.type_ids)["logits"])
            texts.append({"text": sentence, "tokens": len(encoding.ids), "probabilities": rounded(logits.sigmoid())})
    write_golden(folder / "golden.json", {"texts": texts})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    runtime = pathlib.Path(__file__).parent / "../../runtime"
    parser.add_argument("--models", type=pathlib.Path, default=runtime / "model/src/test/resources/encoders")
    parser.add_argument("--served", type=pathlib.Path, default=runtime / "server/src/test/resources/encoders")
    parser.add_argument("--tokenizers", type=pathlib.Path, default=runtime / "engine/src/test/resources/tokenizers")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for name in CASES:
        make_case(name, arguments.models)
    for make in (make_embedder, make_reranker, make_classifier):
        make(arguments.served)
    for name in ("wordpiece", "unigram"):
        make_encodings(name, arguments.tokenizers / name)


if __name__ == "__main__":
    main()
