"""The examples: what stands in the folder is what comes out, end to end, and what each must say."""

from gp_connect_support import ALL, AS_OF, EXAMPLES, engine, evaluated, files, outcome

from ccr_rules import Engine


def test_the_folder_holds_what_comes_out() -> None:
    there = {
        str(path.relative_to(EXAMPLES)): path.read_text(encoding="utf-8")
        for path in EXAMPLES.rglob("*")
        if path.is_file()
    }
    assert there == files()


def test_no_plugin_fails_on_an_example() -> None:
    for name in ALL:
        evaluation = evaluated(name)
        assert [fault.fault for fault in evaluation.hosted.faults] == [], name
        assert [each.split("@")[0] for each in evaluation.hosted.plugins] == ["gp-connect"], name


def test_a_diagnosis_that_is_a_problem_and_a_review_that_is_uncategorised_data() -> None:
    told = outcome(evaluated("problem-and-review"))
    assert told["reviews"] == {"support-conversation": "done", "cancer-care-review": "done"}
    assert told["completeness"] == "complete"


def test_a_review_without_a_day_was_held_on_the_day_of_its_consultation() -> None:
    evaluation = evaluated("problem-and-review")
    (review,) = (each for each in evaluation.reviews if each.id == "cancer-care-review")
    assert review.done_on is not None
    assert (
        str(review.done_on.first) == str(review.done_on.last) == "2026-08-27"
    )  # not the 29th, when recorded


def test_a_problem_and_its_item_are_one_diagnosis_of_the_day_of_the_item() -> None:
    entries = [each for each in evaluated("problem-flagged-late").record.entries if each.kind != "Encounter"]
    assert [(each.reference, str(each.clinical and each.clinical.first)) for each in entries] == [
        ("Observation/o1", "2024-05-02")
    ]


def test_two_days_for_one_diagnosis_settle_nothing_between_them() -> None:
    told = outcome(evaluated("problem-dates-differ"))
    assert told["reviews"]["cancer-care-review"] == "cannot tell"
    assert "gp-connect-problem-dates-differ" in told["findings"]
    assert told["prompts"] == [
        "cancer-care-review-due",
        "invite-to-cancer-care-review",
    ]  # and nobody is unseen


def test_the_contact_that_takes_place_is_the_last_of_the_day_by_its_time_and_words() -> None:
    evaluation = evaluated("text-only-encounters")
    assert evaluation.consultation is not None
    assert (evaluation.consultation.reference, evaluation.consultation.mode) == ("Encounter/e3", "telephone")
    modes = {each.reference: each.mode for each in evaluation.record.consultations}
    assert modes["Encounter/e1"] == "face-to-face"
    assert modes["Encounter/e2"] == "unknown"
    assert modes["Encounter/e4"] == "administrative"


def test_confidential_items_mean_that_nobody_can_tell() -> None:
    told = outcome(evaluated("confidential-items"))
    assert told["reviews"] == {"support-conversation": "cannot tell", "cancer-care-review": "cannot tell"}
    assert told["headline"].startswith("Cannot tell whether there is a cancer diagnosis")
    assert "confidential-items" in told["incomplete"]["Observation"]
    assert "Nothing due" not in told["headline"]


def test_data_in_transit_mean_that_a_review_may_have_been_held_elsewhere() -> None:
    told = outcome(evaluated("data-in-transit"))
    assert set(told["reviews"].values()) == {"cannot tell"}
    assert set(told["incomplete"]) == {"Condition", "Encounter", "Observation", "ServiceRequest"}


def test_nothing_recorded_in_any_area_is_no_cancer() -> None:
    told = outcome(evaluated("no-content"))
    assert set(told["reviews"].values()) == {"not applicable"}
    assert told["completeness"] == "complete"


def test_an_area_that_was_not_asked_for_is_not_empty() -> None:
    told = outcome(evaluated("problems-not-asked-for"))
    assert set(told["reviews"].values()) == {"cannot tell"}
    assert list(told["incomplete"]) == ["Condition"]


def test_a_read_code_whose_words_are_a_cancer_is_a_possible_cancer() -> None:
    told = outcome(evaluated("read-codes-only"))
    assert set(told["reviews"].values()) == {"cannot tell"}
    assert "not-in-codelist" in told["findings"]


def test_an_entry_that_lost_its_code_may_be_a_cancer() -> None:
    told = outcome(evaluated("degraded-code"))
    assert set(told["reviews"].values()) == {"cannot tell"}
    assert told["findings"] == ["gp-connect-no-meaning"]


def test_the_core_alone_would_call_some_of_these_free_of_cancer() -> None:
    """Why this plugin is there: the core takes the request to have asked for everything."""
    core = Engine.default()
    for name in ("problems-not-asked-for", "degraded-code"):
        told = core.evaluate(ALL[name].record, AS_OF, profile="gp-connect")
        assert told.headline == "No cancer diagnosis in the record supplied"


def test_the_story_of_the_core_comes_out_as_it_does_without_the_plugin() -> None:
    path = EXAMPLES.parents[2] / "fhir_examples" / "gp-connect-stu3" / "record.json"
    raw = path.read_bytes()
    without = Engine.default().evaluate(raw, "2026-11-20", profile="gp-connect")
    with_plugin = engine().evaluate(raw, "2026-11-20", profile="gp-connect")
    assert with_plugin.headline == without.headline
    assert [(each.id, each.status) for each in with_plugin.reviews] == [
        (each.id, each.status) for each in without.reviews
    ]
