"""The postcode areas of the United Kingdom and the Crown dependencies, and in which nation each lies.

The letters are those of Wikipedia's list of postcode districts in the United Kingdom. Areas that cross a
border, or may, name no nation: who lives there is taken to live in the nation of the practice.
"""

from typing import Final

NATIONS: Final = ("GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR")
"""The nations of the United Kingdom, as ISO 3166-2 has them."""

_WHOLLY: Final = {
    "GB-SCT": "AB DD EH FK G HS IV KA KW KY ML PA PH ZE",
    "GB-WLS": "CF SA",
    "GB-NIR": "BT",
    "GB-ENG": (
        "AL B BA BB BD BH BL BN BR BS CB CM CO CR CT CV CW DA DE DH DL DN DT DY E EC EN EX FY GU HA HD HG "
        "HP HU HX IG IP KT L LA LE LN LS LU M ME MK N NG NN NR NW OL OX PE PL PO PR RG RH RM S SE SG SK SL "
        "SM SN SO SP SR SS ST SW TA TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO"
    ),
}
_CROSSING: Final = "CA CH DG GL HR LD LL NE NP SY TD"
_CROWN: Final = "GY IM JE"

NATION_OF: Final[dict[str, str]] = {
    **{area: nation for nation, areas in _WHOLLY.items() for area in areas.split()},
    **dict.fromkeys(f"{_CROSSING} {_CROWN}".split(), ""),
}
"""The nation of each postcode area; empty where it lies in several, or in a Crown dependency."""

AREAS: Final = tuple(NATION_OF)
CROWN_DEPENDENCIES: Final = frozenset(_CROWN.split())

LETTERED: Final = frozenset({"EC1", "EC2", "EC3", "EC4", "SW1", "W1", "WC1", "WC2"})
"""Districts of London that exist only with a further letter, as EC1A: the bare name means all of them."""
