"""The five systems: what is known of each from public pages, and what is not.

A fact names the page that it is from, of which extracts were read in 2026; pages are named, not copied. What
no public page says is `unverified`, and the sheets say so too.
"""

from typing import Final

from ccr_build_sheets.model import Fact, Reference, System

UNVERIFIED: Final = "unverified"

_PACK: Final = Reference(
    "eoe-pack",
    "Resource pack for cancer care reviews, made with the Patient Partnership Group",
    "East of England Cancer Alliance",
    note="Names Ardens, EMIS, INPS, Vision, TPP SystmOne and C the Signs as holding the template.",
)
_PINK: Final = Reference(
    "pink-alert-box",
    "Pink alert box",
    "Ardens (EMIS Web support)",
    "https://support-ew.ardens.org.uk/support/solutions/articles/31000171783-pink-alert-box",
)
_TRIGGERS: Final = Reference(
    "protocol-triggers",
    "Editing the triggers of a protocol",
    "Ardens (EMIS Web support)",
    "https://support-ew.ardens.org.uk/support/solutions/articles/31000173903-editing-the-triggers-of-a-protocol",
)
_HERO: Final = Reference(
    "protocol-builder",
    "You can build workflows to prompt users",
    "Hero Health Software",
    "https://herohealthsoftware.net/50-reasons-to-use-emis/you-can-built-workflows-to-prompt-users",
)
_HANDY: Final = Reference(
    "handy-protocol",
    "HP014, a protocol alert about carers",
    "Primary Care IT",
    "https://support.primarycareit.co.uk/portal/en-gb/kb/articles/hp014",
)
_TEMPLATES: Final = Reference(
    "template-manager",
    "Template design guide",
    "Safer Prescribing",
    "https://saferprescribing.co.uk/monitoring-template",
)
_XML: Final = Reference(
    "emis-searches",
    "The Unofficial EMIS XML Toolkit, README",
    "triplebob/emis-xml-convertor (GitHub)",
    "https://github.com/triplebob/emis-xml-convertor",
    note="A third party's reading of searches that EMIS Web exported.",
)
_PROTOCOL_ENTRY: Final = Reference(
    "systmone-protocols",
    "How do you automate in SystmOne?",
    "Welby Innovate",
    "https://welbyinnovate.freshdesk.com/support/solutions/articles/202000091658-how-do-you-automate-in-systmone-why-are-protocol-entry-notes-appearing-in-patient-records-",
)
_FILING: Final = Reference(
    "systmone-prompts",
    "Setting up pathology filing guidance prompts",
    "Welby Innovate",
    "https://welbyinnovate.freshdesk.com/support/solutions/articles/202000094966-setting-up-pathology-filing-guidance-prompts",
)
_REPORTS: Final = Reference(
    "systmone-reports",
    "SystmOne reporting: training and notes",
    "Suffolk and North East Essex ICB, clinical systems team",
    "https://clinicalsystems.snee.nhs.uk/support/solutions/articles/103000375107-systmone-reporting-training-and-notes-tips",
)
_GROUPS: Final = Reference(
    "ardens-groups",
    "Why can I see letters for other areas?",
    "Ardens (SystmOne support)",
    "https://support.ardens.org.uk/support/solutions/articles/31000147188-why-can-i-see-letters-for-other-areas-",
)
_REQUESTS: Final = Reference(
    "ardens-requests",
    "Requests for new and amended referral forms",
    "Ardens (SystmOne support)",
    "https://support-s1.ardens.org.uk/support/solutions/articles/31000156343",
)
_RULES: Final = Reference(
    "pathway-rules",
    "Pathway Developer: creating rules",
    "Cegedim Healthcare Solutions (Outcomes Manager help)",
    "https://help.cegedim-healthcare.co.uk/OutcomesManager/content/Help%20Topics/Pathway_Developer/Creating_rules.htm",
)
_NOTIFICATIONS: Final = Reference(
    "pathway-notifications",
    "Pathway Developer: report notifications",
    "Cegedim Healthcare Solutions (Outcomes Manager help)",
    "https://help.cegedim-healthcare.co.uk/OutcomesManager/content/Help%20Topics/Pathway_Developer/Report_notifications.htm",
)
_VISION_ALERTS: Final = Reference(
    "vision-alerts",
    "Vision+ alerts",
    "Cegedim Healthcare Solutions (Consultation Manager help)",
    "https://help.cegedim-healthcare.co.uk/DLM860/Consultation_Manager/Content/ConMgr/52495.htm",
)
_GUIDELINES: Final = Reference(
    "vision-guidelines",
    "Guidelines and reports: introduction",
    "Cegedim Healthcare Solutions (Consultation Manager help)",
    "https://help.cegedim-healthcare.co.uk/DLM860/Consultation_Manager/Content/ConMgr/24849.htm",
)
_SPOTLIGHT: Final = Reference(
    "c-the-signs",
    "Improving early cancer detection with C the Signs",
    "C the Signs",
    "https://spotlight.cthesigns.co.uk/improving-cancer-detection/",
    date="2021-12-22",
)

EMIS: Final = System(
    id="emis",
    name="EMIS Web",
    does="Built by the practice, or by whoever keeps its protocols, searches and templates.",
    alert="protocol with an alert",
    search="search",
    template="template",
    triggers=(
        Fact("When a patient's record is loaded (and again when it is updated).", "handy-protocol"),
        Fact("When a code is added.", "protocol-triggers"),
        Fact("When a consultation is saved.", "protocol-triggers"),
    ),
    priorities={
        "high": Fact("High: red dot, at the top of the pink alert box.", "pink-alert-box"),
        "medium": Fact("Medium: yellow triangle, below those of high priority.", "pink-alert-box"),
        "low": Fact("Low: speech bubble, below all others.", "pink-alert-box"),
    },
    facts=(
        Fact(
            "A protocol is made of triggers, decisions and actions, in the protocol builder.",
            "protocol-builder",
        ),
        Fact(
            "A trigger can be limited to job categories; whom it leaves out sees no alert.",
            "protocol-triggers",
        ),
        Fact("After triggers were changed, users may have to log out and in again.", "protocol-triggers"),
        Fact("An alert can open a page of a template when it is double-clicked.", "pink-alert-box"),
        Fact("Templates are made in the template manager, a coded question at a time.", "template-manager"),
        Fact("Searches know criteria linked by time, the latest entry, and episode types.", "emis-searches"),
        Fact(
            "How long the text of an alert may be, and whether it can show a date that is worked out.",
            UNVERIFIED,
        ),
        Fact("How a search counts months back from a month end.", UNVERIFIED),
    ),
    sources=(_PINK, _TRIGGERS, _HERO, _HANDY, _TEMPLATES, _XML, _PACK),
)

SYSTMONE: Final = System(
    id="systmone",
    name="TPP SystmOne",
    does="Built by the practice, or by whoever keeps its protocols, reports and templates.",
    alert="protocol or patient status alert",
    search="clinical report",
    template="template",
    triggers=(
        Fact("When a patient's record is retrieved.", "systmone-protocols"),
        Fact(
            "Other triggers of a protocol: choose the nearest to “record opened”, and write down which.",
            UNVERIFIED,
        ),
    ),
    priorities={
        level: Fact(
            f"{level.capitalize()}: use the system's own marking for it, and write down which.", UNVERIFIED
        )
        for level in ("high", "medium", "low")
    },
    facts=(
        Fact(
            "Protocols can run in the background whenever anybody retrieves a record.", "systmone-protocols"
        ),
        Fact("A protocol cannot always tell why a record was retrieved.", "systmone-prompts"),
        Fact("A protocol can be limited to named staff or teams.", "systmone-prompts"),
        Fact("A status alert on the demographics can start a protocol.", "systmone-prompts"),
        Fact(
            "Reports can use code clusters, SystmOne's name for published reference sets.", "systmone-reports"
        ),
        Fact("What Ardens makes is shared by a group with all of its members.", "ardens-groups"),
        Fact("Reports that lead to care should have a clinician's oversight.", "systmone-reports"),
        Fact("How a report asks for an entry before or after the day that another report found.", UNVERIFIED),
        Fact("Whether a report can choose entries by episode.", UNVERIFIED),
    ),
    sources=(_PROTOCOL_ENTRY, _FILING, _REPORTS, _GROUPS, _PACK),
)

VISION: Final = System(
    id="vision",
    name="Cegedim Vision",
    does="Built by the practice: rules in Pathway Developer (Outcomes Manager), data entry in a guideline.",
    alert="pathway notification (Vision+ alert)",
    search="pathway list or search",
    template="guideline or Vision+ template",
    triggers=(
        Fact("When a patient is selected in Consultation Manager.", "vision-alerts"),
        Fact("Another moment, such as a code or a saved consultation: write down which.", UNVERIFIED),
    ),
    priorities={
        "high": Fact("High: red text.", "pathway-notifications"),
        "medium": Fact("Medium: amber text.", "pathway-notifications"),
        "low": Fact("Low: black text.", "pathway-notifications"),
    },
    facts=(
        Fact("A rule looks for the latest, the earliest or any entry of a codeset.", "pathway-rules"),
        Fact(
            "A rule compares with “on”, “after”, “on or after”, “before”, “on or before”, “between”.",
            "pathway-rules",
        ),
        Fact(
            "A day that one rule found can be kept in a variable and used in a later rule.", "pathway-rules"
        ),
        Fact("Date of birth and date of registration can be asked for.", "pathway-rules"),
        Fact("A notification can show an alert, make a practice list, or both.", "pathway-notifications"),
        Fact(
            "Guidelines are a means of data entry, for one user or the whole practice.", "vision-guidelines"
        ),
        Fact("Whether a rule can choose entries by episode.", UNVERIFIED),
        Fact("How a rule counts months back from a month end.", UNVERIFIED),
    ),
    sources=(_RULES, _NOTIFICATIONS, _VISION_ALERTS, _GUIDELINES, _PACK),
)

ARDENS: Final = System(
    id="ardens",
    name="Ardens",
    does=(
        "Handed to Ardens as a request: Ardens publishes its own resources into EMIS Web and SystmOne, and "
        "a practice does not build inside them. What the practice builds itself, it builds from the sheets "
        "for its own system."
    ),
    alert="alert published by Ardens",
    search="search or report published by Ardens",
    template="template published by Ardens",
    triggers=(
        Fact(
            "In EMIS Web: the triggers of a protocol, some of which a practice can change.",
            "protocol-triggers",
        ),
        Fact("In SystmOne: whatever Ardens uses there; agree it with them.", UNVERIFIED),
    ),
    priorities={
        "high": Fact("High: in EMIS Web, for issues of clinical importance.", "pink-alert-box"),
        "medium": Fact("Medium: in EMIS Web, for less important suggested actions.", "pink-alert-box"),
        "low": Fact("Low: in EMIS Web, for useful information.", "pink-alert-box"),
    },
    facts=(
        Fact("Many Ardens alerts show for all staff; job categories can narrow that.", "protocol-triggers"),
        Fact(
            "In SystmOne its resources are shared by an organisation group with every member.",
            "ardens-groups",
        ),
        Fact("Requests about referral forms come through a named lead of the area.", "ardens-requests"),
        Fact("Whether requests for alerts, searches and templates go the same way.", UNVERIFIED),
        Fact("Which of the rules of this ruleset an Ardens resource follows already.", UNVERIFIED),
    ),
    sources=(_TRIGGERS, _PINK, _GROUPS, _REQUESTS, _PACK),
)

C_THE_SIGNS: Final = System(
    id="c-the-signs",
    name="C the Signs",
    does=(
        "Handed to C the Signs as a request: no public page says how an alert, a search or a template is "
        "made there. What the practice builds itself, it builds from the sheets for its own record system."
    ),
    alert="alert",
    search="dashboard list",
    template="template",
    triggers=(
        Fact("Events of the record system that it hears of: agree them with the supplier.", UNVERIFIED),
    ),
    priorities={
        level: Fact(f"{level.capitalize()}: agree with the supplier how it is shown.", UNVERIFIED)
        for level in ("high", "medium", "low")
    },
    facts=(
        Fact("The supplier says that it is integrated with EMIS, SystmOne and Vision.", "c-the-signs"),
        Fact("The supplier describes a dashboard of all patients with a cancer diagnosis.", "c-the-signs"),
        Fact("A cancer alliance lists it among the systems that hold the review template.", "eoe-pack"),
        Fact("Whether a practice or an alliance can add alerts, lists or templates of its own.", UNVERIFIED),
    ),
    sources=(_SPOTLIGHT, _PACK),
)

SYSTEMS: Final = {each.id: each for each in (EMIS, SYSTMONE, VISION, ARDENS, C_THE_SIGNS)}
FORMS: Final = {f"build-sheet-{id_}": system for id_, system in SYSTEMS.items()}
"""The forms that can be asked for, and the system of each."""
