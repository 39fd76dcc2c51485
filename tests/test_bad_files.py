"""A folder of files that went bad or mean harm: one line each, and everything else is ingested."""

import io
import random
import time
import zipfile

import docx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from citedfaq.cli import main
from citedfaq.corpus import MAX_DOCUMENT_BYTES, read_corpus

GOOD = "# Ice\n\nIce calms a fresh sprain.\n"


def pdf(**options) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, **options)
    canvas.drawString(72, 700, "Ice calms a fresh sprain.")
    canvas.save()
    return file.getvalue()


def word(body: str = "", document: str | None = None) -> bytes:
    file = io.BytesIO()
    source = docx.Document()
    source.add_paragraph("Ice calms a fresh sprain.")
    source.save(file)
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = document.encode() if document else content.replace(b"<w:body>", b"<w:body>" + body.encode())
            new.writestr(name, content)
    return changed.getvalue()


def billion_laughs() -> str:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><x>&a9;</x>'


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        with archive.open("word/document.xml", "w") as part:
            for _ in range(100):
                part.write(b" " * 1_000_000)
    return file.getvalue()


def test_bad_files_get_one_line_each_and_all_else_is_ingested(tmp_path):
    rubbish = random.Random(0).randbytes(20_000)
    tables = "<w:tbl><w:tr><w:tc>" * 2_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 2_000
    files: dict[str, tuple[bytes, str]] = {
        "bomb.docx": (bomb(), "it unpacks to 100,000,001 bytes of text, more than the 40,000,000 that are read"),
        "broken.docx": (word()[:2000], "it is a damaged Word document"),
        "broken.pdf": (pdf()[:500], "it is a damaged PDF file"),
        "deep.docx": (word(tables), "it is a damaged Word document"),
        "empty.pdf": (b"", "it is empty"),
        "laughs.docx": (word(document=billion_laughs()), "it is a damaged Word document"),
        "locked.pdf": (pdf(encrypt=StandardEncryption("secret")), "it is protected by a password: save it without one"),
        "named-wrongly.docx": (pdf(), "it is a PDF file, not a Word document"),
        "named-wrongly.pdf": (word(), "it is a ZIP archive, not a PDF file"),
        "named-wrongly.txt": (b"<html><p>Ice</p></html>", "it is a web page: rename it to .html"),
        "rubbish.docx": (b"PK\x03\x04" + rubbish, "it is a damaged Word document"),
        "rubbish.html": (rubbish, "it is not text"),
        "rubbish.md": (rubbish, "it is not text"),
        "rubbish.pdf": (b"%PDF-1.7\n" + rubbish, "it is a damaged PDF file"),
    }
    for name, (content, _) in files.items():
        (tmp_path / name).write_bytes(content)
    with (tmp_path / "huge.pdf").open("wb") as huge:
        huge.truncate(100_000_000)
    (tmp_path / "folder").symlink_to("/etc")
    (tmp_path / "out.md").symlink_to("/etc/hostname")
    (tmp_path / "odd\nname\u202e.md").write_text(GOOD)
    (tmp_path / "nested.html").write_text("<div>" * 10_000 + "<p>Ice calms a fresh sprain.</p>")
    (tmp_path / "nested.md").write_text(">" * 10_000 + " Ice")
    for name, content in {"good-1.docx": word(), "good-2.pdf": pdf(), "good-3.txt": GOOD.encode()}.items():
        (tmp_path / name).write_bytes(content)

    started = time.monotonic()
    corpus = read_corpus(tmp_path)
    assert time.monotonic() - started < 60

    found = {file.path: file.reason for file in corpus.skipped}
    assert {path: found[path] for path in files} == {path: reason for path, (_, reason) in files.items()}
    assert found["huge.pdf"] == f"it has 100,000,000 bytes, more than the {MAX_DOCUMENT_BYTES:,} of one article"
    assert found["folder"] == "it is a link to a folder, which is not followed"
    assert found["out.md"] == "it is a link that leads out of the corpus"
    assert all("\n" not in file.path + file.reason for file in corpus.skipped)
    assert [article.path for article in corpus.articles] == [
        *("good-1.docx", "good-2.pdf", "good-3.txt", "nested.html", "odd\ufffdname\ufffd.md"),
    ]
    assert {article.path: "Ice calms a fresh sprain." in article.text for article in corpus.articles} == dict.fromkeys(
        (article.path for article in corpus.articles), True
    )


def test_the_command_prints_one_line_a_file(tmp_path, capsys):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "two\nlines.xyz").write_text("x")
    (tmp_path / "corpus" / "good.md").write_text(GOOD)
    assert main(["ingest", "--check", "--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index")]) == 3
    assert capsys.readouterr().err.startswith("skipped two\ufffdlines.xyz: no reader for '.xyz' files")
