"""The public form and the progress of a case: what anyone may ask without a log-in, and how often."""

import hmac
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from math import ceil

from sqlalchemy import or_, select

from agent_api.cases import repository
from agent_api.cases.acting import Acting
from agent_api.cases.evidence import EvidenceService
from agent_api.cases.history import CITIZEN
from agent_api.database import Database, now
from agent_api.errors import (
    CaseSettled,
    NoSuchProgress,
    NotProved,
    NoUploadPass,
    PublicClosed,
    TooManyFiles,
    TooOften,
)
from agent_api.events.log import Bell, record
from agent_api.models import Case
from agent_api.public.limits import Limit
from agent_api.public.proof import Challenge, Proofs
from agent_api.public.schemas import (
    ChallengeGiven,
    FileLimits,
    FileTaken,
    Progress,
    ProgressAsked,
    PublicCase,
    PublicCaseTaken,
    Solved,
    Stage,
)
from agent_api.public.signed import Passes

HOUR_S = 3600.0
_FIELDS = (
    "description", "product", "brand", "model", "batch", "company", "place", "occurred_on", "amount", "caller_name",
    "caller_number", "anonymous",
)  # fmt: skip
#: Last digits that are asked for.
DIGITS = 4
#: Answers remembered for who sends the same form again because the first answer got lost.
REMEMBERED = 1000
_EVERYONE = "everyone"


@dataclass(frozen=True)
class PublicSettings:
    """Whether the public may come in, and how often."""

    #: Also for other machines than this one.
    beyond_loopback: bool = False
    #: Zero bits of a proof: each bit doubles the work.
    bits: int = 16
    cases_per_hour: int = 6
    cases_per_hour_everyone: int = 300
    questions_per_hour: int = 20
    questions_per_hour_everyone: int = 3000
    #: Wrong or right, for one case: four digits have 10,000 values.
    questions_per_case_and_hour: int = 5
    files_per_case: int = 10
    files_per_hour: int = 30
    files_per_hour_everyone: int = 600
    clock: Callable[[], float] = field(default=time.time)


class PublicService:
    """The hotline's side of the public page."""

    def __init__(
        self, database: Database, bell: Bell, settings: PublicSettings, acting: Acting, evidence: EvidenceService
    ):  # fmt: skip
        self._database = database
        self._bell = bell
        self._settings = settings
        self._zone = acting.zone
        self._flows = acting.flows
        self._evidence = evidence
        self._proofs = Proofs(settings.bits, settings.clock)
        self._passes = Passes(settings.clock)
        clock = settings.clock
        self._challenges = Limit(120, HOUR_S, clock)
        self._cases = Limit(settings.cases_per_hour, HOUR_S, clock)
        self._all_cases = Limit(settings.cases_per_hour_everyone, HOUR_S, clock)
        self._questions = Limit(settings.questions_per_hour, HOUR_S, clock)
        self._all_questions = Limit(settings.questions_per_hour_everyone, HOUR_S, clock)
        self._by_case = Limit(settings.questions_per_case_and_hour, HOUR_S, clock)
        self._files = Limit(settings.files_per_hour, HOUR_S, clock)
        self._all_files = Limit(settings.files_per_hour_everyone, HOUR_S, clock)
        self._taken: OrderedDict[str, PublicCaseTaken] = OrderedDict()

    def admit(self, address: str) -> None:
        """Raises :class:`PublicClosed` for other machines, unless they were asked in."""
        if not self._settings.beyond_loopback and address not in ("127.0.0.1", "::1"):
            raise PublicClosed()

    def challenge(self, address: str) -> ChallengeGiven:
        """A new challenge. Raises :class:`TooOften`."""
        _within((self._challenges, address))
        return ChallengeGiven(challenge=self._proofs.give(), bits=self._settings.bits)

    async def take(self, new: PublicCase, address: str) -> PublicCaseTaken:
        """A new draft, channel ``web``; the same form sent twice is one case.

        Raises :class:`NotProved`, :class:`TooOften`.
        """
        if (known := self._taken.get(new.challenge)) is not None:
            return known
        proof = self._proved(new)
        _within((self._cases, address), (self._all_cases, _EVERYONE))
        self._proofs.use(proof)
        async with self._database.transaction() as session:
            fields = {name: value for name in _FIELDS if (value := getattr(new, name))}
            draft = repository.NewDraft(fields, known={"kind": new.kind, "channel": "web"})
            case = await repository.new_draft(session, self._database.cipher, now(), self._zone, draft)
            data = {"kind": new.kind, "channel": "web", "changes": fields}
            record(session, "case.drafted", actor=CITIZEN, case_id=case.id, audience=0, data=data)
            taken = PublicCaseTaken(number=case.draft_number, upload_pass=self._passes.give(case.draft_number))
        self._bell.ring()
        self._taken[new.challenge] = taken
        while len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)
        return taken

    async def progress(self, asked: ProgressAsked, address: str) -> Progress:
        """How far a case is. Raises :class:`NotProved`, :class:`TooOften`, :class:`NoSuchProgress`.

        A wrong number and wrong digits are answered alike.
        """
        proof = self._proved(asked)
        number = asked.number.upper()
        _within((self._questions, address), (self._all_questions, _EVERYONE), (self._by_case, number))
        self._proofs.use(proof)
        async with self._database.reading() as session:
            query = select(Case).where(or_(Case.number == number, Case.draft_number == number))
            case = await session.scalar(query)
        left = case.caller_number if case is not None else ""
        if case is None or len(left) < DIGITS or not hmac.compare_digest(left[-DIGITS:], asked.last_digits):
            raise NoSuchProgress()
        stage = self._stage(case)
        upload_pass = None if stage == "closed" else self._passes.give(case.draft_number)
        return Progress(number=case.number or case.draft_number, stage=stage, upload_pass=upload_pass)

    def file_limits(self) -> FileLimits:
        """What files may be sent."""
        return FileLimits(files=self._settings.files_per_case, bytes=self._evidence.most_bytes)

    async def add_file(self, upload_pass: str, name: str, content: AsyncIterator[bytes], address: str) -> FileTaken:
        """Keep a file with the case that the pass is for; it is looked at before the content is read.

        Raises :class:`NoUploadPass`, :class:`TooOften`, :class:`CaseSettled`, :class:`TooManyFiles`,
        :class:`EvidenceRefused`.
        """
        _within((self._files, address), (self._all_files, _EVERYONE))
        number = self._passes.number(upload_pass)
        if not (most := self._settings.files_per_case):
            raise TooManyFiles(most=most)
        async with self._database.reading() as session:
            case = await session.scalar(select(Case).where(Case.draft_number == number)) if number else None
            if case is None:
                raise NoUploadPass()
            if self._stage(case) == "closed":
                raise CaseSettled()
        shown = await self._evidence.add_sent(case.id, name, content, most)
        return FileTaken(name=shown.name, size=shown.size)

    def _stage(self, case: Case) -> Stage:
        return self._flows[case.kind].stages[case.status].public

    def _proved(self, sent: Solved) -> Challenge:
        found = self._proofs.check(sent.challenge, sent.nonce)
        if found is None:
            raise NotProved()
        return found


def _within(*limits: tuple[Limit, str]) -> None:
    """Count once for each, where all allow it. Raises :class:`TooOften`."""
    wait_s = max(limit.wait_s(key) for limit, key in limits)
    if wait_s > 0:
        raise TooOften(seconds=ceil(wait_s))
    for limit, key in limits:
        limit.count(key)
