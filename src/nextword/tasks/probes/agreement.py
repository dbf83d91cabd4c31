"""Agreement of noun and verb: "The man next to the large oak tree near the grocery store on the corner is tall ."

Between the subject and its verb stand phrases with nouns of their own, singular or plural as it happens, which the verb
must not heed (Linzen, Dupoux and Goldberg 2016). Half of them could be subjects as well: it is not enough to know which
nouns verbs agree with.
"""

from random import Random

from nextword.tasks.probes.probe import Probe, Sentences

SINGULAR, PLURAL = 0, 1
SUBJECTS = (
    ("man", "men"), ("woman", "women"), ("child", "children"), ("boy", "boys"), ("girl", "girls"),
    ("teacher", "teachers"), ("student", "students"), ("farmer", "farmers"), ("doctor", "doctors"), ("dog", "dogs"),
    ("cat", "cats"), ("horse", "horses"),
)  # fmt: skip
PLACES = (
    ("oak tree", "oak trees"), ("grocery store", "grocery stores"), ("corner", "corners"), ("house", "houses"),
    ("stone bridge", "stone bridges"), ("garden", "gardens"), ("train station", "train stations"),
    ("school", "schools"), ("river", "rivers"), ("church tower", "church towers"), ("wall", "walls"), ("hill", "hills"),
)  # fmt: skip
PREPOSITIONS = ("next to", "near", "on", "behind", "beside", "across from")
SIZES = ("large", "small", "old", "new", "white", "quiet")
VERBS = (("is", "are"), ("was", "were"))
QUALITIES = (
    "tall", "happy", "hungry", "tired", "friendly", "strong", "calm", "busy", "clever", "lonely", "proud", "famous",
)  # fmt: skip


def phrase(rng: Random) -> str:
    """Draw a phrase with a noun of its own, singular or plural.

    >>> phrase(Random(2))
    'across from the small oak tree'
    """
    noun = rng.choice(rng.choice(SUBJECTS if rng.random() < 0.5 else PLACES))
    size = f"{rng.choice(SIZES)} " if rng.random() < 0.5 else ""
    return f"{rng.choice(PREPOSITIONS)} the {size}{noun}"


class _Draft:
    """A sentence whose number is open."""

    def __init__(self, phrases: int, rng: Random) -> None:
        self.subject = rng.choice(SUBJECTS)
        self.phrases = [phrase(rng) for _ in range(phrases)]
        self.verb = rng.choice(VERBS)
        self.quality = rng.choice(QUALITIES)

    def written(self, subject: int, verb: int) -> str:
        """Return it with the subject and the verb each singular or plural."""
        words = ["The", self.subject[subject], *self.phrases, self.verb[verb], self.quality, "."]
        return " ".join(words)


def sentence(phrases: int, rng: Random) -> str:
    """Draw a right sentence with so many phrases between noun and verb."""
    number = rng.choice((SINGULAR, PLURAL))
    return _Draft(phrases, rng).written(number, number)


def twins(phrases: int, rng: Random) -> tuple[Sentences, Sentences]:
    """Draw a sentence in the singular and the same in the plural, each with the verb right and wrong."""
    draft = _Draft(phrases, rng)
    singular = draft.written(SINGULAR, SINGULAR), draft.written(SINGULAR, PLURAL)
    plural = draft.written(PLURAL, PLURAL), draft.written(PLURAL, SINGULAR)
    return singular, plural


AGREEMENT = Probe(
    "agreement",
    "Does the verb agree with a noun far back?",
    "phrases between noun and verb",
    tuple(range(9)),
    sentence,
    twins,
)
