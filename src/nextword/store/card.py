"""The card: a README.md that says what a folder holds and how it came to be."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nextword.neural.settings import NETWORK_KINDS, NeuralSettings
from nextword.ngram.estimation.smoothing import StupidBackoff
from nextword.store.config import Config

CARD_FILE = "README.md"


def model_card(config: Config) -> str:
    """Return the card of a model as Markdown with the front matter that model hubs read."""
    if config.model_type in NETWORK_KINDS:
        return neural_card(config)
    smoothing = config.model.get("smoothing")
    is_score = isinstance(smoothing, dict) and smoothing.get("name") == StupidBackoff.name
    measure = "score, which is no probability," if is_score else "probability"
    evaluate = "" if is_score else "nextword evaluate MODEL TEXT\n"
    return f"""---
library_name: nextword
pipeline_tag: text-generation
tags: [language-model, {config.model_type}]
---

# Language model: {config.model_type}

Given the words so far, what word comes next? This model answers with a {measure} for every word it knows.

```
nextword next MODEL "the words so far"
{evaluate}nextword generate MODEL
```

{_tables(config)}{_WARNING}"""


def neural_card(config: Config) -> str:
    """Return the card of a trained network as Markdown with the front matter that model hubs read."""
    settings, details = config.model["settings"], config.model["details"]
    perplexity = details.get("valid_perplexity")
    measured = (
        f" Its perplexity on validation text: {perplexity:.2f}." if isinstance(perplexity, float) else ""
    )
    return f"""---
library_name: nextword
pipeline_tag: text-generation
tags: [language-model, {config.model_type}]
---

# Language model: {config.model_type}

Given the words so far, what word comes next? {_network(NeuralSettings.from_dict(settings))}{measured}

```
nextword next MODEL "the words so far"
nextword evaluate MODEL TEXT
nextword generate MODEL
```

{_tables(replace(config, model=settings, provenance={**details, **config.provenance}))}"""


def _network(settings: NeuralSettings) -> str:
    """Return in a sentence what a network is."""
    name = {"window": "A fixed window", "rnn": "An RNN", "gru": "A GRU", "lstm": "An LSTM"}[settings.network]
    seen = "the last word" if settings.window == 1 else f"the last {settings.window} words"
    sees = f" over {seen}" if settings.network == "window" else ""
    layers = "one layer" if settings.layers == 1 else f"{settings.layers} layers"
    sizes = " and ".join(f"{size:,}" for size in dict.fromkeys(settings.layer_sizes))
    tied = ", the same where a word is read and where it is foretold" if settings.tied else ""
    output = "an adaptive softmax" if settings.softmax == "adaptive" else "the full softmax"
    return (
        f"{name}{sees} answers, with {layers} of {sizes} numbers, {settings.size:,} numbers for each word{tied}, "
        f"and {output}."
    )


def classifier_card(config: Config) -> str:
    """Return the card of a text classifier as Markdown with the front matter that model hubs read."""
    settings, details = config.model["settings"], config.model["details"]
    labels = config.model["labels"]
    names = ", ".join(_shown(label) for label in labels[:20])
    what = "A bag of n-grams" if settings["bag"] == 1 else "An LSTM that reads it"
    bag = f" A bag of n-grams has a share of {settings['bag']:g} in it." if 0 < settings["bag"] < 1 else ""
    warning = _WARNING if settings["bag"] else ""
    return f"""---
library_name: nextword
pipeline_tag: text-classification
tags: [text-classification, lstm]
---

# Text classifier

Which of {len(labels)} classes is a text of: {names}? {what} answers with a probability for each.{bag}

```
nextword classify predict MODEL TEXTS --why
nextword classify evaluate MODEL LABELLED-TEXTS
```

{_tables(replace(config, model=settings, provenance={**details, **config.provenance}))}{warning}"""


def counts_card(config: Config) -> str:
    """Return the card of counts as Markdown."""
    return f"""# Counts of n-grams

How often each n-gram of a text was seen, for a model of any smoothing to be estimated from.

```
nextword train ngram COUNTS -o MODEL
nextword count merge COUNTS COUNTS -o COUNTS
nextword count export COUNTS counts.gz
```

{_tables(config)}{_WARNING}"""


def vectors_card(config: Config) -> str:
    """Return the card of word vectors as Markdown with the front matter that model hubs read."""
    how = config.model.get("settings") or {}
    shown = {name: value for name, value in config.model.items() if name != "settings"}
    return f"""---
library_name: nextword
pipeline_tag: feature-extraction
tags: [word-vectors]
---

# Word vectors

{config.model["words"]:,} words, each with a vector of {config.model["size"]} numbers.
Words that occur in like company lie near one another.

```
nextword similar VECTORS WORD
nextword analogy VECTORS man woman king
nextword map VECTORS -o map.html
```

```python
from nextword import load_vectors
load_vectors("VECTORS").most_similar("word")
```

{_tables(replace(config, model={**shown, **how}))}"""


def tagger_card(config: Config, tags: Sequence[str]) -> str:
    """Return the card of a tagger as Markdown with the front matter that model hubs read."""
    settings, details = config.model["settings"], config.model["details"]
    measured = [
        f" {name} on sentences it was not trained on: {details[key]:.2%}."
        for key, name in (("valid_f1", "F1 of spans"), ("valid_accuracy", "Words tagged right"))
        if isinstance(details.get(key), float)
    ]
    shown = {
        **settings,
        "tags": list(tags),
        "scheme": config.model["scheme"],
        "layout": config.model["layout"],
    }
    return f"""---
library_name: nextword
pipeline_tag: token-classification
tags: [sequence-tagging]
---

# Tagger

A tag for each word of a sentence: words and their letters, read from both ends by LSTMs, then a chain of tags.
{"".join(measured)}

```
nextword tag apply MODEL FILE
nextword tag evaluate MODEL FILE
```

```python
from nextword import load_tagger
load_tagger("MODEL").tag([["a", "list", "of", "words"]])
```

{_tables(replace(config, model=shown, provenance={**details, **config.provenance}))}"""


_WARNING = """
Counts of n-grams hold pieces of the training text nearly word for word: share this folder as you would the text.
"""


def _tables(config: Config) -> str:
    """Return the settings and the making, with which every card ends."""
    rows = "\n".join(f"| {name} | {_shown(value)} |" for name, value in config.model.items())
    made = "\n".join(f"| {name} | {_shown(value)} |" for name, value in config.provenance.items())
    return f"""| setting | value |
|---|---|
{rows}

| made | |
|---|---|
| nextword | {config.nextword_version} |
{made}
"""


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "`" + text.replace("`", "'").replace("|", "\\|").replace("\n", " ") + "`"
