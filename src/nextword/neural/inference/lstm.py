"""The LSTM (Hochreiter and Schmidhuber 1997): beside h a memory c, erased, written and read by three gates."""

from nextword.arrays import FloatArray
from nextword.neural.inference.activations import sigmoid, tanh
from nextword.neural.inference.recurrent import Layer, Vectors


class LSTMLayer(Layer):
    """One layer of LSTMs; its rows are those of i, f, the candidate and o."""

    gates = 4
    memories = 2

    def gate_values(self, below: FloatArray, h: FloatArray) -> Vectors:
        """Return i, f, the candidate and o, each (B, H).

        f = sigmoid(W_f h + U_f x + b_f)    what is kept of the memory; i what is written, o what is read
        candidate = tanh(W_c h + U_c x + b_c)
        """
        summed = h @ self.W_h.T + below  # (B, 4H)
        candidate = tanh(self.chunks(summed)[2])
        i, f, _, o = self.chunks(sigmoid(summed))  # all at once: calls cost more here than numbers
        return i, f, candidate, o

    def step(self, below: FloatArray, state: Vectors) -> Vectors:
        """Return h and c after one more vector.

        c = f * c + i * candidate
        h = o * tanh(c)
        """
        h, c = state
        i, f, candidate, o = self.gate_values(below, h)
        c = f * c + i * candidate
        return o * tanh(c), c
