"""`ccr demo`: what the engine says about the example patients."""

from typing import TYPE_CHECKING, Annotated

import typer

from ccr_rules.cli.options import Evaluator

if TYPE_CHECKING:
    from ccr_rules.cli.stories import Story
    from ccr_rules.evaluation.second_opinion import SecondOpinion


def demo(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="STORY", help="Some of the stories; all by default.")
    ] = None,
    list_only: Annotated[bool, typer.Option("--list", help="Only name the stories.")] = False,
    engine: Annotated[
        Evaluator | None,
        typer.Option("--engine", help="Who decides; by default checked, where durable-rules works."),
    ] = None,
) -> None:
    """Show what the engine says of the example patients.

    Each is evaluated on the day of its story. All of them are invented. Where durable-rules works it decides
    everything a second time, and the last line says on how many the two agree.
    """
    from ccr_rules.cli.stories import find_stories

    stories = find_stories(names or [])
    if list_only:
        _list(stories)
    else:
        _tell(stories, engine)


def _list(stories: "list[Story]") -> None:
    from ccr_rules.cli.output import write

    width = max(len(story.name) for story in stories)
    write("".join(f"{story.name.ljust(width)}  {story.title}\n" for story in stories))


def _tell(stories: "list[Story]", chosen: Evaluator | None) -> None:
    from ccr_rules.cli.output import note, page_width, show
    from ccr_rules.cli.story_page import story_page
    from ccr_rules.engine import Engine
    from ccr_rules.hosting.durable.availability import why_not_here

    missing = "" if chosen else why_not_here()
    evaluator = chosen or (Evaluator.REFERENCE if missing else Evaluator.CHECKED)
    engine, opinions = Engine.default(), []
    for story in stories:
        evaluation = engine.evaluate(
            story.record_path.read_bytes(),
            story.as_of,
            known_on=story.known_on,
            profile=story.profile,
            supplied=story.supplied,
            rulesets=story.rulesets,
            engine=evaluator.value,
        )
        show(story_page(story, evaluation, page_width()))
        opinions.append(evaluation.opinion)
    patients = "patient" if len(stories) == 1 else "patients"
    note(f"{len(stories)} {patients}, all invented; ccr evaluate and ccr explain show more of each.")
    if missing:
        note(f"No second opinion: {missing}.")
    _compare([opinion for opinion in opinions if opinion])


def _compare(opinions: "list[SecondOpinion]") -> None:
    """Say on how many records the two evaluators agree. Exit code 15 if they disagree on any."""
    from ccr_rules.cli.output import note
    from ccr_rules.errors import EvaluatorsDisagree

    if opinions:
        agreed = sum(opinion.agrees for opinion in opinions)
        note(
            f"Two evaluators, the reference and durable-rules, agree on {agreed} of {len(opinions)} records."
        )
    for why in dict.fromkeys(why for opinion in opinions for why in opinion.unavailable.values()):
        note(f"No second opinion on some: {why}.")
    if any(opinion.differences for opinion in opinions):
        raise typer.Exit(EvaluatorsDisagree.exit_code)
