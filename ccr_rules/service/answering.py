"""From a question to an evaluation, beside everything else that the service is doing.

An evaluation is work for the processor: about 3 ms for a record of 160 kB. Handing it to a thread costs more
than it gains, since threads of one Python take turns: so small records are evaluated where they arrive, one
after the other. Large records, and other evaluators (which wait for a process of their own), would keep
everybody waiting; they go to a few threads, with a time limit. What does not end in time goes on in its
thread and is then thrown away, so there are never more of them than threads.
"""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from ccr_rules.engine import Engine
from ccr_rules.errors import EvaluatorUnavailable, MissingExtraError, RecordError
from ccr_rules.evaluation.durable.program import NotInSubset
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting.plugins import EVALUATING
from ccr_rules.service.books import look_at
from ccr_rules.service.clock import Clock
from ccr_rules.service.problems import Problem
from ccr_rules.service.question import Question, checked
from ccr_rules.service.record_faults import unusable
from ccr_rules.service.rules import Rules
from ccr_rules.service.settings import Settings

THREADS: Final = 2
BUSY: Final = {"Retry-After": "1"}

_T = TypeVar("_T")


class Answering:
    """Puts questions to the engine that is in use."""

    def __init__(self, settings: Settings, rules: Rules, clock: Clock) -> None:
        self._settings = settings
        self._rules = rules
        self._clock = clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="evaluation")
        self._free = asyncio.Semaphore(THREADS)

    async def put(self, question: Question, work: Callable[[Evaluation], _T], *, quick: bool = True) -> _T:
        """Return what some work makes of the evaluation; `quick` work may be done where small records are.

        Raises Problem.
        """
        choice = (tuple(question.rulesets), tuple(sorted(question.releases.items())))
        engine = self._rules.engine_for(choice)
        checked(question, engine.library, self._settings.engines, self._clock.today())
        record = bytes(question.record)
        is_quick = quick and self._is_quick(len(record), EVALUATING)
        if is_quick and question.engine == "reference":
            return work(self._evaluated(engine, question, record))
        return await self.elsewhere(lambda: work(self._evaluated(engine, question, record)))

    async def beside(self, size: int, work: Callable[[], _T], hooks: Collection[str] = ()) -> _T:
        """Return what some work returns that is about so many bytes: done here at once, or in a thread.

        `hooks` are those at which it asks plugins. Raises Problem if it takes too long.
        """
        return work() if self._is_quick(size, hooks) else await self.elsewhere(work)

    def _is_quick(self, size: int, hooks: Collection[str]) -> bool:
        """Say whether work about so many bytes keeps nobody waiting; plugins might."""
        return size <= self._settings.inline_bytes and not self._rules.engine.plugins.asks(hooks)

    async def elsewhere(self, work: Callable[[], _T]) -> _T:
        """Return what some work returns, done in a thread. Raises Problem if it takes too long."""
        seconds = self._settings.evaluation_seconds
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
                doing = asyncio.get_running_loop().run_in_executor(self._threads, work)
                doing.add_done_callback(self._ended)
                result = await asyncio.shield(doing)
        except TimeoutError:
            raise Problem("out-of-time", f"it took more than {seconds:g} seconds", BUSY) from None
        return result

    def _ended(self, work: "asyncio.Future[Any]") -> None:
        self._free.release()
        look_at(work)

    def _evaluated(self, engine: Engine, question: Question, record: bytes) -> Evaluation:
        try:
            return engine.evaluate(
                record,
                question.as_of or self._clock.today(),
                known_on=question.known_on,
                profile=question.profile,
                supplied=question.supplied,
                consultation=question.consultation,
                responses=question.responses,
                rulesets=question.rulesets,
                releases=question.releases,
                patient=question.patient,
                engine=question.engine,
                host=question.host,
            )
        except RecordError as fault:
            raise unusable(fault) from None
        except (MissingExtraError, NotInSubset) as fault:
            raise Problem("invalid-request", f"$.engine: {fault.message}") from None
        except EvaluatorUnavailable as fault:
            raise Problem("evaluator-unavailable", fault.message, BUSY) from None

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
