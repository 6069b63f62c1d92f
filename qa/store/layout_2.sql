-- Brings an index of layout 1 to layout 2: nothing that is there is read or embedded again.
ALTER TABLE versions ADD COLUMN updated TEXT;
ALTER TABLE versions ADD COLUMN notes TEXT;
ALTER TABLE versions ADD COLUMN pages TEXT;
ALTER TABLE articles ADD COLUMN story TEXT;
ALTER TABLE failures ADD COLUMN file TEXT;
CREATE TABLE visits (
    address TEXT PRIMARY KEY, feed INTEGER NOT NULL, etag TEXT, modified TEXT, title TEXT
) WITHOUT ROWID;
CREATE TABLE entries (
    feed TEXT NOT NULL, address TEXT NOT NULL, stamp TEXT NOT NULL, title TEXT, author TEXT, published TEXT,
    updated TEXT, PRIMARY KEY (feed, address)
) WITHOUT ROWID;
CREATE TABLE signatures (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, signature BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_of_story ON articles (story);
