"""The Huffman tree of hierarchical softmax: frequent words have short paths."""

from nextword.embedding.word2vec.huffman.tree import HuffmanTree, huffman_tree

__all__ = ["HuffmanTree", "huffman_tree"]
