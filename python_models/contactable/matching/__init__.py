"""Who is who beyond the rules: what a score adds to them, and what people decided.

Scores need Splink (``pip install 'contactable[matching]'``), imported where records are scored and nowhere else;
decisions need nothing. Import from the modules: settings ask ``availability``, and must not wait for SciPy.
"""
