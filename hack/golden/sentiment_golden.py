"""Writes what vaderSentiment makes of many sentences, for the test of our own implementation of its rules.

    pip install vaderSentiment==3.3.2
    python sentiment_golden.py [--output ../../runtime/policy/src/test/resources/dev/windlass/policy/filter/sentiment]

vader.tsv has a sentence and its compound score per line. Half of the sentences are written by hand, one for each rule; the others
are put together from the lexicon's own words, modifiers and marks, with a fixed seed.
"""

import argparse
import pathlib
import random

from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

WRITTEN = """
VADER is smart, handsome, and funny.
VADER is smart, handsome, and funny!
VADER is very smart, handsome, and funny.
VADER is VERY SMART, handsome, and FUNNY.
VADER is VERY SMART, handsome, and FUNNY!!!
VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!!
VADER is not smart, handsome, nor funny.
The book was good.
At least it isn't a horrible book.
The book was only kind of good.
The plot was good, but the characters are uncompelling and the dialog is not great.
Today SUX!
Today only kinda sux! But I'll get by, lol
Make sure you :) or :D today!
Catch utf-8 emoji such as 💘 and 💋 and 😁
Not bad at all
It was one of the worst movies I've seen, despite good reviews.
Unbelievably bad acting!!
Poor direction. VERY poor production.
The movie was bad. Very bad movie. VERY BAD movie!
She was the least helpful person I have ever met.
He is very least good.
At the very least it is good.
The least bad of them all.
I don't think this is without doubt the best.
It was without a doubt excellent.
It was never so good.
It was never this good before.
There was never a more wonderful day.
No problem, that is great.
no
No, thank you.
There is no good or bad in it.
no hate nor anger here
I am not happy or sad.
This is the shit!
That party was the bomb.
He is a bad ass driver.
I waited at the bus stop for an hour.
yeah right, that will work
yeah right great plan
The kiss of death for this good project.
A cake to die for, really.
My beating heart is full of love.
It cut the mustard.
sort of good
It was sort of a good idea to wait.
I kind of hate it.
just enough good food for all
This is kind-of nice.
HATE
I HATE it
I hate it
I HATE IT
it is GREAT but it is TERRIBLE
good but good but bad but bad
bad but bad good but good bad
Really? Are you sure??
Really??? Are you happy????
This is terrible?????
So happy!!!!!!!!!
:(
:-( that hurts
<3 you
I ❤ it
😡😡
bad😡day
good😀news
😀
Sad 😢, but hopeful 🙂.
Can't complain.
I can not stand this awful, disgusting place.
You are a stupid, worthless idiot and everyone hates you.
I will kill you, you pathetic loser.
I won't ever hurt you.
Nobody ain't happy.
Nothing good ever comes of that.
He rarely lies and seldom cheats.
Hardly anyone was amused.
Scarcely a success.
Extremely slightly good
very very very good
VERY very bad
The weather is expected to be 20 degrees tomorrow.
The capital of Portugal is Lisbon.

 
...
word
ok
"terrific"
(terrible)
'tis awful
Über schlimm, furchtbar!
C'est magnifique, merci beaucoup
это ужасно
最悪だ
a  b   c	good
good	great	bad
Great! Awful! Great! Awful!
Thanks for your help, I appreciate it.
I regret to inform you that your application was rejected.
War, murder, rape and torture.
Peace, love and understanding.
Don't worry, be happy.
Never have I been so disappointed.
It isn't the worst.
It wasn't all that bad, honestly.
The patient died of cancer after a painful struggle.
Congratulations on your promotion!!
You failed, but you tried hard and learned a lot.
uh-uh, not good
The service was despite all friendly.
I would neither recommend nor praise it.
greater good
most terrible
more fun, less pain
little joy, little sorrow
absolutely NOT good
absolutely, positively, TOTALLY fantastic
lol rofl lmao
meh
FML
u r gr8 m8
$$ cheap $
it's a trap!
xoxo
8-0
""".strip("\n").split("\n")


def generated(analyzer, count):
    random.seed(20140601)
    words = sorted(word for word in analyzer.lexicon if word.isascii())
    plain = "the a it was is this that movie day we they and or but so if when place thing very of to at".split()
    modifiers = NEGATE + list(BOOSTER_DICT) + list(SPECIAL_CASES) + ["least", "no", "but", "never so", "without doubt", "at least"]
    emojis = sorted(emoji for emoji in analyzer.emojis if len(emoji) == 1)
    for _ in range(count):
        parts = []
        for _ in range(random.randint(2, 14)):
            kind = random.random()
            pool = words if kind < 0.3 else modifiers if kind < 0.55 else plain if kind < 0.96 else emojis
            part = random.choice(pool)
            part = part.upper() if random.random() < 0.08 else part
            part += random.choice(["", "", "", "", "", ",", "!", "?", "...", "!!"]) if random.random() < 0.5 else ""
            parts.append(part)
        yield " ".join(parts) + random.choice(["", ".", "!", "!!!", "?", "??", "????"])


def main():
    here = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--output",
        type=pathlib.Path,
        default=here / "../../runtime/policy/src/test/resources/dev/windlass/policy/filter/sentiment",
    )
    output = parser.parse_args().output
    analyzer = SentimentIntensityAnalyzer()
    lines = []
    for sentence in WRITTEN + list(generated(analyzer, 400)):
        escaped = sentence.replace("\\", "\\\\").replace("\t", "\\t")
        lines.append("%s\t%s" % (analyzer.polarity_scores(sentence)["compound"], escaped))
    output.mkdir(parents=True, exist_ok=True)
    (output / "vader.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
