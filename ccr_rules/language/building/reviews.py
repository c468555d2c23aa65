"""Reviews, items and reasons for declining."""

from ccr_rules.language.ast import DateExpression, Place
from ccr_rules.language.building.context import GROUNDS, Context
from ccr_rules.language.fields import Fields, Keys, as_map, as_text
from ccr_rules.language.nodes import Node
from ccr_rules.language.report import nearest
from ccr_rules.language.ruleset import CONTENT_KINDS, ContentItem, DeclineReason, Item, Review
from ccr_rules.language.scalars import NAME, NAME_MEANT
from ccr_rules.language.vocabulary import CANNOT_TELL, STATUS_WORDS

_REVIEW = Keys(
    ("title", "applies", "opens", "due", "remind", "done"),
    ("until", "declined", "pause", "words", "record", *CONTENT_KINDS, *GROUNDS),
)
_CONTENT_ITEM = Keys(("id", "title"), ("record", *GROUNDS))
_ITEM = Keys(("title", "seen"), ("applies", *GROUNDS))
_DECLINE_REASON = Keys(("display", "holds"), GROUNDS)
_UNTIL_CHANGED = "until changed"


def read_review(id_: str, node: Node, at: Place, context: Context) -> Review | None:
    """Read a review: when it opens, when it is due, and what counts as done."""
    what = f"the review `{id_}`"
    fields = context.fields(node, what, _REVIEW)
    grounds = context.grounds(fields, what)
    applies, pause = context.condition(fields, "applies"), context.condition(fields, "pause")
    opens, due = context.date(fields, "opens"), context.date(fields, "due")
    done, declined = context.date(fields, "done"), context.date(fields, "declined")
    remind = context.duration(fields, "remind")
    until = _until(fields, what, context)
    content = {kind: _content(fields, kind, what, context) for kind in CONTENT_KINDS}
    words = _words(fields, what, context)
    record = context.aliases(fields, "record")
    if applies is None or opens is None or due is None or done is None:
        return None
    return Review(
        id=id_,
        title=fields.text("title"),
        applies=applies,
        opens=opens,
        due=due,
        remind=remind,
        until=until,
        done=done,
        declined=declined,
        pause=pause,
        words=words,
        record=record,
        **content,
        grounds=grounds,
        at=at,
    )


def _until(fields: Fields, what: str, context: Context) -> DateExpression | None:
    node = fields.text_node("until")
    if node is None:
        if fields.readable and "until" not in fields:
            hint = "add a date after which nothing is prompted, or `until: never`"
            context.report.add(
                "no-until", f"{what} does not say how long it stays open", fields.at, hint=hint
            )
        return None
    return None if node.text == "never" else context.date(fields, "until")


def _content(fields: Fields, key: str, what: str, context: Context) -> tuple[ContentItem, ...]:
    items: dict[str, ContentItem] = {}
    for node in fields.maps(key):
        item = context.fields(node, f"an item of `{key}` of {what}", _CONTENT_ITEM)
        grounds = context.grounds(item, f"an item of `{key}` of {what}")
        id_ = item.matched("id", NAME, NAME_MEANT)
        if id_ and id_ in items:
            message = f"two items of `{key}` of {what} have the id `{id_}`"
            context.report.add("duplicate-id", message, item.at_key("id"), found=id_, hint="rename one")
        items[id_] = ContentItem(id_, item.text("title"), grounds, context.aliases(item, "record"))
    return tuple(items.values())


def _words(fields: Fields, what: str, context: Context) -> dict[str, str]:
    """Read what a screen says for a status."""
    node = fields.node("words")
    found = as_map(node, f"`words` of {what}", context.report) if node else None
    words: dict[str, str] = {}
    for status, pair in (found.pairs if found else {}).items():
        if status not in (*STATUS_WORDS, CANNOT_TELL):
            message = f"`{status}` is not a status of a review"
            hint = nearest(status, STATUS_WORDS)
            context.report.add("unknown-word", message, pair.key.at, found=status, hint=hint)
        said = as_text(pair.value, f"`{status}` in `words` of {what}", context.report)
        words[status] = said.text.strip() if said else ""
    return words


def read_item(id_: str, node: Node, at: Place, context: Context) -> Item | None:
    """Read something that is shown as received or not seen."""
    what = f"the item `{id_}`"
    fields = context.fields(node, what, _ITEM)
    grounds = context.grounds(fields, what)
    seen, applies = context.date(fields, "seen"), context.condition(fields, "applies")
    return None if seen is None else Item(id_, fields.text("title"), seen, grounds, applies, at)


def read_decline_reason(code: str, node: Node, _at: Place, context: Context) -> DeclineReason:
    """Read a reason for not acting on a prompt, and how long it holds."""
    what = f"the decline reason `{code}`"
    fields = context.fields(node, what, _DECLINE_REASON)
    grounds = context.grounds(fields, what)
    holds = None if fields.text("holds") == _UNTIL_CHANGED else context.duration(fields, "holds")
    return DeclineReason(code, fields.text("display"), holds, grounds)
