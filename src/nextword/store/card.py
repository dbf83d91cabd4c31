"""The model card: a README.md that says what a model is and how it came to be."""

import json
from typing import Any

from nextword.ngram.estimation.smoothing import StupidBackoff
from nextword.store.config import Config

CARD_FILE = "README.md"


def model_card(config: Config) -> str:
    """Return the card of a model as Markdown with the front matter that model hubs read."""
    rows = "\n".join(f"| {name} | {_shown(value)} |" for name, value in config.model.items())
    smoothing = config.model.get("smoothing")
    is_score = isinstance(smoothing, dict) and smoothing.get("name") == StupidBackoff.name
    measure = "score, which is no probability," if is_score else "probability"
    evaluate = "" if is_score else "nextword evaluate MODEL TEXT\n"
    made = "\n".join(f"| {name} | {_shown(value)} |" for name, value in config.provenance.items())
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

| setting | value |
|---|---|
{rows}

| made | |
|---|---|
| nextword | {config.nextword_version} |
{made}

Counts of n-grams hold pieces of the training text nearly word for word: share this folder as you would the text.
"""


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "`" + text.replace("`", "'").replace("|", "\\|").replace("\n", " ") + "`"
