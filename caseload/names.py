"""Names as people type them, folded into one form for search and for finding the same child again."""

import unicodedata

# Letters that Unicode does not take apart into a letter and a mark.
LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"})


def fold(text: str) -> str:
    """Lower case without accents, punctuation and spaces: "Zoë O'Neil-Łuk" is "zoeoneilluk"."""
    plain = text
    for _ in range(3):  # taking letters apart can bring forth capitals and letters of the table, as in ﬁ, ™ and ᴭ
        plain = unicodedata.normalize("NFKD", plain.casefold().translate(LETTERS))
    return "".join(letter for letter in plain if letter.isalnum())


def name_key(first_name: str, last_name: str, known_as: str = "") -> str:
    """What a child's record is searched by: the folded family name, first name and the name the child uses, with a space between."""
    names = [fold(last_name), fold(first_name), fold(known_as)]
    return " ".join(dict.fromkeys(name for name in names if name))


def search_words(text: str) -> list[str]:
    """The folded words of a search: each must be found somewhere in the `name_key`."""
    return [word for word in (fold(part) for part in text.replace("-", " ").split()) if word]


def same_person(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Whether two (first, last, known as) fit: the same family name, and one of the first names in common."""
    return fold(one[1]) == fold(other[1]) and bool(_called(one) & _called(other))


def swapped(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Whether first and family name were typed the other way round."""
    return fold(one[0]) == fold(other[1]) and fold(one[1]) == fold(other[0])


def _called(names: tuple[str, str, str]) -> set[str]:
    return {fold(names[0]), fold(names[2])} - {""}
