-- The tables of articles.db. Times are never stored; dates are ISO strings of the precision that is known.

-- schema, library (random id), generation, writer (process number); the manifest: package, embedding_model,
-- embedding, dimensions, chunk_tokens; repairing, while the vector index is being made again.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Every version that was ever current, so that an old citation can still be checked.
CREATE TABLE versions (
    article_id TEXT NOT NULL, version TEXT NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, publisher TEXT, author TEXT, published TEXT, dated_by TEXT NOT NULL,
    about TEXT, url TEXT, language TEXT NOT NULL, origin TEXT NOT NULL, content_hash TEXT NOT NULL,
    updated TEXT, notes TEXT, pages TEXT, -- the last two as JSON lists
    PRIMARY KEY (article_id, version)
);

-- The current version of each article that answers. `kin` is equal for the same text from the same publisher and date;
-- `story` is equal for copies of one story, NULL for an article without copies.
CREATE TABLE articles (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, origin TEXT NOT NULL, kin TEXT NOT NULL,
    publisher TEXT, about_publisher TEXT, -- case-folded, for filters
    published TEXT, first_day INTEGER, last_day INTEGER, -- days since 1970 that `published` spans
    story TEXT,
    FOREIGN KEY (id, version) REFERENCES versions (article_id, version)
);

-- Chunks of current versions only.
CREATE TABLE chunks (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL REFERENCES articles (id), version TEXT NOT NULL, position INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, header TEXT NOT NULL
);
CREATE INDEX chunks_of_article ON chunks (article_id, position);

-- float16, little endian. The vector index is a copy of this.
CREATE TABLE vectors (row INTEGER PRIMARY KEY REFERENCES chunks (row) ON DELETE CASCADE, vector BLOB NOT NULL);

-- The keyword index: rowid = chunks.row. It holds no text of its own. `pairs`: neighbouring CJK characters.
CREATE VIRTUAL TABLE words USING fts5 (
    text, header, pairs, content = '', tokenize = "porter unicode61 remove_diacritics 2"
);

-- What is indexed from where.
CREATE TABLE sources (source TEXT PRIMARY KEY, number INTEGER NOT NULL);
CREATE TABLE files (
    origin TEXT PRIMARY KEY, source TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    signature TEXT NOT NULL
) WITHOUT ROWID;
-- Which article each item of a file is: `derived` is the id that the item alone would give it.
CREATE TABLE places (
    origin TEXT NOT NULL, derived TEXT NOT NULL, article_id TEXT NOT NULL, kin TEXT NOT NULL,
    PRIMARY KEY (origin, derived)
) WITHOUT ROWID;
-- `origin` may name a part of a file; `file` is the file.
CREATE TABLE failures (
    origin TEXT PRIMARY KEY, source TEXT NOT NULL, reason TEXT NOT NULL, hint TEXT NOT NULL, file TEXT
) WITHOUT ROWID;
-- What the web answered when an address was last asked, and what its feeds have listed so far (the feed's cursor).
CREATE TABLE visits (
    address TEXT PRIMARY KEY, feed INTEGER NOT NULL, etag TEXT, modified TEXT, title TEXT
) WITHOUT ROWID;
CREATE TABLE entries (
    feed TEXT NOT NULL, address TEXT NOT NULL, stamp TEXT NOT NULL, title TEXT, author TEXT, published TEXT,
    updated TEXT, PRIMARY KEY (feed, address)
) WITHOUT ROWID;
-- What near-copies are found by, per current article; an article without one has not been compared yet.
CREATE TABLE signatures (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, signature BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_of_story ON articles (story);
-- Texts erased on request: not taken up again. Only their hashes are kept.
CREATE TABLE forgotten (content_hash TEXT PRIMARY KEY, article_id TEXT NOT NULL) WITHOUT ROWID;
-- Chunk ids that may lie in the vector index without being current: written before they go in, gone when they are out.
CREATE TABLE strays (id TEXT PRIMARY KEY) WITHOUT ROWID;
