"""Every kind of node there is."""

from typing import Annotated

from pydantic import Field

from ivr.nodes.ask import Ask
from ivr.nodes.branch import Branch
from ivr.nodes.callback import Callback
from ivr.nodes.collect import Collect
from ivr.nodes.hangup import HangUp
from ivr.nodes.http import Http
from ivr.nodes.look_up import LookUp
from ivr.nodes.menu import Menu
from ivr.nodes.queue import Queue
from ivr.nodes.say import Say
from ivr.nodes.set import Set
from ivr.nodes.subtree import SubTree
from ivr.nodes.survey import Survey
from ivr.nodes.transfer import Transfer
from ivr.nodes.voicemail import Voicemail

AnyNode = Annotated[
    Say
    | Ask
    | Menu
    | Collect
    | Branch
    | Set
    | Queue
    | Transfer
    | Voicemail
    | Callback
    | LookUp
    | Survey
    | Http
    | SubTree
    | HangUp,
    Field(discriminator="kind"),
]
