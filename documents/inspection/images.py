"""Pictures are drawn anew: what was hidden in or behind them, place and camera included, does not come along."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageFile, ImageOps

from documents.inspection.refusal import FileRefused

MAX_PIXELS = 50_000_000  # a telephone's largest; a decoded pixel is three bytes
DECODED_PIXELS = 16_000_000
DAMAGED = "The picture cannot be read. Open it on your computer, save it again as JPG or PNG and choose it anew."
TOO_LARGE = "The picture has too many pixels. Save it smaller and choose it again."


def clean_jpeg(data: bytes) -> bytes:
    """The same picture as a fresh JPEG without metadata, turned the right way up. Raises FileRefused."""
    return _redrawn(data, "JPEG", {"quality": 88, "optimize": False})


def clean_png(data: bytes) -> bytes:
    """The same picture as a fresh PNG without metadata. Raises FileRefused."""
    return _redrawn(data, "PNG", {})


def _redrawn(data: bytes, format_name: str, options: dict[str, int | bool]) -> bytes:
    try:
        with _strictly(), Image.open(BytesIO(data), formats=[format_name]) as picture:
            return _drawn(_opened(picture), format_name, options)
    except FileRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise FileRefused("pixels", TOO_LARGE) from bomb
    except Exception as broken:  # a broken picture can raise whatever the decoder meets in it
        raise FileRefused("damaged", DAMAGED) from broken


@contextmanager
def _strictly() -> Iterator[None]:
    """A picture cut off is an error, though WeasyPrint switches that off for the whole process; a bomb is one too."""
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _opened(picture: Image.Image) -> Image.Image:
    """The picture, its pixels not yet decoded; a large JPEG is decoded at half its size or less."""
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > 20_000:
        raise FileRefused("pixels", TOO_LARGE)
    if width * height > DECODED_PIXELS:
        if picture.format != "JPEG":
            raise FileRefused("pixels", TOO_LARGE)
        picture.draft("RGB", (width // 2, height // 2))
    if getattr(picture, "n_frames", 1) > 1 and picture.format == "PNG":
        raise FileRefused("animated", "The picture moves. Save one still picture and choose that.")
    return picture


def _drawn(picture: Image.Image, format_name: str, options: dict[str, int | bool]) -> bytes:
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    wanted = {"JPEG": ("L", "RGB"), "PNG": ("1", "L", "LA", "P", "RGB", "RGBA")}[format_name]
    if upright.mode not in wanted:
        upright = upright.convert("RGB")
    transparency = upright.info.get("transparency")
    upright.info = {} if transparency is None else {"transparency": transparency}
    kept = BytesIO()
    upright.save(kept, format_name, exif=b"", icc_profile=None, **options)
    return kept.getvalue()
