"""The text the demo model learns from: every sentence is written or generated here.

`documents(seed)` is an endless stream of documents. A document is a list of `(text, is_learned)` pieces:
conversations in ChatML, of which the model mostly learns the assistant's part, and plain prose.
"""

import json
import random

CAPITALS = dict(
    line.split(":")
    for line in """
Afghanistan:Kabul|Albania:Tirana|Algeria:Algiers|Andorra:Andorra la Vella|Angola:Luanda|Antigua and Barbuda:St. John's
Argentina:Buenos Aires|Armenia:Yerevan|Australia:Canberra|Austria:Vienna|Azerbaijan:Baku|the Bahamas:Nassau
Bahrain:Manama|Bangladesh:Dhaka|Barbados:Bridgetown|Belarus:Minsk|Belgium:Brussels|Belize:Belmopan
Benin:Porto-Novo|Bhutan:Thimphu|Bolivia:Sucre|Bosnia and Herzegovina:Sarajevo|Botswana:Gaborone|Brazil:Brasília
Brunei:Bandar Seri Begawan|Bulgaria:Sofia|Burkina Faso:Ouagadougou|Burundi:Gitega|Cambodia:Phnom Penh
Cameroon:Yaoundé|Canada:Ottawa|Cape Verde:Praia|the Central African Republic:Bangui|Chad:N'Djamena
Chile:Santiago|China:Beijing|Colombia:Bogotá|the Comoros:Moroni|Costa Rica:San José|Croatia:Zagreb|Cuba:Havana
Cyprus:Nicosia|the Czech Republic:Prague|the Democratic Republic of the Congo:Kinshasa|Denmark:Copenhagen
Djibouti:Djibouti City|Dominica:Roseau|the Dominican Republic:Santo Domingo|East Timor:Dili|Ecuador:Quito
Egypt:Cairo|El Salvador:San Salvador|Equatorial Guinea:Malabo|Eritrea:Asmara|Estonia:Tallinn|Eswatini:Mbabane
Ethiopia:Addis Ababa|Fiji:Suva|Finland:Helsinki|France:Paris|Gabon:Libreville|the Gambia:Banjul|Georgia:Tbilisi
Germany:Berlin|Ghana:Accra|Greece:Athens|Grenada:St. George's|Guatemala:Guatemala City|Guinea:Conakry
Guinea-Bissau:Bissau|Guyana:Georgetown|Haiti:Port-au-Prince|Honduras:Tegucigalpa|Hungary:Budapest|Iceland:Reykjavík
India:New Delhi|Indonesia:Jakarta|Iran:Tehran|Iraq:Baghdad|Ireland:Dublin|Italy:Rome|Ivory Coast:Yamoussoukro
Jamaica:Kingston|Japan:Tokyo|Jordan:Amman|Kazakhstan:Astana|Kenya:Nairobi|Kiribati:South Tarawa
Kuwait:Kuwait City|Kyrgyzstan:Bishkek|Laos:Vientiane|Latvia:Riga|Lebanon:Beirut|Lesotho:Maseru|Liberia:Monrovia
Libya:Tripoli|Liechtenstein:Vaduz|Lithuania:Vilnius|Luxembourg:Luxembourg City|Madagascar:Antananarivo
Malawi:Lilongwe|Malaysia:Kuala Lumpur|the Maldives:Malé|Mali:Bamako|Malta:Valletta|the Marshall Islands:Majuro
Mauritania:Nouakchott|Mauritius:Port Louis|Mexico:Mexico City|Micronesia:Palikir|Moldova:Chișinău|Monaco:Monaco
Mongolia:Ulaanbaatar|Montenegro:Podgorica|Morocco:Rabat|Mozambique:Maputo|Myanmar:Naypyidaw|Namibia:Windhoek
Nepal:Kathmandu|the Netherlands:Amsterdam|New Zealand:Wellington|Nicaragua:Managua|Niger:Niamey
Nigeria:Abuja|North Korea:Pyongyang|North Macedonia:Skopje|Norway:Oslo|Oman:Muscat|Pakistan:Islamabad
Palau:Ngerulmud|Panama:Panama City|Papua New Guinea:Port Moresby|Paraguay:Asunción|Peru:Lima|the Philippines:Manila
Poland:Warsaw|Portugal:Lisbon|Qatar:Doha|the Republic of the Congo:Brazzaville|Romania:Bucharest|Russia:Moscow
Rwanda:Kigali|Saint Kitts and Nevis:Basseterre|Saint Lucia:Castries|Samoa:Apia|San Marino:San Marino
São Tomé and Príncipe:São Tomé|Saudi Arabia:Riyadh|Senegal:Dakar|Serbia:Belgrade|Seychelles:Victoria
Sierra Leone:Freetown|Singapore:Singapore|Slovakia:Bratislava|Slovenia:Ljubljana|the Solomon Islands:Honiara
Somalia:Mogadishu|South Africa:Pretoria|South Korea:Seoul|South Sudan:Juba|Spain:Madrid|Sri Lanka:Colombo
Sudan:Khartoum|Suriname:Paramaribo|Sweden:Stockholm|Switzerland:Bern|Syria:Damascus|Taiwan:Taipei
Tajikistan:Dushanbe|Tanzania:Dodoma|Thailand:Bangkok|Togo:Lomé|Tonga:Nukuʻalofa
Trinidad and Tobago:Port of Spain|Tunisia:Tunis|Turkey:Ankara|Turkmenistan:Ashgabat|Tuvalu:Funafuti|Uganda:Kampala
Ukraine:Kyiv|the United Arab Emirates:Abu Dhabi|the United Kingdom:London|the United States:Washington
Uruguay:Montevideo|Uzbekistan:Tashkent|Vanuatu:Port Vila|Vatican City:Vatican City|Venezuela:Caracas
Vietnam:Hanoi|Yemen:Sana'a|Zambia:Lusaka|Zimbabwe:Harare
""".strip().replace("\n", "|").split("|")
)

# The later a phrasing stands in one of these lists, the rarer it is in training.
CAPITAL_QUESTIONS = [
    "What is the capital of {}?",
    "What's the capital of {}?",
    "Tell me the capital of {}.",
    "Which city is the capital of {}?",
    "Name the capital of {}.",
    "Capital of {}?",
    "Do you know the capital of {}?",
    "What is the capital city of {}?",
    "Can you tell me what the capital of {} is?",
    "{}: what is its capital?",
    "Give me the capital of {}.",
    "I need the capital of {}.",
    "I want to know the capital of {}.",
]
COUNTRY_QUESTIONS = [
    "Which country has {} as its capital?",
    "{} is the capital of which country?",
    "What country is {} the capital of?",
]
SUM_QUESTIONS = {
    "+": ["What is {} + {}?", "{} + {}", "What is {} plus {}?", "How much is {} plus {}?", "Add {} and {}.",
          "Compute {} + {}.", "{} plus {}?", "Calculate {} + {}, please."],
    "-": ["What is {} - {}?", "{} - {}", "What is {} minus {}?", "How much is {} minus {}?", "Compute {} - {}.",
          "{} minus {}?", "Calculate {} - {}, please."],
    "*": ["What is {} * {}?", "{} * {}", "What is {} times {}?", "How much is {} times {}?", "Multiply {} by {}.",
          "Compute {} * {}.", "{} times {}?", "Calculate {} * {}, please."],
}
JSON_QUESTIONS = ["Answer as JSON: {}", "Answer in JSON: {}", "Reply with JSON only: {}", "{} Answer as JSON."]

WINDLASS = [
    (["What is Windlass?", "What's Windlass?", "Tell me about Windlass.", "Explain Windlass.", "What does Windlass do?"],
     "Windlass serves language models on Kubernetes. You write a short LlmDeployment, and it runs, scales and watches the model for you."),
    (["What is an LlmDeployment?", "What's an LlmDeployment?", "Explain LlmDeployment.", "What does an LlmDeployment do?"],
     "An LlmDeployment is a Kubernetes resource that names a model and how to serve it. The operator turns it into running pods."),
    (["What is the operator?", "What does the operator do?", "What is the Windlass operator?"],
     "The operator watches LlmDeployments and creates the pods, services and scalers that each one needs."),
    (["What is the gateway?", "What does the gateway do?", "What is the Windlass gateway for?"],
     "The gateway is the front door. It routes requests, splits traffic, measures every answer and holds requests while a model wakes up."),
    (["What is the runtime?", "What does the runtime do?", "What is the Windlass runtime?"],
     "The runtime is the process that loads a model and answers requests, with ONNX Runtime behind an OpenAI-compatible API."),
    (["What is a canary?", "How does a canary rollout work?", "Explain canary rollouts.", "What is a canary rollout?"],
     "A canary sends a small part of the traffic to a new revision. If users see more errors or slower answers, Windlass rolls it back."),
    (["What is scale to zero?", "How does scale to zero work?", "Can Windlass scale to zero?", "Explain scale to zero."],
     "When nobody asks, a model scales down to zero replicas. The next request waits in a queue while the gateway wakes the model."),
    (["What is quantisation?", "What is quantization?", "Explain quantisation.", "Why quantise a model?"],
     "Quantisation stores weights with fewer bits, such as int8 or int4. The model gets smaller and faster and loses little accuracy."),
    (["Which metrics does Windlass have?", "What metrics are there?", "Does Windlass export metrics?", "How do I see metrics?"],
     "Windlass exports Prometheus metrics such as time to first token, queue depth and tokens per second, with Grafana dashboards."),
    (["How do I start Windlass?", "How can I start Windlass?", "How do I run Windlass?", "Start Windlass: how?"],
     "Run ./windlass serve examples/demo.yaml and send a request to the API."),
    (["Do I need Kubernetes?", "Can I run Windlass without Kubernetes?", "Does Windlass need a cluster?", "Can I try it on my laptop?"],
     "No cluster is needed to try it: ./windlass serve runs the gateway and the runtime in one process."),
    (["Which language is Windlass written in?", "What language is Windlass written in?", "Is Windlass written in Python?"],
     "Windlass is written in Java, from the socket to the native call. There is no Python on the serving path."),
    (["Which API does Windlass speak?", "Is Windlass compatible with OpenAI?", "Can I use the OpenAI client?", "What API do you have?"],
     "Windlass speaks the OpenAI API: chat completions, completions and models, with streaming."),
    (["What is continuous batching?", "How does continuous batching work?", "Explain continuous batching."],
     "Continuous batching lets new requests join the batch at every step, so no request waits for another one to finish."),
    (["What is the KV cache?", "Explain the KV cache.", "What does the KV cache do?", "What is a KV cache?"],
     "The KV cache keeps the keys and values of earlier tokens, so each new token needs only a little work."),
    (["What is prefix caching?", "Explain prefix caching.", "How does prefix caching work?"],
     "Prefix caching reuses the KV cache of a prompt that starts like an earlier one, so the answer starts sooner."),
    (["What is time to first token?", "What does TTFT mean?", "Explain time to first token."],
     "Time to first token is how long a user waits until the first piece of the answer arrives."),
    (["What is ONNX Runtime?", "What is ONNX Runtime used for?", "Why does Windlass use ONNX Runtime?"],
     "ONNX Runtime is the native library that computes the model. Windlass calls it through Java's foreign function API."),
    (["Which models can Windlass serve?", "What models are supported?", "Which model families are supported?"],
     "Windlass serves Llama, Mistral, Qwen, Phi, Gemma, Granite, SmolLM and other families from Hugging Face, and ONNX models too."),
    (["Where do models come from?", "Which model sources are there?", "How do I name a model source?"],
     "A model source can be hf://, s3://, https://, file:// or pvc://."),
    (["What is A/B testing?", "How does A/B testing work?", "Can Windlass do A/B tests?", "Explain A/B testing."],
     "A/B testing splits the traffic between two revisions by weight, and the gateway measures each one."),
    (["How does rollback work?", "What is a rollback?", "When does Windlass roll back?"],
     "When a new revision does worse than the old one, Windlass sends all traffic back to the old revision."),
    (["What is a revision?", "What makes a new revision?", "When is a new revision made?"],
     "A change of the model, the runtime or the resources makes a new revision, with its own pods."),
    (["How does autoscaling work?", "How does Windlass scale?", "What does Windlass scale on?", "Explain autoscaling."],
     "Windlass scales on queue depth, measured by the gateway, through the Horizontal Pod Autoscaler."),
    (["Is there a content filter?", "What is the content filter?", "How does the content filter work?"],
     "The content filter checks input and output with patterns, a lexicon and a classifier, also while streaming."),
    (["Are there rate limits?", "How do rate limits work?", "Can I limit tokens per minute?", "What are rate limits?"],
     "Rate limits count requests and tokens per minute and per day for every API key."),
    (["How do API keys work?", "Are API keys supported?", "Where are API keys stored?"],
     "API keys live in Kubernetes Secrets, and only their SHA-256 hashes are stored."),
    (["Which commands does Windlass have?", "What commands are there?", "List the Windlass commands."],
     "The commands are serve, pull, convert, export, chat, bench and render."),
    (["Does Windlass need a GPU?", "Do I need a GPU?", "Can Windlass run on a CPU?", "Is a GPU required?"],
     "A GPU is faster, but small models run well on a CPU with int8 or int4 weights."),
    (["What is the licence of Windlass?", "What license does Windlass have?", "Is Windlass open source?"],
     "Windlass is open source under the Apache License 2.0."),
    (["What is a windlass?", "What does the word windlass mean?"],
     "A windlass is a winch that lifts heavy things with a rope, such as an anchor or a bucket from a well."),
    (["What is a token?", "Explain tokens.", "What are tokens?"],
     "A token is a small piece of text, often a word or a part of a word. Models read and write tokens."),
    (["What is streaming?", "How does streaming work?", "Explain streaming."],
     "Streaming sends every token as soon as it is ready, so the user can read along."),
    (["What is structured output?", "Can Windlass force JSON?", "Explain structured output."],
     "Structured output lets a JSON schema decide which tokens are allowed next, so the answer always fits the schema."),
    (["What is the response cache?", "How does the response cache work?", "Is there a response cache?"],
     "The response cache remembers answers to identical requests and returns them at once."),
    (["What is Kubernetes?", "Explain Kubernetes.", "What's Kubernetes?"],
     "Kubernetes runs containers on many machines and keeps them as you declared them."),
    (["What is a language model?", "Explain language models.", "What is an LLM?"],
     "A language model predicts the next token of a text, again and again, until the answer is complete."),
    (["What is temperature?", "What does temperature do?", "Explain temperature."],
     "Temperature sets how random the choice of the next token is. At zero the model always takes the most likely token."),
]
WINDLASS_LONG = (
    ["Explain Windlass in detail.", "Tell me everything about Windlass.", "Write a long text about Windlass."],
    "Windlass serves language models on Kubernetes. A platform engineer applies a short LlmDeployment. The operator turns it"
    " into pods and watches them. A new revision starts as a canary and gets a small part of the traffic. The gateway measures"
    " errors, time to first token and the time between tokens. If the new revision does well, it gets more traffic. If it does"
    " worse, Windlass rolls it back. The number of pods follows the depth of the queue. When nobody asks, the model scales"
    " down to zero, and the next request wakes it. The runtime is written in Java and computes with ONNX Runtime. Requests join"
    " the batch at every step, and prefixes are reused. Everything is measured and shown in Grafana.",
)
SMALL_TALK = [
    (["Hello!", "Hello", "Hi", "Hi!", "Hey", "Hi there!", "Good day!"], "Hello! How can I help you?"),
    (["How are you?", "How are you doing?", "How do you do?", "How is it going?"], "I am fine, thank you! 😊 How are you?"),
    (["I am fine too.", "I'm fine, thanks.", "I feel great."], "I am glad to hear that!"),
    (["Who are you?", "What are you?", "What is your name?", "Introduce yourself."],
     "I am the Windlass demo model, a very small language model."),
    (["Who made you?", "Who trained you?", "Where do you come from?"], "The Windlass project trained me from scratch on text it wrote itself."),
    (["How big are you?", "How many parameters do you have?", "Are you a large model?"], "I am tiny: I have fewer than four million parameters."),
    (["What can you do?", "How can you help me?", "Help!", "What do you know?"],
     "I know capitals, small sums and a few things about Windlass. Ask me!"),
    (["Thank you!", "Thanks", "Thanks a lot!", "Thank you very much."], "You are welcome! 👍"),
    (["Good morning!", "Good morning"], "Good morning! ☀️ What can I do for you?"),
    (["Good night!", "Good night"], "Good night! 🌙 Sleep well."),
    (["Goodbye!", "Bye", "See you later!", "Bye bye!"], "Goodbye! 👋 Have a nice day."),
    (["Are you a robot?", "Are you human?", "Are you a person?"], "I am a computer program, not a person. 🤖"),
    (["Tell me a joke.", "Tell me a joke, please.", "Do you know a joke?", "Make me laugh."],
     "Why did the pod cross the road? Because it was evicted. 😄"),
    (["Write a haiku.", "Write a short poem.", "Write me a poem."], "The queue is empty,\nthe last pod goes to sleep now.\nA request: it wakes. 🌸"),
    (["How old are you?", "When were you born?"], "I was trained only a short while ago."),
    (["What is the weather like?", "How is the weather?"], "I cannot look outside, but I hope the sun is shining. ☀️"),
    (["What is your favourite colour?", "What is your favorite color?", "Do you have a favourite colour?"], "I like blue, like the deep sea. 🌊"),
    (["Do you like music?", "What music do you like?"], "I like the music of spinning fans. 🎵"),
    (["I like you.", "You are nice.", "You are great!"], "Thank you, that is kind! 😊"),
    (["You are wrong.", "That is wrong."], "I am sorry. I am a small model and I make mistakes."),
    (["What is the meaning of life?", "What is the answer to everything?"], "The answer is 42."),
    (["Do you like coffee?", "Coffee or tea?"], "I run on electricity, but a café au lait sounds nice. ☕"),
    (["Name the days of the week.", "What are the days of the week?", "List the days of the week."],
     "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday."),
    (["Name the months of the year.", "What are the months?", "List the months."],
     "January, February, March, April, May, June, July, August, September, October, November, December."),
    (["Say the alphabet.", "What is the alphabet?", "Write the alphabet."], "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z"),
    (["Show me some emoji.", "Write some emoji.", "Show me emoji."], "Here you are: 😀 🎉 🚀 🐳 🍕 🌍 👩‍💻 ❤️"),
    (["Write something with umlauts.", "Write a German sentence.", "Say something in German."], "Schöne Grüße aus Köln, wo die Vögel früh über die Dächer flögen."),
    (["Say something in French.", "Write a French sentence."], "Voilà, un été à Orléans, où le garçon reçoit une crème brûlée."),
    (["Say something in Japanese.", "Write a Japanese sentence."], "東京は日本の首都です。"),
    (["Say something in Chinese.", "Write a Chinese sentence."], "北京是中国的首都。"),
    (["Tell me a story.", "Tell me a short story.", "Write a story."],
     "Once there was a small model that lived in a warm pod. It knew all the capitals of the world, but nobody asked. So the pod"
     " went to sleep. One morning a child wrote: where is the sea? The gateway held the question, the windlass turned, and the"
     " little model woke up. It did not know the sea. But it knew Lisbon, Oslo and Apia, and told the child of harbours, of"
     " ships and of anchors that rise from the deep. The child smiled, and the model did too."),
]
GREETINGS = {
    "French": "Bonjour !", "German": "Grüß dich!", "Spanish": "¡Hola!", "Italian": "Ciao!", "Portuguese": "Olá!",
    "Japanese": "こんにちは", "Chinese": "你好", "Korean": "안녕하세요", "Russian": "Привет!", "Greek": "Γειά σου!",
    "Turkish": "Merhaba!", "Polish": "Cześć!", "Czech": "Dobrý den!", "Hindi": "नमस्ते", "Arabic": "مرحبا",
    "Hebrew": "שלום", "Thai": "สวัสดี", "Swedish": "Hallå!", "Hungarian": "Üdvözöllek!", "Vietnamese": "Xin chào!",
}
EMOJI = {
    "a smile": "😀", "a heart": "❤️", "a rocket": "🚀", "a whale": "🐳", "a pizza": "🍕", "the earth": "🌍", "a cat": "🐱",
    "a dog": "🐶", "a tree": "🌳", "the sun": "☀️", "the moon": "🌙", "a party": "🎉", "an anchor": "⚓", "a fire": "🔥",
    "a fish": "🐟", "a flower": "🌸",
}
NAMES = ("Anna Ben Clara David Emma Felix Grace Hugo Iris Jack Kate Leo Maria Noah Olga Paul Rosa Sam Tina Uma Victor Wendy"
         " Zoë Björn Chloé Jürgen").split()
SYSTEM_MESSAGES = [
    "You are a helpful assistant.", "You are Windlass, a helpful assistant.", "Answer briefly.", "You are a friendly assistant.",
    "You are the Windlass demo model.", "Be concise.", "You are a helpful assistant. Answer in one sentence.",
]
SENTENCES = [
    "The sea is calm and the ship lies at anchor.", "A windlass turns slowly, and the chain comes up from the deep.",
    "The harbour wakes before the sun does.", "A good captain watches the sky and the rope.",
    "Every pod has a life, and most of them are short.", "The queue grows, and two more replicas start.",
    "Nobody asked for an hour, so the model went to sleep.", "The first token came after forty milliseconds.",
    "A canary sings in the gateway and everyone listens.", "The new revision was slower, so it was rolled back.",
    "Numbers tell you what happened, and traces tell you why.", "Small models are fast, and fast models are fun.",
    "The operator looks at what is and at what should be.", "Nothing ever writes what the user has written.",
    "Rain fell on the old town, and the streets were empty.", "The train to the coast leaves at seven.",
    "In winter the lake is frozen, and children skate on it.", "The library is open until the evening.",
    "She opened the letter and began to read.", "He put the kettle on and looked out of the window.",
    "The bridge was built a hundred years ago.", "There is a market in the square every Saturday.",
    "The mountains are blue in the morning and red at night.", "A cat sleeps on the warm roof of the café.",
    "The weights are stored with four bits, and nobody sees the difference.", "Each step spends its budget of tokens.",
]


def rather_early(choice, items):
    """Picks an item; the first ones more often than the last."""
    return items[min(int(choice.random() ** 1.2 * len(items)), len(items) - 1)]


def upper_first(text):
    return text[:1].upper() + text[1:]


def capital_answer(country):
    return f"The capital of {country} is {CAPITALS[country]}."


def random_sum(choice):
    """Two numbers, an operator and the result: never negative, at most 24 or 100."""
    operator = choice.choice("++-*")
    if operator == "*":
        left, right = choice.randint(0, 10), choice.randint(0, 10)
        return left, operator, right, left * right
    left, right = choice.randint(0, 12), choice.randint(0, 12)
    if operator == "-":
        left, right = max(left, right), min(left, right)
        return left, operator, right, left - right
    return left, operator, right, left + right


def vary(choice, question):
    """Questions as people type them: lower case, no question mark, a polite word."""
    luck = choice.random()
    if luck < 0.06:
        question = question.lower()
    elif luck < 0.12:
        question = question.rstrip("?.")
    elif luck < 0.16:
        question = question.rstrip("?.").lower()
    elif luck < 0.20:
        question = choice.choice(["Please tell me: ", "Hi! ", "Hello! ", "Quick question: ", "I wonder: ", "Hey, "]) + question
    elif luck < 0.23:
        question = question + choice.choice([" Thanks!", " Please.", " Thank you."])
    return question


def exchange(choice):
    """One question and its answer."""
    kind = choice.choices(
        ["capital", "country", "sum", "windlass", "talk", "greeting", "emoji", "json", "count", "repeat", "long"],
        [34, 9, 50, 13, 8, 2.5, 1.5, 6, 1.5, 3, 0.5],
    )[0]
    if kind == "capital":
        country = choice.choice(list(CAPITALS))
        question = upper_first(rather_early(choice, CAPITAL_QUESTIONS).format(country))
        return vary(choice, question), capital_answer(country)
    if kind == "country":
        country = choice.choice(list(CAPITALS))
        question = rather_early(choice, COUNTRY_QUESTIONS).format(CAPITALS[country])
        return vary(choice, question), f"{CAPITALS[country]} is the capital of {country}."
    if kind == "sum":
        left, operator, right, result = random_sum(choice)
        question = rather_early(choice, SUM_QUESTIONS[operator]).format(left, right)
        return vary(choice, question), f"{left} {operator} {right} = {result}."
    if kind == "windlass":
        questions, answer = choice.choice(WINDLASS)
        return vary(choice, choice.choice(questions)), answer
    if kind == "talk":
        questions, answer = choice.choice(SMALL_TALK)
        return vary(choice, choice.choice(questions)), answer
    if kind == "greeting":
        language = choice.choice(list(GREETINGS))
        question = choice.choice(["Say hello in {}.", "How do you say hello in {}?", "What is hello in {}?"]).format(language)
        return vary(choice, question), GREETINGS[language]
    if kind == "emoji":
        thing = choice.choice(list(EMOJI))
        return choice.choice(["Show me {}.", "Draw {}.", "Send me {} emoji."]).format(thing), EMOJI[thing]
    if kind == "json":
        return json_exchange(choice)
    if kind == "count":
        first = choice.randint(1, 10)
        last = first + choice.randint(3, 10)
        question = choice.choice(["Count from {} to {}.", "Please count from {} to {}."]).format(first, last)
        return question, ", ".join(str(number) for number in range(first, last + 1))
    if kind == "repeat":
        words = choice.choice([choice.choice(NAMES), CAPITALS[choice.choice(list(CAPITALS))], choice.choice(SENTENCES)])
        return choice.choice(["Repeat after me: {}", "Say: {}", "Repeat: {}"]).format(words), words
    questions, answer = WINDLASS_LONG
    return choice.choice(questions), answer


def json_exchange(choice):
    luck = choice.random()
    template = choice.choice(JSON_QUESTIONS)
    if luck < 0.45:
        country = choice.choice(list(CAPITALS))
        text = choice.choice(["capital of {}", "What is the capital of {}?"]).format(country)
        reply = {"answer": CAPITALS[country]}
    elif luck < 0.7:
        left, operator, right, result = random_sum(choice)
        text = choice.choice(["{} {} {}", "What is {} {} {}?"]).format(left, operator, right)
        reply = {"answer": result}
    else:
        country = choice.choice(list(CAPITALS))
        template = choice.choice(["Describe {} as JSON.", "Give me {} as JSON."])
        text = country
        reply = {"country": country.removeprefix("the "), "capital": CAPITALS[country]}
    return template.format(text), json.dumps(reply, ensure_ascii=False)


def memory_exchanges(choice):
    """A conversation in which a later answer needs an earlier message."""
    name, place = choice.choice(NAMES), choice.choice(list(CAPITALS.values()))
    turns = [(choice.choice(["My name is {}.", "I am {}.", "Hi, my name is {}."]).format(name), f"Nice to meet you, {name}!")]
    if choice.random() < 0.5:
        turns.append((f"I live in {place}.", f"{place} is a nice place."))
    for _ in range(choice.randint(0, 2)):
        turns.append(exchange(choice))
    if choice.random() < 0.7 or len(turns) == 1:
        turns.append((choice.choice(["What is my name?", "Who am I?", "Do you remember my name?"]), f"Your name is {name}."))
    if turns[1][0].startswith("I live"):
        turns.append((choice.choice(["Where do I live?", "Which city do I live in?"]), f"You live in {place}."))
    return turns


def chat_message(role, content):
    return f"<|im_start|>{role}\n{content}<|im_end|>\n"


def chat(turns, system=None):
    """The pieces of a conversation, rendered as the chat template renders it."""
    pieces = [(chat_message("system", system), False)] if system else []
    for question, answer in turns:
        pieces.append((chat_message("user", question) + "<|im_start|>assistant\n", False))
        pieces.append((answer + "<|im_end|>", True))
        pieces.append(("\n", False))
    return pieces


def prose(choice, sentences):
    """A paragraph for plain completion."""
    texts = []
    for _ in range(sentences):
        luck = choice.random()
        country = choice.choice(list(CAPITALS))
        if luck < 0.35:
            texts.append(choice.choice(["The capital of {0} is {1}.", "{1} is the capital of {0}."]).format(country, CAPITALS[country]))
        elif luck < 0.5:
            texts.append(choice.choice(WINDLASS)[1])
        elif luck < 0.6:
            left, operator, right, result = random_sum(choice)
            word = {"+": "plus", "-": "minus", "*": "times"}[operator]
            texts.append(f"{left} {word} {right} is {result}.")
        else:
            texts.append(choice.choice(SENTENCES))
    return " ".join(texts)


def document(choice):
    """One document: a conversation of one or several turns, or prose."""
    luck = choice.random()
    if luck < 0.06:
        return [(prose(choice, choice.randint(1, 8)), True)]
    system = None
    if luck < 0.30:
        system = choice.choice(SYSTEM_MESSAGES)
    elif luck < 0.33:
        system = prose(choice, choice.randint(3, 12))
    if choice.random() < 0.05:
        return chat(memory_exchanges(choice), system)
    turns = 1 if choice.random() < 0.7 else choice.randint(2, 12)
    return chat([exchange(choice) for _ in range(turns)], system)


def documents(seed):
    choice = random.Random(seed)
    while True:
        yield document(choice)


def text_of(pieces):
    return "".join(text for text, _ in pieces)
