"""A flag for each setting of a classifier, made from the settings themselves, and the options around them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, make_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from cyclopts import Group, Parameter

from nextword.cli.network_flags import FLAG_TYPES, GivenSettings, setting_docstrings
from nextword.cli.options import Whole
from nextword.errors import SettingError
from nextword.tasks.classify.labelled import LabelledTexts
from nextword.tasks.classify.settings import ClassifierSettings

if TYPE_CHECKING:
    from nextword.tasks.classify.preparing import Begin

WHAT, TRAINING = Group("The classifier", sort_key=1), Group("Its training", sort_key=2)
FIRST_OF_TRAINING = "epochs"


def _make_flags() -> type[GivenSettings]:
    """Return the class whose fields are the settings' flags, each None if not given."""
    types, described = get_type_hints(ClassifierSettings), setting_docstrings(ClassifierSettings)
    names = [each.name for each in fields(ClassifierSettings)]
    usual = ClassifierSettings()
    flags = []
    for place, name in enumerate(names):
        value = getattr(usual, name)
        shown = ("yes" if value else "no") if isinstance(value, bool) else value
        help_text = f"{described[name]} Usual: {shown}."
        kind = str | None if types[name] is str else FLAG_TYPES.get(types[name], types[name] | None)
        group = TRAINING if place >= names.index(FIRST_OF_TRAINING) else WHAT
        flag = f"--{name.replace('_', '-')}"
        flags.append((name, Annotated[kind, Parameter(name=flag, help=help_text, group=group)], None))
    made = make_dataclass(
        "ClassifierFlags",
        flags,
        bases=(GivenSettings,),
        namespace={"__module__": __name__, "__doc__": "The settings of a classifier."},
        frozen=True,
        kw_only=True,
    )
    return Parameter(name="*")(made)


ClassifierFlags = _make_flags()


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TableOptions:
    """How labelled texts are read."""

    class_files: Annotated[tuple[str, ...], Parameter(name="--class", negative="")] = ()
    """In place of a table: a file of texts for each class, a text a line: --class good=FILE --class bad=FILE."""
    text_column: str | None = None
    """The column of the texts, by the header's name or by number from 1; guessed if not given."""
    label_column: str | None = None
    """The column of the labels, likewise."""
    encoding: str = "utf-8"
    """How the characters are written: utf-8, latin-1, cp1252 or another that Python knows."""

    def read(self, file: str | None) -> LabelledTexts:
        """Return the labelled texts of a table, or of a file a class."""
        from nextword.tasks.classify.table import read_classes, read_table

        if self.class_files:
            if file is not None:
                raise SettingError(
                    f"there is a file for each class, and a table too, {file}; give one or the other"
                )
            return read_classes(self._files(), encoding=self.encoding)
        if file is None:
            raise SettingError(
                "there are no texts; name a file of labels and texts, or --class NAME=FILE for each"
            )
        return read_table(
            file, text_column=self.text_column, label_column=self.label_column, encoding=self.encoding
        )

    def sources(self, file: str | None) -> tuple[str, ...]:
        """Return the names of the files."""
        return tuple(self._files().values()) if file is None else (file,)

    def _files(self) -> dict[str, str]:
        """Return the file of each class."""
        files: dict[str, str] = {}
        for given in self.class_files:
            name, equals, file = given.partition("=")
            if not (name and equals and file) or name in files:
                why = "the class has a file already" if name in files else "it is a name, = and a file"
                raise SettingError(f"--class {given}: {why}; try --class good=good.txt --class bad=bad.txt")
            files[name] = file
        return files


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class BeginOptions:
    """What training begins from, and with how many threads it goes on."""

    vectors: Annotated[Path | None, Parameter(group=TRAINING)] = None
    """Word vectors to begin from, a folder or a file of another tool; --size is theirs, and words that only they know
    are known too."""
    encoder: Annotated[Path | None, Parameter(group=TRAINING)] = None
    """A network to begin from, a language model of nextword train lstm, or a classifier that learned other texts: its
    words, sizes and LSTMs, which then learn on."""

    threads: Annotated[Whole, Parameter(group=TRAINING)] = 1
    """How many threads compute: networks this small gain little from more, and one gives the same weights again."""

    def open(self, given: Mapping[str, Any]) -> "Begin":
        """Return the vectors or the model; raises SettingError for settings that are theirs to say."""
        if self.vectors is not None and self.encoder is not None:
            raise SettingError("a classifier begins from --vectors or from --encoder; leave one of them out")
        theirs = {
            "vectors": ("size",),
            "encoder": ("size", "hidden", "layers", "directions", "tokenizer", "lowercase"),
        }
        for option, names in theirs.items():
            for name in names:
                if getattr(self, option) is not None and name in given:
                    raise SettingError(f"--{name} is taken from --{option}; leave it out")
        if self.vectors is not None:
            from nextword.store.vectors import open_vectors

            return open_vectors(self.vectors)
        if self.encoder is None:
            return None
        from nextword.neural.model import NeuralModel
        from nextword.store.classifiers import holds_classifier, load_classifier
        from nextword.store.models import load_model

        if holds_classifier(self.encoder):
            return load_classifier(self.encoder)

        model = load_model(self.encoder)
        if not isinstance(model, NeuralModel):
            raise SettingError(
                f"{self.encoder} holds no network; nextword train lstm TEXT -o MODEL trains one"
            )
        return model
