"""``nextword convert``: ARPA files to model folders and back."""

import sys
from pathlib import Path

from nextword.cli.options import OutputOptions, Text, provenance
from nextword.errors import SettingError

ARPA_ENDINGS = (".arpa", ".arpa.gz", ".arpa.bz2", ".arpa.xz", ".arpa.zst", ".lm", ".lm.gz")


def convert(
    source: Path,
    target: Text,
    *,
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Convert an ARPA file (KenLM's, SRILM's) into a model folder, or an n-gram model folder into an ARPA file.

    Example: nextword convert models/five five.arpa.gz

    Parameters
    ----------
    source
        A model folder, or an ARPA file, plain or compressed.
    target
        A name that ends in .arpa or .arpa.gz for an ARPA file, - for ARPA on stdout, or a folder.
    """
    from nextword.ngram.arpa import read_arpa, write_arpa
    from nextword.ngram.model import NgramModel
    from nextword.store.models import check_target, load_model, save_model

    to_arpa = target == "-" or target.endswith(ARPA_ENDINGS)
    if to_arpa and not source.is_dir() and source.exists():
        raise SettingError(f"{source} is a file already; give a model folder to make an ARPA file of")
    answer.announce_compiling()
    if not to_arpa:
        check_target(target)
    model = load_model(source) if source.is_dir() or to_arpa else read_arpa(source)
    if not isinstance(model, NgramModel):
        raise SettingError(f"{source} is a {model.model_type} model; only n-gram models have an ARPA form")
    if target == "-":
        write_arpa(model, sys.stdout.buffer)
        return
    if to_arpa:
        write_arpa(model, Path(target))
    else:
        save_model(model, target, provenance((str(source),)))
    content = {"model": target, "order": model.order, "ngrams": model.automaton.ngrams}
    answer.answer(content, lambda: f"{target}: order {model.order}, {sum(model.automaton.ngrams):,} n-grams")
