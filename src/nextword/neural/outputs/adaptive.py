"""The adaptive softmax (Grave et al. 2017): frequent words and clusters first, then a word within a cluster."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from nextword.neural.outputs.fused import NO_GRADIENTS, Gradients, cross_entropies, with_gradients
from nextword.neural.outputs.layer import OutputLayer


class AdaptiveSoftmax(OutputLayer):
    """A softmax in two steps.

        P(w | h) = softmax([U; U_c] h + [b_2; b_c])[w]                     for the words of the shortlist
        P(w | h) = P(cluster of w | h) softmax(U h + b_2 of the cluster)[w]      for the others

    ``cuts`` are the ranks where the shortlist and all clusters but the last end. Most targets are frequent, so most
    rows need the scores of the shortlist alone. Unlike in the paper all words have vectors of one size, so that they
    can be those of the embedding.
    """

    def __init__(self, counts: Tensor, hidden: int, tied: nn.Parameter | None, cuts: Sequence[int]) -> None:
        super().__init__(counts, hidden, tied)
        self.shortlist = cuts[0]
        self.clusters = list(pairwise([*cuts, len(counts)]))
        """First and last rank, the last not included, of each cluster."""
        sizes = torch.tensor([end - begin for begin, end in self.clusters], dtype=torch.float32)
        self.cluster_U = nn.Parameter(torch.zeros(len(sizes), hidden))
        self.cluster_bias = nn.Parameter(sizes.log())  # all words are equally likely before training

    @torch.no_grad()
    def start_at_shares(self, counts: Tensor) -> None:
        """Make b_2 and b_c the logarithms of the shares of words and clusters."""
        super().start_at_shares(counts)
        for cluster, (begin, end) in enumerate(self.clusters):
            self.cluster_bias[cluster] = self.bias[begin:end].logsumexp(dim=0)

    def forward(self, hidden: Tensor, targets: Tensor, dtype: torch.dtype) -> Tensor:
        """Return the mean of -log P(target | h)."""
        scale = 1 / max(len(hidden), 1)

        def work(gradients: Sequence[Tensor | None]) -> Tensor:
            return self._losses(hidden, targets, dtype, gradients, scale).sum() * scale

        return with_gradients(work, hidden, self.U, self.bias, self.cluster_U, self.cluster_bias)

    @torch.no_grad()
    def target_log_probs(self, hidden: Tensor, targets: Tensor, dtype: torch.dtype) -> Tensor:
        """Return log P(target | h), (N,)."""
        return -self._losses(hidden, targets, dtype, [None] * 5, 1.0)

    @torch.no_grad()
    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return log P(w | h) of every word, (N, V)."""
        scores = hidden @ self.U.T + self.bias  # (N, V)
        of_clusters = hidden @ self.cluster_U.T + self.cluster_bias
        head = torch.cat([scores[:, : self.shortlist], of_clusters], dim=1).log_softmax(dim=-1)
        scores[:, : self.shortlist] = head[:, : self.shortlist]
        for place, (begin, end) in enumerate(self.clusters, self.shortlist):
            within = scores[:, begin:end].log_softmax(dim=-1)
            scores[:, begin:end] = head[:, place : place + 1] + within
        return scores

    def _losses(
        self,
        hidden: Tensor,
        targets: Tensor,
        dtype: torch.dtype,
        gradients: Sequence[Tensor | None],
        scale: float,
    ) -> Tensor:
        """Return -log P(target | h), (N,), and write the gradients of hidden, U, b_2, U_c and b_c."""
        of_hidden, of_words, of_biases, *_ = gradients
        ends = torch.tensor([end for _, end in self.clusters], device=targets.device)
        clusters = torch.bucketize(targets, ends, right=True)  # (N,)
        is_frequent = targets < self.shortlist
        places = torch.where(is_frequent, targets, self.shortlist + clusters)
        losses = self._head_losses(hidden, places, dtype, gradients, scale)
        for cluster, (begin, end) in enumerate(self.clusters):
            rows = (~is_frequent & (clusters == cluster)).nonzero().squeeze(1)
            some = hidden[rows]
            tail = Gradients(
                None if of_hidden is None else torch.empty_like(some),
                None if of_words is None else of_words[begin:end],
                None if of_biases is None else of_biases[begin:end],
            )
            words, biases = self.U[begin:end], self.bias[begin:end]
            within = targets[rows] - begin
            losses[rows] += cross_entropies(some, words, biases, within, dtype, gradients=tail, scale=scale)
            if of_hidden is not None and tail.hidden is not None:
                of_hidden.index_add_(0, rows, tail.hidden)
        return losses

    def _head_losses(
        self,
        hidden: Tensor,
        places: Tensor,
        dtype: torch.dtype,
        gradients: Sequence[Tensor | None],
        scale: float,
    ) -> Tensor:
        """Return -log P of each row's word of the shortlist, or of its cluster, (N,), and write the gradients."""
        of_hidden, of_words, of_biases, of_cluster_vectors, of_cluster_biases = gradients
        vectors = torch.cat([self.U[: self.shortlist], self.cluster_U])  # (shortlist + clusters, H)
        biases = torch.cat([self.bias[: self.shortlist], self.cluster_bias])
        sizes = [self.shortlist, len(self.clusters)]
        is_wanted = any(gradient is not None for gradient in gradients)
        head = (
            Gradients(of_hidden, torch.empty_like(vectors), torch.empty_like(biases))
            if is_wanted
            else NO_GRADIENTS
        )
        losses = cross_entropies(hidden, vectors, biases, places, dtype, gradients=head, scale=scale)
        for found, of_parts in (
            (head.U, (of_words, of_cluster_vectors)),
            (head.bias, (of_biases, of_cluster_biases)),
        ):
            if found is not None:
                for part, whole in zip(torch.split(found, sizes), of_parts, strict=True):
                    if whole is not None:
                        whole[: len(part)] = part
        return losses
