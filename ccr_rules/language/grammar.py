"""The grammar of expressions: CQL's syntax for dates, durations and conditions.

One grammar reads both kinds; which of them an expression is, and whether its names are known, is
worked out afterwards, so that the message can say what was meant. `-` needs spaces around it
because names may hold hyphens.
"""

GRAMMAR = r"""
start: disjunction

?disjunction: conjunction ("or" conjunction)*
?conjunction: negation ("and" negation)*
?negation: comparison
    | NOT negation                      -> inversion
?comparison: sum
    | sum COMPARISON sum                -> compare
    | sum "between" sum "and" sum       -> between
    | sum "is" "null"                   -> is_null
    | sum "is" "not" "null"             -> is_not_null
    | sum "in" SET                      -> in_set
?sum: atom
    | sum (PLUS | MINUS) duration       -> shifted
duration: WHOLE NAME                    -> amount
    | NAME                              -> amount_name
?atom: NAME                             -> name
    | DOTTED                            -> dotted
    | DATE                              -> literal
    | (TRUE | FALSE)                    -> boolean
    | NAME "(" disjunction ("," disjunction)* ")" -> call
    | "(" disjunction ")"

NOT: "not"
TRUE: "true"
FALSE: "false"
COMPARISON: "<=" | "<" | ">=" | ">" | "=" | "!="
PLUS: "+"
MINUS: /(?<=\s)-(?=\s)/
WHOLE: /[0-9]+/
DATE: /@[0-9A-Za-z-]*/
DOTTED.2: /[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*\.[A-Za-z][A-Za-z0-9_-]*/
NAME: /[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*/
SET: /\{[^{}]*\}/

%ignore /\s+/
"""
