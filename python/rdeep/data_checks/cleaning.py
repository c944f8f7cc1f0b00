"""Text brought into order: characters, markup, addresses, white space."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from rdeep.errors import ArgumentError, DataError, show

FORMS = ("NFC", "NFKC", "NFD", "NFKD")
# Words in angle brackets are no tag: what follows the name of one has an equals sign.
TAG = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>=]{0,100}=[^<>]{0,500})?\s*/?>|<!--.{0,2000}?-->", re.S
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
URL = re.compile(r"(?:https?://|ftp://|www\.)[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]", re.I)
EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
# UTF-8 that was read as Latin-1 or as Windows' code page 1252.
MOJIBAKE = re.compile(
    "[\u00c2-\u00c5\u00d0-\u00d1\u00e3][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e"
    "\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
    "|\u00e2[\u0080\u20ac][\u0080-\u00bf\u0152\u0153\u0161\u0178\u02dc\u2018-\u201e\u2020-\u2022"
    "\u2026\u2030\u2039\u203a\u2122\u00a6]|\u00f0\u0178"
)
CONTROL = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u2060\ufeff\u00ad\u202a-\u202e\ufffe\uffff]"
)
_BLOCK = re.compile(r"</?(?:p|div|br|li|ul|ol|tr|td|th|table|h[1-6]|blockquote)\b[^<>]*>", re.I)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.I | re.S)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


def clean_text(
    x: Any,
    unicode: str | None = "NFC",
    encoding: bool = True,
    html: bool = True,
    control: bool = True,
    urls: str | None = None,
    emails: str | None = None,
    repeated: int | None = None,
    whitespace: bool = True,
    lowercase: bool = False,
) -> Any:
    r"""Bring texts into order: what they say stays, what is only in the way goes.

    Parameters
    ----------
    x : str or iterable of str
        A text, or texts; `None` stays.
    unicode : {"NFC", "NFKC", "NFD", "NFKD"} or None
        The form of Unicode, so that letters that look the same are the same.
    encoding : bool
        Whether UTF-8 that was read as Latin-1 is put right, where that can be done.
    html : bool
        Whether tags are taken out and entities such as `&amp;` become characters.
    control : bool
        Whether control characters and invisible ones are taken out.
    urls, emails : str, optional
        What web addresses and e-mail addresses are replaced by; `""` takes them out.
    repeated : int, optional
        How often a character may follow itself; more is cut to that.
    whitespace : bool
        Whether each run of blanks becomes one, and those at both ends go.
    lowercase : bool
        Whether upper case becomes lower case.

    Returns
    -------
    str or list
        The texts, as they came.

    Examples
    --------
    >>> clean_text("  <b>Caf\u00c3\u00a9</b> &amp; bar\u200b, see https://x.org ", urls="")
    'Café & bar, see'
    >>> clean_text(["sooooo good", None], repeated=3)
    ['sooo good', None]
    """
    if unicode is not None and unicode not in FORMS:
        raise ArgumentError(
            f"'unicode' must be one of {', '.join(FORMS)}, or {show(None)}, not {show(unicode)}.",
            argument="unicode",
            received=unicode,
        )
    if repeated is not None and (isinstance(repeated, bool) or not repeated >= 1):
        raise ArgumentError(
            f"'repeated' must be a number from 1 on, not {show(repeated)}.",
            argument="repeated",
            received=repeated,
        )
    for name, value in (("urls", urls), ("emails", emails)):
        if value is not None and not isinstance(value, str):
            raise ArgumentError(
                f"'{name}' must be text to put in their place, or {show(None)}, not {show(value)}.",
                argument=name,
                received=value,
            )
    run = None if repeated is None else re.compile(rf"(.)\1{{{int(repeated)},}}", re.S)

    def clean(text: str) -> str:
        if encoding and MOJIBAKE.search(text):
            text = mended(text)
        if html and ("<" in text or "&" in text):
            text = without_markup(text)
        if unicode:
            text = unicodedata.normalize(unicode, text)  # type: ignore[arg-type]
        if control:
            text = CONTROL.sub("", text)
        # An e-mail address may stand within a web address, and not the other way round.
        if urls is not None:
            text = URL.sub(lambda _: urls, text)
        if emails is not None:
            text = EMAIL.sub(lambda _: emails, text)
        if run is not None:
            text = run.sub(lambda found: found[1] * int(repeated or 1), text)
        if whitespace:
            text = _LINES.sub("\n", _SPACES.sub(" ", text)).strip()
        return text.lower() if lowercase else text

    if isinstance(x, str):
        return clean(x)
    return [_checked(each, row, clean) for row, each in enumerate(_texts(x))]


def _texts(x: Any) -> Iterable[Any]:
    if isinstance(x, (bytes, dict)) or not isinstance(x, Iterable):
        raise DataError(
            f"'x' must be texts, not {show(x)}.",
            argument="x",
            received=x,
            hint="Turn numbers into text first.",
        )
    return x


def _checked(text: Any, row: int, clean: Any) -> str | None:
    if text is None or text != text:
        return None
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if not isinstance(text, str):
        raise DataError(
            f"'x' must be texts; one of them is {show(text)}.", argument="x", received=text
        )
    found: str = clean(text)
    return found


def mended(text: str) -> str:
    r"""Return text whose UTF-8 was read as Latin-1, read as it was meant; else as it is.

    Parameters
    ----------
    text : str
        The text.

    Examples
    --------
    >>> mended("caf\u00c3\u00a9")
    'café'
    """
    for _ in range(2):
        raw = bytearray()
        for character in text:
            try:
                raw += character.encode("cp1252")
            except UnicodeEncodeError:
                if ord(character) > 255:
                    # Beside broken characters others may be whole: mend the parts.
                    return MOJIBAKE_RUN.sub(lambda found: _mended_part(found[0]), text)
                raw.append(ord(character))
        try:
            better = raw.decode("utf-8")
        except UnicodeDecodeError:
            return MOJIBAKE_RUN.sub(lambda found: _mended_part(found[0]), text)
        if better == text:
            return text
        text = better
        if not MOJIBAKE.search(text):
            return text
    return text


MOJIBAKE_RUN = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]{1,3}"
)


def _mended_part(part: str) -> str:
    raw = bytearray()
    for character in part:
        try:
            raw += character.encode("cp1252")
        except UnicodeEncodeError:
            if ord(character) > 255:
                return part
            raw.append(ord(character))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return part


def without_markup(text: str) -> str:
    """Return text without tags, and with characters for entities.

    Parameters
    ----------
    text : str
        The text.

    Examples
    --------
    >>> without_markup("<p>a &lt; b</p>").strip()
    'a < b'
    """
    if "<" in text:
        text = _HIDDEN.sub(" ", text)
        text = TAG.sub("", _BLOCK.sub(" ", text))
    return html.unescape(text) if "&" in text else text
