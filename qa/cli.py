"""The command `qa`. It parses, calls, prints; every decision is made further down."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import category

import click

from qa import __version__
from qa.errors import QAError, SourceError
from qa.schema import Failure, Filters, Scope, SyncReport, date_in_words
from qa.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from qa.assistant import Assistant
    from qa.chain import State
    from qa.sync import Progress

_FAILURES_SHOWN = 20
# A separator, or an ending of any kind; what is written without spaces is a sentence, slash or not.
_PATH = re.compile(r"\A(?!www\.|.*[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff])(?:.*[/\\]|.*\w\.[a-z]\w{0,4}\Z)")

# Stands before the command or after it.
_index_option = click.option("--index", metavar="FOLDER", help="Index to use: a folder, or 'starter', or 'archive'.")


class Group(click.Group):
    """Shows a `QAError` as one sentence and the next thing to type; with --debug, the trace."""

    def invoke(self, context: click.Context) -> Any:  # noqa: ANN401 (click's)
        """Runs the command; exits with 1 after a `QAError`."""
        try:
            return super().invoke(context)
        except QAError as error:
            if context.params.get("debug"):
                raise
            click.echo(f"{error}\n{_here(error.hint, context)}".strip(), err=True)
            context.exit(1)
        except (KeyboardInterrupt, BrokenPipeError):
            context.exit(130)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@_index_option
@click.option("--debug", is_flag=True, help="Show the whole trace of an error.")
@click.version_option(__version__, "-V", "--version", prog_name="qa")
@click.pass_context
def main(context: click.Context, index: str | None, debug: bool) -> None:
    """Ask your own articles; get an answer you can check.

    Without an archive of your own, `qa ask` and `qa chat` use the starter articles.
    """
    context.obj = {"index": index}
    if isinstance(sys.stdout, io.TextIOWrapper):  # no title in other letters than the terminal's ends a list
        sys.stdout.reconfigure(errors="backslashreplace")


@contextmanager
def _assistant(context: click.Context, **arguments: object) -> Iterator[Assistant]:
    from qa.assistant import Assistant

    given = {key: value for key, value in arguments.items() if value is not None}
    context.obj["index"] = given.get("index", context.obj["index"])
    settings = Settings.load(**{**given, "index": context.obj["index"]})
    with Assistant(settings) as assistant:
        yield assistant


@main.command()
@click.argument("sources", nargs=-1)
@click.option("--rebuild", is_flag=True, help="Read and embed everything again with the present settings.")
@click.option("--watch", is_flag=True, help="Go on: keep the index in step with what changes in the folders.")
@_index_option
@click.pass_context
def index(context: click.Context, sources: tuple[str, ...], rebuild: bool, watch: bool, index: str | None) -> None:
    """Add files, folders, patterns, zip archives, web pages or feeds to the archive, or bring it up to date.

    Exits with 1 if something could not be read; everything else is indexed all the same.
    """
    from rich.console import Console

    if watch and rebuild:
        raise click.UsageError("--rebuild and --watch do not go together; run them one after the other.")
    console = Console(stderr=True)
    with _assistant(context, index=index) as assistant:
        if watch:
            _follow(assistant, sources, context)
            return
        with _bar(console) as progress:
            report = assistant.index(sources, progress, rebuild=rebuild)
        counts = assistant.counts()
        click.echo(_summary(report))
        click.echo(f"The index holds {counts.articles:,} articles in {assistant.folder}")
        _print_failures(report.failed, context)
        if not counts.articles and not report.failed:
            named = " ".join(sources) or "its sources"
            click.echo(f"No articles were found in {named}.\ndocs/articles.md lists what Footnote reads.", err=True)
            context.exit(1)
    if report.failed:
        context.exit(1)


@main.command()
@click.argument("source")
@_index_option
@click.pass_context
def remove(context: click.Context, source: str, index: str | None) -> None:
    """Drop a source from the archive; its articles stop answering. The files themselves stay."""
    with _assistant(context, index=index) as assistant:
        click.echo(_summary(assistant.remove(source)))


@main.command()
@click.argument("article_id", metavar="ID")
@_index_option
@click.pass_context
def forget(context: click.Context, article_id: str, index: str | None) -> None:
    """Erase an article with all its versions; the file itself stays."""
    with _assistant(context, index=index) as assistant:
        title = assistant.article(article_id).title
        assistant.forget(article_id)
        _say(f"Forgotten: {title}")


@main.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as one JSON object.")
@click.option("--explain", is_flag=True, help="Show every candidate, its scores, and why it was decided so.")
@click.option("--since", metavar="DATE", help="Only articles from this date on: 2021-03-20, 2021-03 or 2021.")
@click.option("--until", metavar="DATE", help="Only articles up to this date.")
@click.option("--publisher", "publishers", multiple=True, metavar="NAME", help="Only this publisher (repeatable).")
@click.option("--article", "articles", multiple=True, metavar="ID", help="Only this article (repeatable).")
@click.option("--caution", type=click.Choice(["cautious", "balanced", "bold"]), help="How readily to answer.")
@click.option("--chat-model", metavar="NAME", help="Write the answer with this chat model, such as ollama:llama3.2.")
@_index_option
@click.pass_context
def ask(
    context: click.Context,
    question: tuple[str, ...],
    as_json: bool,
    explain: bool,
    since: str | None,
    until: str | None,
    publishers: tuple[str, ...],
    articles: tuple[str, ...],
    caution: str | None,
    chat_model: str | None,
    index: str | None,
) -> None:
    """Answer a question from the articles, with exact quotes."""
    filters = Filters(since, until, publishers, articles)
    with _assistant(context, caution=caution, chat_model=chat_model, index=index) as assistant:
        _say_if_first(assistant)
        words, today = " ".join(question), date.today()
        if explain:
            _say(*_explained(assistant.explain(words, filters=filters, now=today)), err=as_json)
        answer = assistant.ask(words, filters=filters, now=today)
        if as_json:
            _print_json(dataclasses.asdict(answer))
        else:
            _say(*answer.text.split("\n"))


@main.command()
@click.argument("text", nargs=-1, required=True, metavar="FILE|TEXT|-")
@click.option("--json", "as_json", is_flag=True, help="Print every sentence and its sources as one JSON object.")
@click.option("--strict", is_flag=True, help="Exit with 1 if a claim is not supported.")
@_index_option
@click.pass_context
def check(context: click.Context, text: tuple[str, ...], as_json: bool, strict: bool, index: str | None) -> None:
    """Check any text against the articles: each sentence's verdict, with exact quotes.

    A file of any kind that can be indexed, the text itself, or - for what is piped in.
    """
    from qa.verdicts import in_words, is_supported

    with _assistant(context, index=index) as assistant:
        said = _text_to_check(text)
        _say_if_first(assistant)
        sentences = assistant.check(said)
        counts = assistant.counts()
    if as_json:
        _print_json({"sentences": [dataclasses.asdict(sentence) for sentence in sentences]})
    else:
        _say(*in_words(sentences))
        cited = {citation.article_id for sentence in sentences for citation in sentence.sources}
        click.echo(Scope(counts.articles, counts.first, counts.last, Filters(), len(cited)).text)
    if strict and not all(map(is_supported, sentences)):
        context.exit(1)


@main.command()
@click.option("--host", help="Address to listen on (default 127.0.0.1: this machine only).")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--open/--no-open", "open_browser", default=False, help="Open the page in the browser.")
@click.option("--chat-model", metavar="NAME", help="Write answers with this chat model, such as ollama:llama3.2.")
@_index_option
@click.pass_context
def chat(
    context: click.Context,
    host: str | None,
    port: int | None,
    open_browser: bool,
    chat_model: str | None,
    index: str | None,
) -> None:
    """Open the chat page."""
    from qa.chat.app import serve

    with _assistant(context, host=host, port=port, chat_model=chat_model, index=index) as assistant:
        _say_if_first(assistant)
        click.echo(f"{assistant.counts().articles:,} articles in {assistant.folder}")
        assistant.warm_up()
        page = serve(assistant, assistant.settings, open_browser=open_browser, block=False)
        click.echo(f"Footnote is at {page.url}  (Ctrl+C ends it)")
        page.wait()


@main.command(name="eval")
@click.option("--questions", metavar="FILE", help="Your own questions (JSON Lines) instead of the three hundred.")
@click.option("--json", "json_file", metavar="FILE", help="Also write every result to this file.")
@click.option("--save-baseline", is_flag=True, help="Accept this run as the one that later runs are held against.")
@click.option("--crowd", is_flag=True, help="Ask among thousands of other articles (named by FOOTNOTE_BENCH_DATA).")
@click.option("--parts", is_flag=True, help="Show instead what each part of the reader gains when switched on alone.")
@_index_option
@click.pass_context
def evaluate(
    context: click.Context,
    questions: str | None,
    json_file: str | None,
    save_baseline: bool,
    crowd: bool,
    parts: bool,
    index: str | None,
) -> None:
    """Ask the evaluation questions, print one table, and compare with the last accepted run.

    Ends with an error only where a measure is worse than in eval/baseline.json by more than chance explains.
    """
    from rich.console import Console

    from qa.evaluation.examine import examine, in_a_crowd
    from qa.evaluation.parts import part_by_part

    if parts and (crowd or save_baseline):
        raise click.UsageError("--parts goes with neither --crowd nor --save-baseline; run them one after the other.")
    if json_file and not Path(json_file).absolute().parent.is_dir():
        raise SourceError(f"{Path(json_file).parent} is no folder.", "Name a file in a folder that is there.")
    if crowd:
        with _bar(Console(stderr=True)) as progress:
            result = in_a_crowd(Settings.load(), progress)
    else:
        chosen = index or context.obj["index"] or ("starter" if questions is None else None)
        with _assistant(context, index=chosen) as assistant:
            path = Path(questions) if questions else None
            result = part_by_part(assistant, path) if parts else examine(assistant, path, accept=save_baseline)
    click.echo(result.text)
    if json_file:
        try:
            Path(json_file).write_text(result.json, encoding="utf-8")
        except OSError as error:
            hint = "The results above are whole; name another file."
            raise SourceError(f"{json_file} could not be written: {error.strerror}.", hint) from error
    if result.losses:
        click.echo(f"Worse than the baseline: {', '.join(result.losses)}.", err=True)
        context.exit(1)


@main.command()
@click.argument("questions", type=click.Path(dir_okay=False))
@_index_option
@click.pass_context
def calibrate(context: click.Context, questions: str, index: str | None) -> None:
    """Fit when to answer and when to refuse on questions of your own over your own articles.

    QUESTIONS is a file as `qa eval --questions` takes it; mark those that no article answers "unanswerable".
    """
    from qa.evaluation.calibrate import calibrated

    with _assistant(context, index=index) as assistant:
        click.echo(calibrated(assistant, Path(questions)))


@main.command()
@click.option("--failed", is_flag=True, help="List what could not be read instead.")
@_index_option
@click.pass_context
def articles(context: click.Context, failed: bool, index: str | None) -> None:
    """List the articles: id, date, publisher, title."""
    with _assistant(context, index=index) as assistant:
        if failed:
            for failure in assistant.failures():
                click.echo(_in_words(failure))
            return
        for article in assistant.articles():
            about = f"after {article.about.publisher}" if article.about and article.about.publisher else None
            who = ", ".join(part for part in (article.publisher, about) if part) or "publisher unknown"
            _say(f"{article.id}  {article.published or 'undated':<10}  {article.title}  ({who})")


@main.command()
@click.argument("article_id", metavar="ID")
@click.option("--version", metavar="VERSION", help="An older version.")
@click.option("--changes", is_flag=True, help="Show what this version changed in the one before it instead.")
@_index_option
@click.pass_context
def show(context: click.Context, article_id: str, version: str | None, changes: bool, index: str | None) -> None:
    """Print an article with what is known about it."""
    with _assistant(context, index=index) as assistant:
        if changes:
            found = assistant.changes(article_id, version)
            for change in found:
                _say(f"{'-' if change.kind == 'removed' else '+'} {change.words}")
            if not found:
                click.echo("No version before it differs.")
            return
        article = assistant.article(article_id, version)
        copies = assistant.copies(article_id)
    dated = f"{date_in_words(article.published)} (dated by {article.dated_by})" if article.published else "undated"
    _say(article.title)
    _say(" · ".join(part for part in (article.publisher, article.author, dated) if part))
    if article.about:
        about = (getattr(article.about, field.name) for field in dataclasses.fields(article.about))
        _say(f"reports on: {' · '.join(part for part in about if part)}")
    if article.updated:
        click.echo(f"updated: {date_in_words(article.updated)}")
    for copy in copies:
        _say(f"also in: {copy.publisher or copy.origin}, {copy.published or 'undated'} ({copy.id})")
    _say(f"{article.origin} · version {article.version}" + (f" · {article.url}" if article.url else ""))
    _say("", *article.text.split("\n"))
    for note in article.notes:
        _say("", f"beside it: {note}")


@main.command()
@click.option("--repair", is_flag=True, help="Make the vector and keyword indexes again from the store.")
@_index_option
@click.pass_context
def doctor(context: click.Context, repair: bool, index: str | None) -> None:
    """Report versions, models, the health of the index, what works offline, and the time of a question."""
    from qa.doctor import examine

    with _assistant(context, index=index) as assistant:
        if repair:
            assistant.repair()
            click.echo("The vector and keyword indexes were made again from the store.")
        healthy = True
        for finding in examine(assistant):
            click.echo(f"{'ok ' if finding.fine else '!! '} {finding.what}: {_here(finding.value, context)}")
            healthy = healthy and finding.fine
    if not healthy:
        context.exit(1)


def _text_to_check(given: tuple[str, ...]) -> str:
    """What is piped in, the text of the one file that is named, or the words themselves."""
    from qa.articles.decoding import decoded
    from qa.articles.formats import is_known
    from qa.checking import text_of

    words = " ".join(given)
    if words == "-":
        return decoded("The text piped in", sys.stdin.buffer.read())
    if os.path.exists(words):
        return text_of(Path(words))
    if files := [one for one in given if os.path.isfile(one)]:
        hint = f"Put a text between quotation marks; for the file, type: qa check {shlex.quote(files[0])}"
        raise SourceError("One file can be checked at a time.", hint)
    if len(words.split()) == 1 and (is_known(words) or _PATH.search(words)) and "://" not in words:
        raise SourceError(f"{words} is not there.", "Check the name of the file, or type the text itself.")
    return words


def _say_if_first(assistant: Assistant) -> None:
    """The first question builds the starter index; nobody should wonder what takes so long."""
    if assistant.is_starter and not assistant.has_index:
        click.echo("Indexing the starter articles, this first time only …", err=True)


def _follow(assistant: Assistant, sources: tuple[str, ...], context: click.Context) -> None:
    """Prints what each time brought, until Ctrl+C; a time that brought nothing is not worth a line."""
    known: set[Failure] = set()
    following = False
    for report in assistant.watch(sources):
        if not following or any((report.added, report.changed, report.renamed, report.removed)):
            click.echo(_summary(report))
        _print_failures([failure for failure in report.failed if failure not in known], context)
        known.update(report.failed)
        if not following:
            click.echo(f"Following {', '.join(assistant.sources())}  (Ctrl+C ends it)")
        following = True


def _here(words: str, context: click.Context) -> str:
    """The words, their commands for the index in use: what a hint says to type must not change another."""
    chosen = (context.find_root().obj or {}).get("index")
    if not chosen or "--index" in words:
        return words
    return re.sub(r"(?<![\w-])qa (?=[a-z])", lambda _: f"qa --index {shlex.quote(chosen)} ", words)


def _summary(report: SyncReport) -> str:
    names = ("added", "changed", "renamed", "unchanged", "removed", "copies")
    counts = [f"{getattr(report, name):,} {name}" for name in names if getattr(report, name)] or ["nothing to do"]
    failed = f", {len(report.failed):,} failed" if report.failed else ""
    return f"{', '.join(counts)}{failed} in {report.seconds:.1f} s"


def _in_words(failure: Failure) -> str:
    """One line: what was not read, why, and what to do; some reasons name the file themselves."""
    reason = failure.reason.removeprefix(failure.origin).lstrip(": ").rstrip(".")
    return _harmless(f"{failure.origin}: {reason}. {failure.hint}")


def _harmless(words: str) -> str:
    """The words without what a terminal obeys: line breaks, codes for colours and titles, changes of direction."""
    return "".join(c if c.isprintable() or c == "\t" or category(c) == "Zs" else repr(c)[1:-1] for c in words)


def _say(*lines: str, err: bool = False) -> None:
    """Prints lines that may hold words of an article: each stays one line, and commands nothing."""
    for line in lines:
        click.echo(_harmless(line), err=err)


def _print_json(told: object) -> None:
    """Letters that the encoding of the output may lack are written as JSON writes them."""
    ascii_only = "utf" not in sys.stdout.encoding.lower()
    click.echo(json.dumps(told, ensure_ascii=ascii_only, indent=2, default=str))


def _print_failures(failures: Sequence[Failure], context: click.Context) -> None:
    for failure in failures[:_FAILURES_SHOWN]:
        click.echo(f"not read: {_in_words(failure)}", err=True)
    if len(failures) > _FAILURES_SHOWN:
        more = f"... and {len(failures) - _FAILURES_SHOWN:,} more: qa articles --failed"
        click.echo(_here(more, context), err=True)


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[Progress], None]]:
    """A progress bar with rate and time left, only where a person is looking."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("reading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=None, rate="")

        def show(progress: Any) -> None:  # noqa: ANN401 (qa.sync.Progress)
            speed = bar.tasks[0].speed
            rate = f"{speed:,.0f} files/s · {progress.chunks:,} chunks" if speed else ""
            bar.update(task, completed=progress.done, total=progress.total, rate=rate)

        yield show


def _explained(state: State) -> Iterator[str]:
    from qa.answering.extract import short_of

    yield f"searched for: {state.standalone}"
    for part in state.parts:
        asked = part.question
        yield from ("", asked.text)
        yield f"wants: {asked.wants}; terms: {', '.join(asked.words)}; names: {', '.join(asked.names)}"
        yield from ("", "rank score dense keyword  passage")
        for hit in part.hits:
            passage = f"{hit.chunk.header[:60]} | {' '.join(hit.chunk.text.split())[:80]}"
            yield f"{hit.rank:>4} {hit.score:.3f} {hit.dense:.3f} {hit.keyword:>7.2f}  {passage}"
        yield from ("", "relevance  short answer (score)  sentence")
        for scored, evidence in zip(part.readout.scored[:12], part.readout.evidence[:12], strict=True):
            short = " ".join((short_of(evidence) or "-").split())
            sentence = " ".join(scored.candidate.text.split())[:100]
            yield f"{evidence.relevance:>9.3f}  {short} ({evidence.answer_score:.2f})  {sentence}"
        yield from ("", f"answerability {part.answerability:.3f}")
    veto = f"; {state.veto}" if state.veto else ""
    yield from ("", f"{'answered' if state.answers else 'refused'}: threshold {state.threshold:.3f}{veto}", "")


if __name__ == "__main__":
    sys.exit(main())
