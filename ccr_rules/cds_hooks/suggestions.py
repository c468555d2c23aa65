"""What a card suggests to record: a verified code, or a task for a review. Nothing without a code."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ccr_rules.cds_hooks.messages import Action, Suggestion
from ccr_rules.cds_hooks.resources import About, recording, task
from ccr_rules.codelists.codelist import Codelist
from ccr_rules.evaluation.answers import Code, PromptAnswer, ReviewAnswer
from ccr_rules.evaluation.result import Evaluation

NewId = Callable[[str], str]
"""Makes the UUID of a part of a card from the name of the part: the same name, the same UUID."""


class Offer(NamedTuple):
    """A suggestion, the first prompt that makes it, and the code that it records, if it records one."""

    suggestion: Suggestion
    prompt: PromptAnswer
    codelist: str = ""
    code: str = ""


def offers(evaluation: Evaluation, about: About, new_id: NewId) -> tuple[Offer, ...]:
    """Return every suggestion: first the codes, then a task for each review that is prompted.

    Where a codelist offers one code, recording it is recommended. Where it offers several, as the first, the
    second and the third letter, which of them is right is not ours to say.
    """
    return (*_codes(evaluation, about, new_id), *_tasks(evaluation, about, new_id))


def _codes(evaluation: Evaluation, about: About, new_id: NewId) -> Iterator[Offer]:
    codelists = {name: found for result in evaluation.results for name, found in result.codelists.items()}
    offered = evaluation.suggested_codes
    of_list = Counter(each.for_ for each in offered)
    prompts = {
        each.code.code: prompt
        for prompt in reversed(evaluation.prompts)
        for each in prompt.suggestions
        if each.code is not None
    }
    for each in offered:
        code = Code(each.system, each.code, each.display)
        made = _recording(code, codelists[each.for_], about, new_id, alone=of_list[each.for_] == 1)
        yield Offer(made, prompts[each.code], each.for_, each.code)


def _recording(code: Code, codelist: Codelist, about: About, new_id: NewId, *, alone: bool) -> Suggestion:
    resource = recording(code, codelist, about)
    action = Action("create", f"Record {code.display} ({code.code}), dated {about.day:%d-%b-%Y}", resource)
    label = f"Record: {code.display}"
    return Suggestion(label, new_id(f"record/{codelist.name}/{code.code}"), alone, (action,))


def _tasks(evaluation: Evaluation, about: About, new_id: NewId) -> Iterator[Offer]:
    """Yield a task for each review that is prompted, once, from the ruleset that prompts it most urgently."""
    reviews = {(each.ruleset, each.id): each for each in evaluation.reviews}
    seen: set[str] = set()
    for prompt in evaluation.prompts:
        if prompt.review is not None and prompt.review not in seen:
            seen.add(prompt.review)
            yield Offer(_task(reviews[prompt.ruleset, prompt.review], about, new_id), prompt)


def _task(review: ReviewAnswer, about: About, new_id: NewId) -> Suggestion:
    action = Action("create", f"Create a task: {review.title}, {review.says}", task(review, about))
    label = f"Add a task: {review.title}"
    return Suggestion(label, new_id(f"task/{review.ruleset}/{review.id}"), False, (action,))
