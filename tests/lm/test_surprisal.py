import math

import numpy as np
import pytest

from nextword.lm import chain_rule, score_lines


def halves(toy):
    """P(the) = 1/2, P(</s>) = 1/4, P(<unk>) = 1/4, whatever came before."""
    table = np.zeros((4, 4))
    table[:] = [0.25, 0, 0.25, 0.5]
    return toy.Bigram(table)


def test_each_token_has_its_score_and_the_line_their_sum(toy):
    (line,) = score_lines(halves(toy), ["the zebra"])
    assert [token.token for token in line.tokens] == ["the", "<unk>", "</s>"]
    assert [token.probability for token in line.tokens] == pytest.approx([0.5, 0.25, 0.25])
    assert [token.surprisal_bits for token in line.tokens] == pytest.approx([1, 2, 2])
    assert [token.oov for token in line.tokens] == [False, True, False]
    assert line.oov == 1
    assert line.probability == pytest.approx(1 / 32)
    assert line.surprisal_bits == pytest.approx(5)
    assert line.log10_prob == pytest.approx(math.log10(1 / 32))


def test_lines_keep_their_order_and_agree_with_score(model):
    lines = ["the students", "", "opened their books laptops", "zebra"]
    scores = score_lines(model, lines)
    assert [line.text for line in scores] == lines
    assert [line.log_prob for line in scores] == pytest.approx([model.score(line) for line in lines])
    assert [len(line.tokens) for line in scores] == [3, 1, 5, 2]
    assert score_lines(model, []) == []


def test_all_lines_are_scored_in_one_call(toy):
    class Counting(toy.Bigram):
        calls = 0

        def token_log_probs(self, sequences):
            self.calls += 1
            return super().token_log_probs(sequences)

    model = Counting(halves(toy).table)
    score_lines(model, ["the", "the the", ""])
    assert model.calls == 1


def test_the_chain_rule_is_written_out_factor_by_factor(toy):
    (line,) = score_lines(halves(toy), ["the zebra"])
    assert chain_rule(line).splitlines() == [
        "P(the <unk>) = P(the) P(<unk> | the) P(</s> | the <unk>)",
        "",
        "  factor               probability   surprisal",
        "  P(the)                       0.5   1.00 bits",
        "  P(<unk> | the)              0.25   2.00 bits   not in the vocabulary",
        "  P(</s> | the <unk>)         0.25   2.00 bits",
        "  product                  0.03125   5.00 bits",
    ]


def test_the_chain_rule_of_an_impossible_or_very_long_line_can_be_read(toy):
    model = toy.saying("the books")
    assert "infinite" not in chain_rule(score_lines(model, ["books the"])[0])
    assert chain_rule(score_lines(model, ["books the"])[0]).splitlines()[-1].split() == [
        "product",
        "0",
        "inf",
        "bits",
    ]
    long = score_lines(halves(toy), ["the " * 2000])[0]
    assert chain_rule(long).splitlines()[-1].split()[1].endswith("e-603")


def test_scores_that_are_no_probabilities_are_not_called_so(toy):
    model = halves(toy)
    model.is_distribution = False
    written = chain_rule(score_lines(model, ["the"])[0])
    assert written.startswith("S(the) = S(the) S(</s> | the)")
    assert "probability" not in written
