"""What the tests' trees are checked against: the prompts that come with the product, its queue, its limits."""

from datetime import date

from ivr.checking import Limits, Surroundings
from ivr.prompt_lengths import lengths
from ivr.voices.shipped import shipped
from ivr.voices.speech import ALL

BESIDE = Surroundings(
    prompts={"zh-CN": lengths(shipped("zh-CN"))}, queues=frozenset({"12365", "line", "line-yue", "line-en"}),
    voices=frozenset(ALL), http_hosts=frozenset({"crm.example.cn"}), limits=Limits(), today=date(2099, 12, 1),
)  # fmt: skip
