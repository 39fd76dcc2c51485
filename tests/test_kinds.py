import pytest

from citedfaq.readers.kinds import misnamed

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "ending", "wrong"),
    [
        (b"%PDF-1.7", ".txt", "it is a PDF file, not what its name says: rename it to .pdf"),
        (b"PK\x03\x04", ".md", "it is a ZIP archive, not what its name says"),
        (b"\x89PNG\r\n", ".html", "it is a picture, not what its name says"),
        (b"{\\rtf1", ".text", "it is a RTF file, not what its name says"),
        (b"PK\x03\x04", ".pdf", "it is a ZIP archive, not a PDF file"),
        (b"<!DOCTYPE html>", ".pdf", "it is a web page, not a PDF file"),
        (b"words", ".docx", "it is damaged or some other file, not a Word document"),
        (b"%PDF-1.7", ".docx", "it is a PDF file, not a Word document"),
        (OLD, ".docx", "it is a file of an old Office program (.doc): save it as .docx"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), ".docx", "it is protected by a password: save it without one"),
        (b"<!-- made by hand --> <HTML><p>", ".txt", "it is a web page: rename it to .html"),
        (b"<?xml version='1.0'?><!DOCTYPE html>", ".md", "it is a web page: rename it to .html"),
        (b"From: <Saved by Blink>", ".html", "it is a web archive: save it as a web page, HTML only"),
    ],
)
def test_a_file_that_is_not_what_it_is_called_says_what_it_is(data, ending, wrong):
    assert misnamed(data, ending) == wrong


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"\n%PDF-1.7", ".pdf"),
        (b"PK\x03\x04", ".docx"),
        (b"<html>", ".html"),
        (b"just words", ".htm"),
        (b"<b>Markdown</b> with HTML", ".md"),
        (b"MZ is no program here", ".txt"),
    ],
)
def test_a_file_that_may_be_what_it_is_called_passes(data, ending):
    assert misnamed(data, ending) is None
