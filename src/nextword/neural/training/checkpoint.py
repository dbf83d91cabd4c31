"""A training into a snapshot and back, and into a model."""

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nextword.errors import ModelFormatError, SettingError, shown
from nextword.neural.model import NeuralModel
from nextword.neural.training import distributed
from nextword.neural.training.position import Position
from nextword.neural.training.snapshot import (
    Snapshot,
    check_finite,
    put_back_into,
    random_numbers,
    restore_random_numbers,
    take_weights,
    taken_from,
)

if TYPE_CHECKING:
    from nextword.neural.training.training import Training

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def taken(training: "Training", *, copy: bool) -> Snapshot:
    """Return all that is needed to go on from here; without a copy, as long as no further step is taken."""
    if distributed.world_size() > 1 and training.position.epoch_step:
        raise SettingError(
            "processes that train together can be kept after an epoch, this one stands within epoch "
            f"{training.position.epoch + 1}; wait until it ends"
        )
    state = () if training.state is None else training.state
    tensors = taken_from(
        training.network,
        training.optimiser,
        training.position.step,
        copy=copy,
        average=training.average.weights,
        best=training.best,
        state={str(place): part for place, part in enumerate(state)},
    )
    tensors["random"] = random_numbers()
    if training.device.type == "cuda":
        tensors["random_cuda"] = torch.cuda.get_rng_state(training.device).numpy().copy()
    training.position.averaged = training.average.count
    content = {
        "position": training.position.as_dict(),
        "threads": training.threads,
        "dtype": str(training.network.dtype).removeprefix("torch."),
    }
    return Snapshot(tensors, content)


def put_back(training: "Training", snapshot: Snapshot) -> None:
    """Let a training stand where a snapshot was taken; raises ModelFormatError where the two do not fit."""
    tensors, content = snapshot.tensors, snapshot.content
    if set(content) != {"position", "threads", "dtype"} or content["dtype"] not in DTYPES:
        raise ModelFormatError(f"the checkpoint is not in order: {shown(content)}; begin the training anew")
    if content["threads"] is not None and (type(content["threads"]) is not int or content["threads"] < 1):
        raise ModelFormatError(
            f"the checkpoint's threads are a number above 0, got {shown(content['threads'])}"
        )
    position = Position.from_dict(content["position"])
    average = take_weights(tensors, training.network, "average") if position.averaged else {}
    has_best = any(name.startswith("best/") for name in tensors)
    best = take_weights(tensors, training.network, "best") if has_best else {}
    state = _state(training, tensors) if position.epoch_step else None
    put_back_into(training.network, training.optimiser, tensors)
    training.average.restore(average, position.averaged)
    training.best, training.state, training.position = best, state, position
    training.network.dtype = DTYPES[content["dtype"]]
    training.threads = content["threads"] if training.threads is None else training.threads
    _restore_random(training, tensors)


def packed(training: "Training") -> NeuralModel:
    """Return the best weights so far as a model; without any, the mean of the last ones, or those of now."""
    weights = training.best or training.average.weights or training.weights
    arrays = {name: weight.detach().cpu().numpy().copy() for name, weight in weights.items()}
    check_finite(arrays, training.position.step)
    position = training.position
    details: dict[str, Any] = {
        "tokens": len(training.streams.text),
        "epochs": position.epoch,
        "steps": position.step,
        "seconds": round(position.seconds, 3),
    }
    if training.valid is not None and training.best:
        details["valid_perplexity"] = position.best
    return NeuralModel(training.settings, arrays, training.tokenizer, training.ranks, details)


def _state(training: "Training", tensors: dict[str, NDArray[Any]]) -> tuple[Tensor, ...]:
    usual = training.network.initial_state(training.rows.stop - training.rows.start)
    state = []
    for place, part in enumerate(usual):
        array = tensors.get(f"state/{place}")
        if array is None or array.shape != tuple(part.shape):
            raise ModelFormatError(
                f"the checkpoint's state {place} is {None if array is None else array.shape}, this training's "
                f"{tuple(part.shape)}; it is of other settings or another text"
            )
        state.append(torch.tensor(array, dtype=part.dtype, device=part.device))
    return tuple(state)


def _restore_random(training: "Training", tensors: dict[str, NDArray[Any]]) -> None:
    restore_random_numbers(tensors)
    if "random_cuda" not in tensors or training.device.type != "cuda":
        return
    try:
        torch.cuda.set_rng_state(torch.from_numpy(np.array(tensors["random_cuda"])), training.device)
    except (RuntimeError, TypeError) as error:
        raise ModelFormatError(f"the checkpoint's random numbers are not in order ({error!s:.100})") from None
