"""The kinds of node, one file each: what may be written in the tree, and what the node does with a caller."""
