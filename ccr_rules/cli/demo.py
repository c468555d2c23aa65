"""`ccr demo`: what the engine says about the example patients."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ccr_rules.cli.stories import Story


def demo(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="STORY", help="Some of the stories; all by default.")
    ] = None,
    list_only: Annotated[bool, typer.Option("--list", help="Only name the stories.")] = False,
) -> None:
    """Show what the engine says of the example patients.

    Each is evaluated on the day of its story. All of them are invented.
    """
    from ccr_rules.cli.stories import find_stories

    stories = find_stories(names or [])
    if list_only:
        _list(stories)
    else:
        _tell(stories)


def _list(stories: "list[Story]") -> None:
    from ccr_rules.cli.output import write

    width = max(len(story.name) for story in stories)
    write("".join(f"{story.name.ljust(width)}  {story.title}\n" for story in stories))


def _tell(stories: "list[Story]") -> None:
    from ccr_rules.cli.output import note, page_width, show
    from ccr_rules.cli.story_page import story_page
    from ccr_rules.engine import Engine

    engine = Engine.default()
    for story in stories:
        evaluation = engine.evaluate(
            story.record_path.read_bytes(),
            story.as_of,
            known_on=story.known_on,
            profile=story.profile,
            supplied=story.supplied,
            rulesets=story.rulesets,
        )
        show(story_page(story, evaluation, page_width()))
    patients = "patient" if len(stories) == 1 else "patients"
    note(f"{len(stories)} {patients}, all invented; ccr evaluate and ccr explain show more of each.")
