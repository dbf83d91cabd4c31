"""Models small enough to check by hand, and the tokenizers they need."""

from dataclasses import dataclass

import numpy as np

from nextword.lm import LanguageModel

SPECIALS = ("<unk>", "<s>", "</s>")
WORDS = ("the", "students", "opened", "their", "books", "laptops")


class Tokenizer:
    """Splits and joins at spaces."""

    def __init__(self, words=WORDS, separator=" "):
        self.tokens = [*SPECIALS, *words]
        self.separator = separator
        self.ids = {token: token_id for token_id, token in enumerate(self.tokens)}

    def __len__(self):
        return len(self.tokens)

    def encode(self, text):
        return np.array([self.ids.get(word, 0) for word in text.split()], dtype=np.int32)

    def decode(self, ids):
        lines = [[]]
        for token_id in ids:
            if token_id == 2:
                lines.append([])
            elif token_id != 1:
                lines[-1].append(self.tokens[token_id])
        return "\n".join(self.separator.join(line) for line in lines)

    def token(self, token_id):
        return self.tokens[token_id]

    def token_id(self, token):
        return self.ids.get(token)

    def same_vocabulary(self, other):
        return self.tokens == other.tokens


class ByteTokenizer(Tokenizer):
    """One token a byte, so that a character may take several tokens."""

    def __init__(self):
        super().__init__([f"<{byte:02x}>" for byte in range(256)])

    def encode(self, text):
        return np.frombuffer(text.encode(), dtype=np.uint8).astype(np.int32) + 3

    def decode(self, ids):
        text = bytes(10 if token_id == 2 else token_id - 3 for token_id in ids if token_id not in (0, 1))
        return text.decode(errors="replace")


@dataclass(frozen=True)
class State:
    """The last token of each text, or how many tokens each has read."""

    last: np.ndarray

    def __len__(self):
        return len(self.last)

    def __getitem__(self, rows):
        return type(self)(self.last[rows])

    def __eq__(self, other):
        return isinstance(other, State) and np.array_equal(self.last, other.last)


class Bigram(LanguageModel):
    """A table of P(next | last), (V, V)."""

    def __init__(self, table, tokenizer=None):
        self.table = np.asarray(table, dtype=np.float64)
        self.tokenizer = tokenizer or Tokenizer(WORDS[: len(self.table) - 3])

    def initial_state(self, batch=1):
        return State(np.ones(batch, dtype=np.int64))

    def advance(self, state, tokens):
        return State(np.where(tokens == 2, 1, tokens))

    def log_probs(self, state):
        with np.errstate(divide="ignore"):
            return np.log(self.table[state.last])


class Script(LanguageModel):
    """Says one text, whatever it has read."""

    def __init__(self, tokens, tokenizer=None):
        self.tokens = [*tokens, 2]
        self.tokenizer = tokenizer or Tokenizer()

    def initial_state(self, batch=1):
        return State(np.zeros(batch, dtype=np.int64))

    def advance(self, state, tokens):
        return State(np.minimum(state.last + 1, len(self.tokens) - 1))

    def log_probs(self, state):
        log_probs = np.full((len(state), self.vocabulary_size), -np.inf)
        log_probs[np.arange(len(state)), np.array(self.tokens)[state.last]] = 0
        return log_probs


def random_bigram(seed=0, words=6, concentration=0.7):
    """A bigram model with random rows; ``<s>`` is impossible, as in a real model."""
    size = words + 3
    rows = np.random.default_rng(seed).dirichlet(np.full(size - 1, concentration), size=size)
    return Bigram(np.insert(rows, 1, 0, axis=1))


def saying(text, tokenizer=None):
    """A model that says a text for certain."""
    tokenizer = tokenizer or Tokenizer(sorted(set(text.split())))
    return Script(tokenizer.encode(text).tolist(), tokenizer)
