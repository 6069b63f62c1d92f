-- The tables of articles.db. Times are never stored; dates are ISO strings of the precision that is known.

-- schema, library (random id), generation, writer (process number); the manifest: package, embedding_model,
-- embedding, dimensions, chunk_tokens; repairing, while the vector index is being made again.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Every version that was ever current, so that an old citation can still be checked.
CREATE TABLE versions (
    article_id TEXT NOT NULL, version TEXT NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, publisher TEXT, author TEXT, published TEXT, dated_by TEXT NOT NULL,
    about TEXT, url TEXT, language TEXT NOT NULL, origin TEXT NOT NULL, content_hash TEXT NOT NULL,
    PRIMARY KEY (article_id, version)
);

-- The current version of each article that answers. `kin` is equal for the same text from the same publisher and date.
CREATE TABLE articles (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, origin TEXT NOT NULL, kin TEXT NOT NULL,
    publisher TEXT, about_publisher TEXT, -- case-folded, for filters
    published TEXT, first_day INTEGER, last_day INTEGER, -- days since 1970 that `published` spans
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
CREATE TABLE failures (
    origin TEXT PRIMARY KEY, source TEXT NOT NULL, reason TEXT NOT NULL, hint TEXT NOT NULL
) WITHOUT ROWID;
-- Texts erased on request: not taken up again. Only their hashes are kept.
CREATE TABLE forgotten (content_hash TEXT PRIMARY KEY, article_id TEXT NOT NULL) WITHOUT ROWID;
-- Chunk ids that may lie in the vector index without being current: written before they go in, gone when they are out.
CREATE TABLE strays (id TEXT PRIMARY KEY) WITHOUT ROWID;
