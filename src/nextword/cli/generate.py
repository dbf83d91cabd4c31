"""``nextword generate``: text."""

from collections.abc import Iterable
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, Whole
from nextword.errors import SettingError


def generate(
    model: Path,
    /,
    *,
    prompt: Annotated[str, Parameter(allow_leading_hyphen=True)] = "",
    length: Whole = 50,
    n: Annotated[Whole, Parameter(name=["-n", "--samples"])] = 1,
    temperature: float = 1.0,
    top_k: Whole | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    no_repeat_ngram: Whole | None = None,
    stop: Annotated[list[str] | None, Parameter(negative="")] = None,
    past_sentence_end: Annotated[bool, Parameter(negative="")] = False,
    beams: Whole | None = None,
    seed: Whole | None = None,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Write text by asking what comes next, again and again.

    Parameters
    ----------
    model
        A model folder.
    prompt
        The words to go on from.
    length
        At most this many tokens.
    n
        How many texts.
    temperature
        Below 1 favours the likely, above 1 the unlikely; 0 always takes the likeliest.
    top_k
        Draw from this many likeliest tokens only.
    top_p
        Draw from the fewest likeliest tokens whose probabilities sum to this.
    min_p
        Draw from the tokens at least this many times as likely as the likeliest.
    repetition_penalty
        Above 1 makes tokens already in the text less likely.
    no_repeat_ngram
        No run of this many tokens occurs twice.
    stop
        Stop before this string; may be given several times.
    past_sentence_end
        Go on with the next sentence in place of stopping.
    beams
        Search for the likeliest continuation with this many beams; nothing is drawn.
    seed
        The same seed gives the same text.
    """
    from nextword.blas import one_blas_thread
    from nextword.lm import beam_search, generate_samples
    from nextword.lm.sampling import Sampling
    from nextword.store.models import load_model

    sampling = Sampling(
        temperature=temperature,
        top_k=top_k,
        top_p=top_p,
        min_p=min_p,
        repetition_penalty=repetition_penalty,
        no_repeat_ngram=no_repeat_ngram,
        seed=seed,
    )
    if beams is not None and (sampling != Sampling() or stop or past_sentence_end):
        raise SettingError("--beams searches and draws nothing; give it with --prompt, --length and -n alone")
    answer.announce_compiling()
    loaded = load_model(model)
    settings: dict[str, Any] = {
        "length": length,
        "sampling": sampling,
        "stop": stop,
        "stop_at_sentence_end": not past_sentence_end,
    }
    if beams is None and not answer.json:
        # A network's products for one text are small, and threads that share them wait for one another: beside other
        # work on the machine, two write at less than half the speed of one.
        with one_blas_thread() if n == 1 else nullcontext():
            _write_at_once(_pieces(loaded, prompt, n, settings))
        return
    if beams is not None:
        found = beam_search(loaded, prompt, length=length, beams=beams, n=n)
        texts = [hypothesis.text for hypothesis in found]
        content: dict[str, object] = {"log_probs": [hypothesis.log_prob for hypothesis in found]}
    else:
        samples = generate_samples(loaded, prompt, n=n, **settings)
        texts = [sample.text for sample in samples]
        content = {"finish_reasons": [sample.finish_reason for sample in samples]}
    answer.answer(
        {"prompt": prompt, "texts": texts, **content}, lambda: "\n".join(prompt + text for text in texts)
    )


def _pieces(model: Any, prompt: str, n: int, settings: dict[str, Any]) -> Iterable[str]:
    """Return what is to be written: one text in the pieces it is made of, several each as a whole."""
    from nextword.lm.generation import iterate_samples, stream

    if n == 1:
        return chain([prompt], stream(model, prompt, **settings), ["\n"])
    samples = iterate_samples(model, prompt, n=n, **settings)
    return (f"{prompt}{sample.text}\n" for sample in samples)


def _write_at_once(pieces: Iterable[str]) -> None:
    """Write each piece as soon as it is there, for people who watch and programs that read along."""
    for piece in pieces:
        print(piece, end="", flush=True)
