"""What a card suggests to record: a verified code, or a task for a review. Nothing without a code."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from ccr_rules.cds_hooks.messages import Action, Suggestion
from ccr_rules.cds_hooks.resources import About, recording, task
from ccr_rules.codelists.codelist import Codelist
from ccr_rules.evaluation.answers import Code, ReviewAnswer
from ccr_rules.evaluation.result import Evaluation

NewId = Callable[[str], str]
"""Makes the UUID of a part of a card from the name of the part: the same name, the same UUID."""


def suggestions(evaluation: Evaluation, about: About, new_id: NewId) -> tuple[Suggestion, ...]:
    """Return every suggestion, with those first that are of one kind only.

    Where a codelist offers one code, recording it is recommended. Where it offers several, as the first, the
    second and the third letter, which of them is right is not ours to say.
    """
    codelists = _codelists(evaluation)
    offered = evaluation.suggested_codes
    of_list = Counter(each.for_ for each in offered)
    found = [
        _record(
            Code(each.system, each.code, each.display),
            codelists[each.for_],
            about,
            new_id,
            alone=of_list[each.for_] == 1,
        )
        for each in offered
    ]
    found += [_task(review, about, new_id) for review in _prompted_reviews(evaluation)]
    return tuple(found)


def _codelists(evaluation: Evaluation) -> Mapping[str, Codelist]:
    return {name: found for result in evaluation.results for name, found in result.codelists.items()}


def _record(code: Code, codelist: Codelist, about: About, new_id: NewId, *, alone: bool) -> Suggestion:
    resource = recording(code, codelist, about)
    action = Action("create", f"Record {code.display} ({code.code}), dated {about.day:%d-%b-%Y}", resource)
    label = f"Record: {code.display}"
    return Suggestion(label, new_id(f"record/{codelist.name}/{code.code}"), alone, (action,))


def _task(review: ReviewAnswer, about: About, new_id: NewId) -> Suggestion:
    action = Action("create", f"Create a task: {review.title}, {review.says}", task(review, about))
    label = f"Add a task: {review.title}"
    return Suggestion(label, new_id(f"task/{review.ruleset}/{review.id}"), False, (action,))


def _prompted_reviews(evaluation: Evaluation) -> Iterator[ReviewAnswer]:
    """Yield each review that is prompted, once, from the ruleset that prompts it most urgently."""
    reviews = {(each.ruleset, each.id): each for each in evaluation.reviews}
    seen: set[str] = set()
    for prompt in evaluation.prompts:
        if prompt.review is not None and prompt.review not in seen:
            seen.add(prompt.review)
            yield reviews[prompt.ruleset, prompt.review]
