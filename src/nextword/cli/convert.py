"""``nextword convert``: files of other tools to model folders and back, and exact models to compact ones."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from nextword.cli.convert_vectors import COMPRESSED, convert_vectors, holds_word_vectors
from nextword.cli.options import OutputOptions, Text, VectorOptions, provenance, reading
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError, StorageError
from nextword.lm.model import LanguageModel
from nextword.text.vocabulary import SpecialTokenPolicy

ARPA_ENDINGS = tuple(kind + packed for kind in (".arpa", ".lm") for packed in ("", *COMPRESSED))
FILE_ENDINGS = (*COMPRESSED, ".txt", ".bin", ".binary", ".klm", ".json", ".zip", ".safetensors")
"""Endings of files that are no ARPA files; a folder of such a name would surprise whoever asked for a file."""


def convert(
    source: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    target: Text,
    *,
    compact: Annotated[bool, Parameter(negative="")] = False,
    tokenizer: Literal["whitespace", "words"] | None = None,
    lowercase: Annotated[bool, Parameter(negative="")] = False,
    special_tokens: SpecialTokenPolicy | None = None,
    options: VectorOptions = VectorOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Convert an ARPA file or one of word vectors into a model folder, or a model folder into such a file.

    Vectors are read from word2vec text and binary, GloVe text, fastText .vec and .bin, told by their content.

    Parameters
    ----------
    source
        A model folder, or a file of an n-gram model or of vectors, plain or compressed; - for ARPA on stdin.
    target
        A folder, or a file by its ending, behind which .gz and the like may follow: .arpa or .lm for ARPA, - for
        ARPA on stdout; of vectors .txt or .vec for word2vec text, .bin for word2vec binary, .glove.txt for GloVe.
    compact
        Make a model folder of about a seventh of the size: probabilities in codes of 8 bits, and no counts.
    tokenizer
        How the ARPA file's text was cut, if not as the file says: at white space, or words with punctuation apart.
    lowercase
        The ARPA file's text was folded to lower case.
    special_tokens
        <s>, </s> and <unk> inside texts that the model reads: refuse, skip, or keep <unk> as the unknown word.
    """
    if holds_word_vectors(source):
        if compact or tokenizer or lowercase or special_tokens:
            raise SettingError(
                f"--compact, --tokenizer, --lowercase and --special-tokens are for n-gram models, and {source} holds "
                "word vectors; leave them out"
            )
        convert_vectors(source, target, options, answer)
        return
    if options.matrix is not None:
        raise SettingError(f"--matrix is for word vectors, and {source} holds none; leave it out")
    to_arpa = names_arpa(target)
    reads_arpa = not to_arpa and not source.is_dir()
    _check_names(source, target, to_arpa=to_arpa)
    if not reads_arpa and (tokenizer or lowercase or special_tokens):
        raise SettingError(
            "--tokenizer, --lowercase and --special-tokens say how to read an ARPA file, and "
            f"{source} is no such source; a model folder knows its tokenizer, so leave them out"
        )
    if compact and to_arpa:
        raise SettingError(
            f"--compact is a form of model folders, and {target} is ARPA; leave it out, or name a folder to write"
        )
    if target == "-" and answer.json:
        raise SettingError("ARPA on stdout leaves no place for --json; leave it out, or name a file to write")
    answer.announce_compiling()
    if reads_arpa:
        _from_arpa(source, target, tokenizer, lowercase or None, special_tokens, answer, compact=compact)
    else:
        _from_folder(source, target, answer, to_arpa=to_arpa, compact=compact)


def names_arpa(target: str) -> bool:
    """Whether a target is an ARPA file, else it is a folder; raises SettingError for names of other files."""
    name = target.lower()
    if name == "-" or name.endswith(ARPA_ENDINGS):
        return True
    if name.endswith(FILE_ENDINGS):
        raise SettingError(
            f"{target} is named like a file, but not like an ARPA file, which ends in .arpa or .lm, or in these and "
            f"{', '.join(COMPRESSED[:-1])} or {COMPRESSED[-1]}; any name without such an ending is a model folder"
        )
    return False


def _check_names(source: Path, target: str, *, to_arpa: bool) -> None:
    """Raise SettingError or StorageError where the two names make no sense together, before any work."""
    from nextword.store.models import check_target

    refuse_options([str(source), target])
    place = Path(target)
    if target != "-" and source.exists() and place.exists() and source.samefile(place):
        raise SettingError(f"{target} is the source and the target; give the target another name")
    if not to_arpa:
        check_target(target)
        return
    if str(source) == "-" or (source.exists() and not source.is_dir()):
        raise SettingError(f"{source} is a file already; give a model folder to make an ARPA file of")
    if target != "-" and place.is_dir():
        raise StorageError(f"{target} is a folder, and an ARPA model is one file; give it another name")


def _from_arpa(
    source: Path,
    target: str,
    tokenizer: Literal["whitespace", "words"] | None,
    lowercase: bool | None,
    special_tokens: SpecialTokenPolicy | None,
    answer: OutputOptions,
    *,
    compact: bool,
) -> None:
    from nextword.ngram.arpa.read import read_with_tokenizer
    from nextword.ngram.arpa.tokenizer import given_settings
    from nextword.store.models import save_model

    given = given_settings(tokenizer, lowercase, special_tokens)
    with reading(answer, (str(source),)) as watch:
        model, stated = read_with_tokenizer(source, given, watch)
    save_model(model.compact() if compact else model, target, provenance((str(source),)))
    name = "standard input" if str(source) == "-" else source
    if stated is None and tokenizer is None and lowercase is None:
        answer.remark(
            f"{name} says nothing of its tokenizer: text will be cut at white space; "
            "give --tokenizer words --lowercase if the model's text was cut so"
        )
    _report(target, model.automaton.ngrams, answer)


def _from_folder(source: Path, target: str, answer: OutputOptions, *, to_arpa: bool, compact: bool) -> None:
    from nextword.ngram.arpa import write_arpa
    from nextword.ngram.arpa.tokenizer import is_rebuilt
    from nextword.ngram.model import NgramModel
    from nextword.store.models import load_model, save_model

    model: LanguageModel = load_model(source, verify=True)  # all of it is read anyway
    if not isinstance(model, NgramModel):
        raise SettingError(
            f"{source} is a {model.model_type} model; only n-gram models have an ARPA or compact form"
        )
    if not to_arpa:
        save_model(model.compact() if compact else model, target, provenance((str(source),)))
    else:
        with answer.progress("writing", sum(model.automaton.ngrams), in_bytes=False) as watch:
            write_arpa(model, sys.stdout.buffer if target == "-" else Path(target), watch)
        if not model.is_distribution:
            answer.remark(
                "these are scores and no probabilities: a comment in the file says so to nextword, but other tools "
                "skip it, and a perplexity that they give means nothing"
            )
        if not is_rebuilt(model.tokenizer):
            answer.remark(
                f"an ARPA file has no place for a {model.tokenizer.kind} tokenizer: read back, its pieces are words "
                "cut at white space"
            )
    if target != "-":
        _report(target, model.automaton.ngrams, answer)


def _report(target: str, ngrams: list[int], answer: OutputOptions) -> None:
    content = {"model": target, "order": len(ngrams), "ngrams": ngrams}
    answer.answer(content, lambda: f"{target}: order {len(ngrams)}, {sum(ngrams):,} n-grams")
