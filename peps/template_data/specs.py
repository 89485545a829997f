"""Short ways to write the fields of a question. What each key means stands here, and nowhere else.

name, type, label      the input; `label` may carry {name}
options                [[value, words], ...] of radios and checks
hint                   help under the label
max                    characters; 300 unless said, up to twice as many are taken (forms.md I.0 "Lengths")
required               must be filled before the part is done, unless the question's exit is used; saving never asks for it
if, unless             [field, [values]]: asked only when (or only unless) that field has one of the values; "C1.how" is a field of
                       another question of the same part
audiences              letters that narrow those of the question: F full, S setting, P family, Y young person
wording                {value: words} that everyone but the full audience reads instead of an option's words
guarded                kept from the family by rule, so its box does not say that they may read it
most, least            how many boxes of checks may be ticked; how many rows there may be and must be
fields                 the inputs of each row; in a grid `only` names the rows that have the input
rows, optional         the rows of a grid as [[key, label], ...], and the keys of those that may stay empty
"""

from typing import Any

Field = dict[str, Any]
Options = list[list[str]]


def text(name: str, label: str, **more: Any) -> Field:
    """One line."""
    return {"name": name, "type": "text", "label": label, **more}


def long(name: str, label: str, **more: Any) -> Field:
    """Several lines."""
    return {"name": name, "type": "long", "label": label, **more}


def radios(name: str, label: str, options: Options, **more: Any) -> Field:
    """One of the options."""
    return {"name": name, "type": "radios", "label": label, "options": options, **more}


def checks(name: str, label: str, options: Options, **more: Any) -> Field:
    """Any of the options, `most` at the most."""
    return {"name": name, "type": "checks", "label": label, "options": options, **more}


def tick(name: str, label: str, **more: Any) -> Field:
    """One box to tick."""
    return {"name": name, "type": "tick", "label": label, **more}


def date(name: str, label: str, **more: Any) -> Field:
    """A day."""
    return {"name": name, "type": "date", "label": label, **more}


def rows(name: str, label: str, fields: list[Field], **more: Any) -> Field:
    """The same inputs again and again."""
    return {"name": name, "type": "rows", "label": label, "fields": fields, **more}


def grid(name: str, label: str, lines: Options, fields: list[Field], **more: Any) -> Field:
    """The same inputs for each named row."""
    return {"name": name, "type": "grid", "label": label, "rows": lines, "fields": fields, **more}


def exit_() -> Field:
    """The honest exit of a mandatory question: counts as answered, is seen in the quality check (forms.md I.0 "Mandatory")."""
    return {"name": "not_known", "type": "exit", "label": "Not known yet, because"}


def confirm(*more: Field) -> list[Field]:
    """A block of facts from the record: one tick, or what is wrong."""
    return [
        tick("confirmed", "Yes, this is right"),
        long("wrong", "This is wrong: what is right, and where from", hint="Only if something above is not right."),
        *more,
    ]
