"""What the tests' trees are checked against: the prompts that come with the product, its queue, its limits."""

from ivr.checking import Limits, Surroundings
from ivr.prompt_lengths import lengths
from ivr.voices.shipped import shipped

BESIDE = Surroundings(
    prompts={"zh-CN": lengths(shipped("zh-CN"))}, queues=frozenset({"12365", "line"}),
    http_hosts=frozenset({"crm.example.cn"}), limits=Limits(),
)  # fmt: skip
