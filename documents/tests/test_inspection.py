"""What is taken in and what is not (safety.md G11)."""

import tracemalloc
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from documents.inspection import FileRefused, inspect
from documents.tests.bad_files import BAD, BOMBS, PICTURES
from documents.tests.good_files import GOOD, GPS_MARK, photograph

PEAK = 24 * 1024 * 1024


def test_the_corpus_is_as_large_as_promised():
    assert len(BAD) >= 60
    assert len(GOOD) >= 40


@pytest.mark.parametrize("case", GOOD)
def test_a_good_file_is_taken(case):
    name, data = GOOD[case]
    accepted = inspect(name, data)
    assert accepted.name == name
    assert accepted.data
    if accepted.format.code in {"pdf", "docx", "xlsx"}:
        assert accepted.data == data


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_what_to_do(case):
    name, data, codes = BAD[case]
    with pytest.raises(FileRefused) as refusal:
        inspect(name, data)
    assert refusal.value.code in codes
    assert refusal.value.message.endswith(".")
    assert name not in refusal.value.message


@pytest.mark.parametrize("case", [*BOMBS, "png of 20,000 by 20,000", "png of 6,000 by 6,000"])
def test_a_bomb_is_refused_before_it_goes_off(case):
    name, data, _codes = (BOMBS | PICTURES)[case]
    tracemalloc.start()
    try:
        with pytest.raises(FileRefused):
            inspect(name, data)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < PEAK


def test_a_photograph_forgets_where_it_was_taken_and_stands_upright():
    came = photograph()
    assert GPS_MARK in came
    assert b"CANARY" in came
    kept = inspect("IMG_1.jpg", came).data
    for trace in (GPS_MARK, b"CANARY", b"Camera", b"Exif"):
        assert trace not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert picture.size == (40, 80)
        assert not picture.getexif()
        assert not picture.info.get("comment")


def test_a_png_forgets_its_comments_and_keeps_its_holes():
    assert b"CANARY" not in inspect("comment.png", GOOD["png with a comment"][1]).data
    with Image.open(BytesIO(inspect("hole.png", GOOD["palette png with a hole"][1]).data)) as picture:
        assert picture.info["transparency"] == 0


def test_what_stands_behind_a_photograph_is_gone():
    assert b"ftypmp42" not in inspect("moving.jpg", GOOD["photograph with a film behind it"][1]).data


@pytest.mark.parametrize("case", ["jpg cut off", "png cut off"])
def test_a_picture_cut_off_is_refused_though_another_library_is_lenient(case, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(FileRefused):
        inspect(*BAD[case][:2])
    assert ImageFile.LOAD_TRUNCATED_IMAGES
