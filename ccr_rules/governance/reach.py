"""Which rules rest on a name: on a parameter, a let, a date, a condition, a codelist or a review."""

from collections.abc import Iterable, Iterator, Mapping

from ccr_rules.language.ast import (
    AnyExpression,
    ConditionName,
    DateLiteral,
    DateName,
    ReviewDate,
    Shift,
    StatusIn,
)
from ccr_rules.language.ruleset import (
    Apart,
    Bound,
    Extreme,
    Indicator,
    Item,
    Placeholder,
    Review,
    Ruleset,
    Template,
)
from ccr_rules.language.walk import walk


def rules_of(ruleset: Ruleset) -> Mapping[str, frozenset[str]]:
    """Return for each rule, as `section/id`, every name that it rests on, however far away.

    Names of dates, lets, conditions and parameters stand as they are; the alias of a codelist is
    `codelists/ALIAS`. A duration that stands alone (`remind`, `at_least`) does not say from which parameter
    it came.
    """
    uses = {**_names(ruleset), **_rules(ruleset)}
    return {rule: _closed(rule, uses) for rule in _rules(ruleset)}


def _closed(start: str, uses: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in uses.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)


def _names(ruleset: Ruleset) -> dict[str, frozenset[str]]:
    named = {name: _used(let.date) for name, let in ruleset.lets.items()}
    named |= {name: frozenset(_of_date(date)) for name, date in ruleset.dates.items()}
    for name, condition in ruleset.conditions.items():
        test = condition.test
        named[name] = frozenset(_of_apart(test)) if isinstance(test, Apart) else _used(test)
    return named


def _rules(ruleset: Ruleset) -> dict[str, frozenset[str]]:
    rules = {f"indicators/{id_}": _of_indicator(each) for id_, each in ruleset.indicators.items()}
    rules |= {f"reviews/{id_}": _of_review(each) for id_, each in ruleset.reviews.items()}
    rules |= {f"items/{id_}": _of_item(each) for id_, each in ruleset.items.items()}
    for id_, prompt in ruleset.prompts.items():
        texts = _of_texts(prompt.summary, prompt.detail)
        rules[f"prompts/{id_}"] = _used(prompt.when) | texts | _lists(prompt.record)
    for id_, payment in ruleset.payments.items():
        rules[f"payments/{id_}"] = _used(payment.when)
    for id_, finding in ruleset.findings.items():
        rules[f"findings/{id_}"] = _used(finding.when) | _of_texts(finding.message)
    return rules


# --- what stands in one definition ---------------------------------------------------------------


def _of_indicator(indicator: Indicator) -> frozenset[str]:
    tests = (indicator.population, indicator.numerator, *(row.test for row in indicator.rows))
    return _used(*tests, indicator.period_end, indicator.achievable_until)


def _of_review(review: Review) -> frozenset[str]:
    dates = (review.opens, review.due, review.until, review.done, review.declined)
    return _used(review.applies, review.pause, *dates) | _lists(review.record)


def _of_item(item: Item) -> frozenset[str]:
    return _used(item.seen, item.applies)


def _of_date(extreme: Extreme) -> Iterator[str]:
    yield f"codelists/{extreme.codelist}"
    yield from _of_window(extreme.lower, extreme.upper)


def _of_apart(apart: Apart) -> Iterator[str]:
    yield f"codelists/{apart.codelist}"
    yield from _of_window(apart.lower, apart.upper)


def _of_window(*bounds: Bound | None) -> frozenset[str]:
    return _used(*(bound.date for bound in bounds if bound))


def _lists(aliases: Iterable[str]) -> frozenset[str]:
    return frozenset(f"codelists/{alias}" for alias in aliases)


def _of_texts(*texts: Template | None) -> frozenset[str]:
    parts = [part for text in texts if text for part in text.parts if isinstance(part, Placeholder)]
    names = {part.name for part in parts if part.text is not None}
    reviews = {f"reviews/{part.review}" for part in parts if part.review}
    return _used(*(part.date for part in parts)) | names | reviews


def _used(*expressions: AnyExpression | None) -> frozenset[str]:
    return frozenset(
        name for each in expressions if each for part in walk(each) if (name := _name(part)) is not None
    )


def _name(expression: AnyExpression) -> str | None:
    match expression:
        case DateName(name=name) | ConditionName(name=name):
            return name
        case Shift(parameter=parameter) | DateLiteral(parameter=parameter):
            return parameter
        case ReviewDate(review=review) | StatusIn(review=review):
            return f"reviews/{review}"
        case _:
            return None
