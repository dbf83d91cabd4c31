"""What the networks share: from words to a hidden vector, which says all that the next word depends on."""

from abc import ABC, abstractmethod
from typing import ClassVar, Generic, TypeVar

from nextword.arrays import FloatArray, IntArray
from nextword.neural.inference.states import LastWords, Memories

State = TypeVar("State", LastWords, Memories)


class Network(ABC, Generic[State]):
    """A trained network without its output layer. Words are ranks; vectors are float32."""

    embedding: FloatArray
    """E: (V, E)."""
    state_type: ClassVar[type[LastWords] | type[Memories]]

    @abstractmethod
    def initial_state(self, batch: int) -> State:
        """Return what is remembered before anything was read."""

    @abstractmethod
    def advance(self, state: State, words: IntArray) -> State:
        """Return the state after one more word a row; ``words`` is (B,)."""

    @abstractmethod
    def hidden(self, state: State) -> FloatArray:
        """Return the last layer's h, (B, H)."""

    @abstractmethod
    def remember(self, words: IntArray, state: State) -> tuple[FloatArray, State]:
        """Return the last layer's h (T, B, H) after each of ``words`` (T, B), and the state after all of them."""

    @abstractmethod
    def fits(self, state: State) -> bool:
        """Whether a state's arrays have the shapes that this network expects."""
