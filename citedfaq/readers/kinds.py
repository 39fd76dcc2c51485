"""What a file is by its first bytes, whatever it is called."""

import re

_HTML = re.compile(
    rb"\s*(<\?xml[^>]{0,200}>\s*)?(<!--.{0,2000}?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_SIGNATURES = (
    (b"%PDF-", "PDF file", ".pdf"),
    (b"PK\x03\x04", "ZIP archive", ""),
    (b"{\\rtf", "RTF file", ""),
    (b"\x89PNG", "picture", ""),
    (b"\xff\xd8\xff", "picture", ""),
    (b"GIF8", "picture", ""),
    (b"\x1f\x8b", "compressed file", ""),
    (b"SQLite format", "database", ""),
    (b"\x7fELF", "program", ""),
    (b"MZ\x90", "program", ""),
)
_WEB_ARCHIVE = re.compile(rb"(From: <Saved by|MIME-Version:)")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE_ENDINGS = (".html", ".htm", ".xhtml")
_TEXT_ENDINGS = (".md", ".markdown", ".txt", ".text")


def misnamed(data: bytes, ending: str) -> str | None:
    """Say what is wrong if a file is plainly not what its ending says, in a few words with the remedy; else None.

    Args:
        data: the file.
        ending: that of its name, in small letters, with the dot.
    """
    head = data[:1024].lstrip(b"\xef\xbb\xbf")
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "it is protected by a password: save it without one"
        return "it is a file of an old Office program (.doc): save it as .docx"
    if ending == ".pdf":
        return None if b"%PDF-" in head else f"it is {_name(head)}, not a PDF file"
    if ending == ".docx":
        return None if head.startswith(b"PK\x03\x04") else f"it is {_name(head)}, not a Word document"
    return _not_text(data, head, ending)


def _not_text(data: bytes, head: bytes, ending: str) -> str | None:
    """Say what is wrong with a file that should be a text or a web page."""
    for signature, name, named in _SIGNATURES:
        if head.startswith(signature):
            return f"it is a {name}, not what its name says" + (f": rename it to {named}" if named else "")
    if ending in _TEXT_ENDINGS and _HTML.match(data[:4096]):
        return "it is a web page: rename it to .html"
    if ending in _PAGE_ENDINGS and _WEB_ARCHIVE.match(head):
        return "it is a web archive: save it as a web page, HTML only"
    return None


def _name(head: bytes) -> str:
    for signature, name, _ in _SIGNATURES:
        if head.startswith(signature):
            return f"a {name}"
    if _HTML.match(head):
        return "a web page"
    return "damaged or some other file"
