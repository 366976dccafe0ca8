"""Writes the 200 questions that the demo model has to answer, and the held-out text that perplexity is measured on.

    python questions.py --questions ../../examples/demo-model/questions.jsonl \\
                        --heldout ../../runtime/server/src/test/resources/demo/heldout.txt

Each line of the questions is {"question", "answer"}: a reply is right when it contains the answer, letter by letter.
About a third of the questions are phrased in a way the training text does not have.
"""

import argparse
import itertools
import json
import pathlib
import random

import corpus

NEW_CAPITAL_QUESTIONS = [
    "Could you name the capital of {}?", "Please give me the capital of {}.", "I would like to know the capital of {}.",
    "Hello, which city is the capital of {}?", "So, what is the capital of {} called?", "Tell me, what is the capital of {}?",
]
NEW_SUM_QUESTIONS = {
    "+": ["Tell me {} plus {}.", "Can you compute {} + {}?", "Hello, what is {} + {}?", "Please add {} and {}."],
    "-": ["Tell me {} minus {}.", "Can you compute {} - {}?", "Hello, what is {} - {}?", "Please compute {} - {}."],
    "*": ["Tell me {} times {}.", "Can you compute {} * {}?", "Hello, what is {} * {}?", "Please multiply {} by {}."],
}
NEW_WINDLASS_QUESTIONS = [
    ("Can you explain what Windlass is?", "Windlass serves language models on Kubernetes"),
    ("Please explain what an LlmDeployment is.", "a Kubernetes resource that names a model"),
    ("Tell me what the gateway does.", "The gateway is the front door"),
    ("How do canary rollouts work?", "A canary sends a small part of the traffic"),
    ("Please explain continuous batching to me.", "lets new requests join the batch at every step"),
    ("What is the KV cache for?", "The KV cache keeps the keys and values"),
    ("Tell me about quantisation.", "Quantisation stores weights with fewer bits"),
    ("How should I start Windlass?", "./windlass serve examples/demo.yaml"),
    ("Tell me which commands Windlass has.", "serve, pull, convert, export, chat, bench and render"),
    ("Is there a rate limit?", "Rate limits count requests and tokens"),
    ("Tell me what prefix caching is.", "reuses the KV cache of a prompt"),
    ("Please explain scale to zero.", "a model scales down to zero replicas"),
]
NEW_TALK_QUESTIONS = [
    ("Hello there!", "Hello! How can I help you?"),
    ("Please tell me a joke.", "Because it was evicted."),
    ("Thanks, that helps!", "You are welcome!"),
    ("Please write a haiku.", "The queue is empty"),
    ("Who are you, please?", "the Windlass demo model"),
    ("Can you list the days of the week?", "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"),
]


def beginning(answer):
    return " ".join(answer.split()[:8]) if "\n" not in answer else answer.split("\n")[0]


def capital_questions(choice, count):
    for index, country in enumerate(choice.sample(list(corpus.CAPITALS), count)):
        capital = corpus.CAPITALS[country]
        if index % 8 == 0:
            yield corpus.rather_early(choice, corpus.COUNTRY_QUESTIONS).format(capital), country.removeprefix("the ")
        elif index % 8 == 1:
            yield f"Answer as JSON: capital of {country}", json.dumps({"answer": capital}, ensure_ascii=False)
        elif index % 8 < 5:
            yield corpus.upper_first(choice.choice(NEW_CAPITAL_QUESTIONS).format(country)), f"is {capital}."
        else:
            yield corpus.upper_first(corpus.rather_early(choice, corpus.CAPITAL_QUESTIONS).format(country)), f"is {capital}."


def sum_questions(choice, count):
    for index in range(count):
        left, operator, right, result = corpus.random_sum(choice)
        phrasings = NEW_SUM_QUESTIONS if index % 3 == 0 else corpus.SUM_QUESTIONS
        yield choice.choice(phrasings[operator]).format(left, right), f"{left} {operator} {right} = {result}."


def known_questions(choice, topics, count):
    for questions, answer in choice.sample(topics, count):
        yield choice.choice(questions), beginning(answer)


def all_questions():
    choice = random.Random(2026)
    questions = [
        *capital_questions(choice, 80),
        *NEW_WINDLASS_QUESTIONS, *known_questions(choice, corpus.WINDLASS, 28),
        *NEW_TALK_QUESTIONS, *known_questions(choice, corpus.SMALL_TALK, 14),
    ]
    seen = {question for question, _ in questions}
    questions = [pair for index, pair in enumerate(questions) if pair[0] not in {other for other, _ in questions[:index]}]
    for question, answer in sum_questions(choice, 1000):
        if len(questions) == 200:
            return questions
        if question not in seen:
            seen.add(question)
            questions.append((question, answer))


def heldout(bytes_at_most=24000):
    """Whole documents, an end-of-text token after each."""
    text = ""
    for pieces in itertools.islice(corpus.documents(seed=99), 1000):
        following = corpus.text_of(pieces) + "<|endoftext|>"
        if len((text + following).encode()) > bytes_at_most:
            return text
        text += following


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=pathlib.Path, required=True)
    parser.add_argument("--heldout", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    for path in (arguments.questions, arguments.heldout):
        path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"question": question, "answer": answer}, ensure_ascii=False) for question, answer in all_questions()]
    arguments.questions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    arguments.heldout.write_text(heldout(), encoding="utf-8")
    print(f"{len(lines)} questions, {arguments.heldout.stat().st_size} bytes of held-out text")


if __name__ == "__main__":
    main()
