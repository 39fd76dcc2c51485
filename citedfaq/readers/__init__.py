"""Readers: one file a format. Each turns a file's bytes into the text that its readers see, with its structure.

Read `wording`, `draft`, `decoding` and `boilerplate`, which they share; then `html` and `markdown`; `lines`, `outline`
and `text`. For web pages `tree`, `toggles`, `chrome`, `linked`, `sections`, `pruning`, `inline`, `blocks`, `pagedata`
and `page`; then `pdfwords`, `pdflayout` and `pdf`; `docx`; at last `kinds` and `process`, which keep bad files from
doing harm, and `formats`, which names them all.
"""
