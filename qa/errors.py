"""Everything that can go wrong, as one tree; each error carries the next thing to type.

QAError
├── SettingsError        a setting is unknown or has a value that cannot be
├── SourceError          a source (file, folder) cannot be found or used
│   └── Unreadable       one file could not be read as articles; becomes a Failure, never stops the rest
├── IndexUnusable        the index cannot be used as it is
│   ├── IndexEmpty       nothing has been indexed yet
│   ├── IndexMismatch    the index was made by another model, chunking or version
│   ├── IndexLocked      another process is writing
│   └── IndexDamaged     a file of the index is missing or broken
├── ArticleNotFound      no article (or version) has that id
├── QuestionError        the question is empty or far too long
├── ChatModelError       the configured chat model cannot be used or did not answer
├── ModelError           the embedding model cannot be loaded, or is not the one expected
└── PortInUse            the chat page's port is taken

Foreign errors are translated once, at the gateway that meets them; the cause is kept (``raise ... from``).
"""


class QAError(Exception):
    """One sentence a person understands (the message), and `hint`: the next thing to type or do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class SettingsError(QAError):
    """A setting is unknown or has a value that cannot be."""


class SourceError(QAError):
    """A source (file, folder) cannot be found or used."""


class Unreadable(SourceError):
    """One file could not be read as articles. The pipeline turns it into a `Failure` and goes on."""


class IndexUnusable(QAError):
    """The index cannot be used as it is."""


class IndexEmpty(IndexUnusable):
    """Nothing has been indexed yet."""


class IndexMismatch(IndexUnusable):
    """The index was made by another model, chunking or version; the hint names both cures."""


class IndexLocked(IndexUnusable):
    """Another process is writing to the index."""


class IndexDamaged(IndexUnusable):
    """A file of the index is missing or broken."""


class ArticleNotFound(QAError):
    """No article (or version) has that id."""


class QuestionError(QAError):
    """The question is empty or far too long."""


class ChatModelError(QAError):
    """The configured chat model cannot be used or did not answer."""


class ModelError(QAError):
    """The embedding model cannot be loaded, or is not the one expected."""


class PortInUse(QAError):
    """The chat page's port is taken."""
