"""The checklist and the lines to sign: for people, by hand. Nothing here is ever filled in by a program."""

from typing import Final

from ccr_build_sheets.proving import Signature, SignOff

SIGN_OFF: Final = SignOff(
    checks=(
        "Built in a test environment, with invented people only.",
        "The digest on these pages stands in the description of every alert, search and template that was "
        "built.",
        "Every term without a code was looked up by one person and confirmed by another; their codes are "
        "written on the sheet.",
        "Every test patient was entered, and every sheet gave the answers that it states.",
        "The boundary days of every sheet were tried.",
        "Everything under “What cannot be built” was decided on: left out, done by hand, or done otherwise.",
        "What fires already for cancer care reviews was listed; what repeats it was switched off.",
        "The organisation's clinical safety officer has seen the hazards of this build (DCB0160).",
        "It is known who looks at how often each alert fires, and who acts if one falls silent.",
        "It is known who builds the next version, and by when this one is looked at again.",
    ),
    signatures=(
        Signature("Built by"),
        Signature("Checked by (somebody else)"),
        Signature("Clinical lead"),
        Signature("Clinical safety officer"),
        Signature("To be looked at again by"),
    ),
)
