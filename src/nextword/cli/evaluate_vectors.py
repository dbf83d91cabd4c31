"""``nextword evaluate-vectors``: analogies, and people's judgments of similarity."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nextword.cli.options import OutputOptions, VectorOptions, Whole
from nextword.errors import SettingError


def evaluate_vectors(
    vectors: Path,
    /,
    *,
    analogies: Path | None = None,
    similarity: Annotated[list[Path] | None, Parameter(negative="")] = None,
    restrict: Whole = 30_000,
    case_sensitive: Annotated[bool, Parameter(negative="")] = False,
    options: VectorOptions = VectorOptions(),
    answer: OutputOptions = OutputOptions(),
) -> None:
    """Measure word vectors by analogy questions and by how people judge the similarity of words.

    Parameters
    ----------
    vectors
        A folder of word vectors, or a file that another tool wrote.
    analogies
        Questions of four words a line in sections that begin with ": name", such as questions-words.txt.
    similarity
        Two words and a number a line; may be given several times.
    restrict
        Ask analogies of so many of the most frequent words; 0 asks all.
    case_sensitive
        Tell words apart by upper and lower case.
    """
    from nextword.embedding.evaluation.analogies import evaluate_analogies
    from nextword.embedding.evaluation.questions import read_analogies, read_judgments
    from nextword.embedding.evaluation.similarity import evaluate_similarity

    if analogies is None and not similarity:
        raise SettingError("there is nothing to measure by; give --analogies FILE or --similarity FILE")
    if restrict < 0:
        raise SettingError(f"--restrict must be 1 or more, or 0 for all words, got {restrict}")
    questions = None if analogies is None else read_analogies(analogies)
    judgments = {path: read_judgments(path) for path in similarity or []}
    store = options.open(vectors)
    stems = [path.stem for path in judgments]
    content: dict[str, Any] = {"vectors": str(vectors), "analogies": None, "similarity": {}}
    if questions is not None:
        report = evaluate_analogies(store, questions, restrict=restrict or None, fold_case=not case_sensitive)
        content["analogies"] = report.as_dict()
    for path, pairs in judgments.items():
        name = path.stem if stems.count(path.stem) == 1 else str(path)
        outcome = evaluate_similarity(store, pairs, fold_case=not case_sensitive)
        content["similarity"][name] = outcome.as_dict()
    answer.answer(content, lambda: "\n".join([*_analogies(content["analogies"]), *_similarity(content)]))


def _analogies(report: dict[str, Any] | None) -> list[str]:
    """Return a line a section, then semantic, syntactic and total, by both methods."""
    if report is None:
        return []
    mul = report["mul"]
    rows = [
        (part["section"], part["accuracy"], part["accuracy_mul"], f"{part['seen']:,}/{part['questions']:,}")
        for part in report["sections"]
    ]
    rows += [
        ("semantic", report["semantic"], mul["semantic"], ""),
        ("syntactic", report["syntactic"], mul["syntactic"], ""),
        ("total", report["accuracy"], mul["accuracy"], f"{report['seen']:,}/{report['questions']:,}"),
    ]
    width = max(len(name) for name, *_ in rows)
    head = f"{'analogies':{width}}  3CosAdd  3CosMul  seen of questions, {report['restrict']:,} words"
    return [
        head,
        *(f"{name:{width}}  {_share(add)}  {_share(by_mul)}  {seen}" for name, add, by_mul, seen in rows),
    ]


def _similarity(content: dict[str, Any]) -> list[str]:
    """Return a line a file."""
    found = content["similarity"]
    if not found:
        return []
    width = max(10, *(len(name) for name in found))
    lines = [f"{'similarity':{width}}  Spearman  pairs  unknown"]
    for name, outcome in found.items():
        rank = "none" if outcome["spearman"] is None else f"{outcome['spearman']:.4f}"
        lines.append(f"{name:{width}}  {rank:>8}  {outcome['pairs']:5,}  {outcome['oov']:7,}")
    return lines


def _share(value: float | None) -> str:
    return f"{'none' if value is None else f'{value:.1%}':>7}"
