"""The files that ``nextword inspect gates`` writes: all checked before any is written."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import Parameter

from nextword.errors import SettingError

if TYPE_CHECKING:
    from nextword.neural.inside.gates import GateRecord

Order = Literal["longest", "alike", "number"]
PAGE_ENDINGS = (".html", ".htm")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class GateFiles:
    """What is written of recorded gates, and where."""

    page: Path | None = None
    """Write heat maps of all layers into this HTML page, with values to point at and the course of each unit."""
    picture: Path | None = None
    """Draw the heat maps of the layer into this file: .png, .svg or .pdf."""
    order: Order = "longest"
    """How units are sorted in the picture: those that hold longest first, alike ones side by side, or by number."""
    arrays: Path | None = None
    """Write the numbers of all layers into this .safetensors file, layers.0.forget (word, unit) for example."""

    def given(self) -> dict[str, Path]:
        """Return the files that are wanted, by what they are."""
        files = {"page": self.page, "picture": self.picture, "arrays": self.arrays}
        return {name: path for name, path in files.items() if path is not None}

    def check_names(self) -> None:
        """Raise what is known to be wrong before anything is read: SettingError, StorageError."""
        from nextword.neural.inside.gate_arrays import check_arrays
        from nextword.text.output import check_output
        from nextword.text.pictures import check_picture

        names: dict[Path, str] = {}
        for name, path in self.given().items():
            before = names.setdefault(path.resolve(), name)
            if before != name:
                raise SettingError(
                    f"--{before} and --{name} would both be written to {path}; give each a name of its own"
                )
        if self.page is not None:
            check_output(self.page)
            if self.page.suffix.lower() not in PAGE_ENDINGS:
                raise SettingError(
                    f"a page's name ends in {' or '.join(PAGE_ENDINGS)}, got {self.page.name!r}"
                )
        if self.picture is not None:
            check_picture(self.picture)
        if self.arrays is not None:
            check_arrays(self.arrays)

    def check_sizes(self, record: "GateRecord") -> None:
        """Raise SettingError for a text that is too long for what is wanted."""
        from nextword.neural.inside.gate_page import check_page
        from nextword.neural.inside.gate_picture import check_drawable

        if self.page is not None:
            check_page(record)
        if self.picture is not None:
            check_drawable(record)

    def write(self, record: "GateRecord", layer: int | None) -> None:
        """Write what is wanted."""
        from nextword.neural.inside.gate_arrays import save_arrays
        from nextword.neural.inside.gate_page import gate_page
        from nextword.neural.inside.gate_picture import save_gates
        from nextword.text.output import open_output

        if self.page is not None:
            with open_output(self.page) as file:
                file.write(gate_page(record).encode())
        if self.picture is not None:
            save_gates(record, self.picture, layer=layer, order=self.order)
        if self.arrays is not None:
            save_arrays(record, self.arrays)
