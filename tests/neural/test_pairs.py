"""Networks judge minimal pairs."""

from nextword.lm.pairs import score_pairs
from nextword.text.pairs import Pair


def test_a_network_has_ties_where_it_reads_the_same_words(random_model):
    model = random_model(network="lstm")
    pairs = [Pair(f"w4 {'w6 ' * number}zebra", f"w4 {'w6 ' * number}gnu", {}, "pair") for number in range(20)]
    assert score_pairs(model, pairs).overall.ties == 20
