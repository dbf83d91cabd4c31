"""ARPA files for the tests of reading and writing."""

import io

from nextword.ngram.arpa import write_arpa

SMALL = """\\data\\
ngram 1=5
ngram 2=4
ngram 3=2

\\1-grams:
-1\t<unk>
0\t<s>\t-0.5
-0.7\t</s>
-0.5\ta\t-0.25
-0.4\tb\t-0.125

\\2-grams:
-0.2\tb </s>
-0.1\t<s> b\t-0.75
-0.3\ta b\t-1
-0.6\tb a

\\3-grams:
-0.05\t<s> b a
-0.06\ta b </s>

\\end\\
"""


def written(model) -> bytes:
    file = io.BytesIO()
    write_arpa(model, file)
    return file.getvalue()
