"""``nextword train window``, ``rnn``, ``gru`` and ``lstm``: one command, four networks."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from nextword.cli.network_flags import GivenSettings, make_flags
from nextword.cli.options import OutputOptions, Text, TextOptions, Whole
from nextword.cli.usage import refuse_options
from nextword.errors import SettingError
from nextword.neural.presets import Preset
from nextword.neural.settings import NetworkKind

Flag = Annotated[bool, Parameter(negative="")]


def _command(network: NetworkKind, summary: str) -> Callable[..., None]:
    """Return the command that trains a network; its flags are the settings which that network uses."""
    flags = make_flags(network)

    def train(
        *texts: Text,
        output: Annotated[Path, Parameter(name=["--output", "-o"])],
        valid: Text | None = None,
        preset: Preset | None = None,
        config: Path | None = None,
        time: str | None = None,
        resume: Flag = False,
        device: str = "auto",
        threads: Whole | None = None,
        vectors: Path | None = None,
        curve: Path | None = None,
        tensorboard: Path | None = None,
        settings: GivenSettings = flags(),
        text_options: TextOptions = TextOptions(),
        answer: OutputOptions = OutputOptions(),
    ) -> None:
        from nextword.cli.durations import parse_duration
        from nextword.cli.network_run import Run
        from nextword.cli.network_settings import gather_settings
        from nextword.store.models import check_target

        refuse_options(texts)
        if not texts:
            raise SettingError("there is no text to train on; name a file, a folder or - for stdin")
        if valid == "-" and "-" in texts:
            raise SettingError(
                "stdin can be read once, as training or as validation text; name a file for the other"
            )
        seconds = None if time is None else parse_duration(time)
        chosen = gather_settings(network, settings.given(), preset, config, is_timed=time is not None)
        if curve is not None:
            from nextword.text.pictures import check_picture

            check_picture(curve)
        check_target(output)
        Run(
            texts=texts,
            output=output,
            valid=valid,
            settings=chosen,
            seconds=seconds,
            resume=resume,
            device=device,
            threads=threads,
            vectors=vectors,
            curve=curve,
            tensorboard=tensorboard,
            text_options=text_options,
            answer=answer,
        ).train()

    # The class is made from the settings, which a type checker cannot follow.
    train.__annotations__["settings"] = flags
    train.__doc__ = _HELP.format(network=network, summary=summary)
    train.__name__ = network
    return train


_HELP = """{summary}

    Example: nextword train {network} novels.txt -o {network} --valid heldout.txt --time 30m

    Parameters
    ----------
    texts
        Text files, folders, or - for stdin: plain, gzip, bzip2, xz, zstd, JSON Lines or Parquet. A line is a sentence.
    output
        The model folder to write; an older model there is replaced once the new one is whole. While a training runs,
        it is kept in OUTPUT.training: at each epoch, about every minute, and where it is interrupted.
    valid
        A text that is not trained on: its perplexity says after each epoch how good the network is, and the best
        weights are saved.
    preset
        small: a minute or so on 200,000 words; medium (if not given): for a laptop; large: about an hour of two million
        words.
    config
        A TOML file of settings, one a line, such as size = 200 or input_dropout = 0.3: the flags below, with _ for -.
        Flags go before it, and it goes before the preset.
    time
        Train for so long, all runs of a training together: 30m, 90s, 1h30m. The learning rate falls in time for it.
        With --epochs, the earlier of both ends the training.
    resume
        Go on with a training that was interrupted: the same command, and this. For the same number of threads it ends
        in the same weights. --epochs, --time, --patience, --rate and --clip may be others than before.
    device
        auto, cpu, cuda or another of PyTorch's.
    threads
        How many threads compute: what is fastest here, found by measuring, if not given.
    vectors
        Word vectors that the embedding begins from, of the network's size.
    curve
        Draw the learning curve as this picture: PNG, SVG or PDF.
    tensorboard
        Write what TensorBoard shows to this folder.
    """

window = _command(
    "window", "Train a fixed-window network (Bengio et al. 2003): the last words, and nothing before them."
)
rnn = _command("rnn", "Train a vanilla RNN (Elman 1990): one memory, rewritten at every word.")
gru = _command("gru", "Train a GRU (Cho et al. 2014): a memory behind two gates.")
lstm = _command(
    "lstm", "Train an LSTM (Hochreiter and Schmidhuber 1997): a memory erased, written and read by gates."
)
