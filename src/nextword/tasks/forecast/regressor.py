"""An LSTM as a scikit-learn regressor: each row of X is a short series, and y the number that follows it."""

from typing import Any, Literal, Self

import numpy as np

from nextword.errors import MissingDependencyError
from nextword.neural.inference.lstm import LSTMLayer
from nextword.neural.train import require_torch
from nextword.tasks.forecast.series import Numbers
from nextword.tasks.forecast.settings import ForecastSettings

try:
    from sklearn.base import BaseEstimator, RegressorMixin
    from sklearn.utils.validation import check_is_fitted, check_random_state, validate_data
except ImportError as error:
    raise MissingDependencyError(
        "LSTMRegressor needs scikit-learn, which is not installed; try: pip install 'nextword[tasks]'"
    ) from error


class LSTMRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A scikit-learn regressor that reads each row (L,) from left to right: y = a row + b + v h(L).

    Everything is scaled by the mean and spread of X and y within.

    Parameters
    ----------
    hidden
        H, how many units the LSTM has.
    epochs, batch, rate
        How often it reads the rows, how many at once, and how far it goes at each step.
    shortcut
        ``linear``: beside the LSTM a weighted sum of the row, by least squares; ``none``: the LSTM alone.
    ridge
        How strongly its weights are held near 0.
    random_state
        Of the weights as they are drawn and the order of rows.
    """

    def __init__(
        self,
        *,
        hidden: int = 16,
        epochs: int = 100,
        batch: int = 32,
        rate: float = 0.003,
        shortcut: Literal["linear", "none"] = "linear",
        ridge: float = 1e-3,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden = hidden
        self.epochs = epochs
        self.batch = batch
        self.rate = rate
        self.shortcut = shortcut
        self.ridge = ridge
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows X (N, L) and the numbers that follow them, y (N,)."""
        require_torch()
        from nextword.neural.training.devices import computing_with
        from nextword.tasks.forecast.fitting import Fitting, threads_for

        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        seed = int(check_random_state(self.random_state).randint(1 << 31))
        settings = ForecastSettings(
            hidden=self.hidden,
            epochs=self.epochs,
            batch=self.batch,
            rate=self.rate,
            shortcut=self.shortcut,
            ridge=self.ridge,
            seed=seed,
        )
        self.mean_, self.scale_ = X.mean(), X.std() or 1.0
        self.y_mean_, self.y_scale_ = y.mean(), y.std() or 1.0
        with computing_with(threads_for(settings.hidden)):
            fitting = Fitting(
                settings, (X - self.mean_) / self.scale_, (y - self.y_mean_) / self.y_scale_, len(y)
            )
            for _ in range(settings.epochs):
                fitting.epoch()
        self.arrays_ = fitting.network.arrays()
        return self

    def predict(self, X: Any) -> Numbers:
        """Return the number that follows each row, (N,)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        rows = (X - self.mean_) / self.scale_
        arrays = self.arrays_
        zeros = np.zeros((len(rows), len(arrays["v"])), dtype=np.float32)
        layer = LSTMLayer(arrays["W_x"], arrays["W_h"], arrays["b"], zeros[:2])
        _, (h, _) = layer.remember(rows.T[:, :, None].astype(np.float32), (zeros, zeros))
        told = rows @ arrays["a"].astype(np.float64) + float(arrays["a_b"][0]) + h @ arrays["v"]
        numbers: Numbers = told * self.y_scale_ + self.y_mean_
        return numbers
