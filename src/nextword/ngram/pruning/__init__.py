"""Making a finished model smaller: by relative entropy, by counts, by vocabulary."""

from nextword.ngram.pruning.counts import prune_by_counts as prune_by_counts
from nextword.ngram.pruning.entropy.prune import prune_by_entropy as prune_by_entropy
from nextword.ngram.pruning.entropy.size import prune_to_size as prune_to_size
from nextword.ngram.pruning.words.prune import prune_vocabulary as prune_vocabulary
