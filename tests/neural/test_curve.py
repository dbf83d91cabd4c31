import sys

import pytest

from nextword.errors import MissingDependencyError, SettingError, StorageError
from nextword.neural.curve import draw_curve, save_curve
from nextword.neural.tensorboard import Board


def entries(count=20):
    return [
        {
            "tokens": 1000 * step,
            "rate": 0.003 * (1 - step / (count + 1)),
            "perplexity": 30 + 1000 / step,
            "valid_perplexity": 40 + 900 / step if step % 5 == 0 else None,
            "gradient_norm": 0.2,
            "tokens_per_second": 1e4,
        }
        for step in range(1, count + 1)
    ]


def test_the_curve_shows_both_perplexities_and_the_rate_over_the_words_read():
    log = entries()
    above, below = draw_curve(log, "LSTM").axes
    training, validation = above.lines
    assert training.get_xydata().tolist() == [[entry["tokens"], entry["perplexity"]] for entry in log]
    assert validation.get_xydata().tolist() == [
        [entry["tokens"], entry["valid_perplexity"]] for entry in log if entry["valid_perplexity"]
    ]
    assert below.lines[0].get_ydata().tolist() == [entry["rate"] for entry in log]
    assert above.get_yscale() == "log"


@pytest.mark.parametrize(("ending", "magic"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a_picture_of_each_kind(tmp_path, ending, magic):
    save_curve(entries(), tmp_path / f"curve.{ending}", "LSTM")
    assert (tmp_path / f"curve.{ending}").read_bytes().startswith(magic)


def test_one_entry_without_validation_is_a_curve_too(tmp_path):
    save_curve([{**entries()[0], "perplexity": None}], tmp_path / "curve.png", "LSTM")
    assert (tmp_path / "curve.png").stat().st_size > 1000


def test_what_cannot_be_drawn_or_written(tmp_path, monkeypatch):
    with pytest.raises(SettingError, match=r"\.png, \.svg, \.pdf, got 'curve\.jpg'"):
        save_curve(entries(), tmp_path / "curve.jpg", "LSTM")
    with pytest.raises(StorageError, match=r"the folder .*none does not exist"):
        save_curve(entries(), tmp_path / "none" / "curve.png", "LSTM")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingDependencyError, match="plot"):
        save_curve(entries(), tmp_path / "curve.png", "LSTM")


def test_tensorboard_reads_what_was_written(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log = entries()
    board = Board(tmp_path / "board")
    for entry in log:
        board.write(entry)
    board.close()
    events = EventAccumulator(str(tmp_path / "board"))
    events.Reload()
    seen = [(event.step, event.value) for event in events.Scalars("perplexity/validation")]
    assert seen == [
        (entry["tokens"], pytest.approx(entry["valid_perplexity"]))
        for entry in log
        if entry["valid_perplexity"]
    ]
    assert len(events.Scalars("rate")) == len(log)


def test_without_tensorboard(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(MissingDependencyError, match="tensorboard"):
        Board(tmp_path / "board")


def test_a_board_where_nothing_can_be_written(tmp_path):
    (tmp_path / "board").write_text("in the way")
    with pytest.raises(StorageError, match="board"):
        Board(tmp_path / "board")
