"""Claims made false by their own words, turned: degree, order, cause, denial, and who said it.

A way to make a fault takes the claim, its evidence and what decides the draws; none here looks at the evidence.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from qa.training.faults import Fault, Wrong, replaced
from qa.training.vocabulary import QUOTED, SAID, both_ways, has_verb, matching, with_capital

# Kind, label, and what turns into what; nothing stands for a word left out.
_TURNS: tuple[tuple[str, Wrong, str], ...] = (
    ("time", "contradicted", "before/after; earlier/later; previous/next; already>not yet; still>no longer"
     "; began/ended; the first/the last; the oldest/the newest; start of/end of; beginning of>end of; until>since"
     "; opened/closed"),
    ("comparison", "contradicted", "more than/less than; higher/lower; larger/smaller; longer/shorter; older/younger"
     "; largest/smallest; highest/lowest; more/less; greater/smaller; better/worse; most of/least of; best/worst"
     "; fewer>more; stronger/weaker; faster/slower; bigger>smaller; biggest>smallest; longest/shortest"
     "; at least/at most"),
    ("quantifier", "unsupported", "some of>all of; many of>all of; most of>all of; half of>all of; several>all"
     "; at least>exactly; up to>at least; one of the>the only one of the; sometimes>always; often>always; mostly>only"
     "; usually>always; about half>all; mainly>only; generally>always; part of>all of"),
    ("quantifier", "contradicted", "all of>none of; many>few; most>few; all>few; majority/minority; every>hardly any"
     "; few>many; always>never; never>always; none of>all of; nearly all>hardly any"),
    ("hedge", "unsupported", "may>will; might>will; allegedly>; reportedly>; apparently>; alleged>; suspected>"
     "; is expected to>will; are expected to>will; was expected to>did; plans to>will; plan to>will; likely>certainly"
     "; possibly>; probably>certainly; suggested>proved; suggests>proves; potential>real; believed to be>known to be"
     "; appears to be>is; appeared to be>was; thought to be>known to be; expected to>certain to"
     "; attempted to>managed to; tried to>managed to; perhaps>; claimed>proved; proposed>adopted; believed>knew"
     "; intends to>will; hoped to>was able to; said to be>known to be; seems to be>is; presumed>confirmed"),
    ("condition", "unsupported", "only if>even if; unless>even if; provided that>even if; subject to>regardless of"
     "; without>with; depending on>regardless of; in case>so that"),
    ("cause", "unsupported", "because of>in spite of; because>although; due to>despite; caused by>followed by"
     "; caused>followed; led to>came before; resulted in>came before; in order to>rather than; despite>because of"
     "; although>because; though>because; following>because of; as a result of>in spite of; and then>and therefore"),
    ("opposite", "contradicted", "won/lost; rose/fell; increased/decreased; increase/decrease; increasing/decreasing"
     "; accepted/rejected; supported/opposed; support>oppose; allowed>forbade; northern/southern; eastern/western"
     "; north/south; east/west; joined>left; bought/sold; gained/lost; public/private; positive/negative; strong/weak"
     "; domestic/foreign; arrived/departed; above/below; inside/outside; major/minor; common/rare; legal/illegal"
     "; successful/unsuccessful; attacked/defended; victory/defeat; added/removed; included/excluded"
     "; appointed>dismissed; urban/rural; winter/summer; upper/lower; approved/rejected; agreed>refused; alive/dead"
     "; survived>died in; married>divorced; male/female; father/mother; son/daughter; brother/sister; husband/wife"
     "; men/women; professional/amateur; guilty/innocent; convicted>acquitted; praised/criticized; raised>lowered"
     "; defeated>lost to; succeeded>preceded; new/old; early/late; left/right; safe/dangerous; same/different"
     "; boy/girl; man/woman; former/current; present>absent; largely>hardly"),
)  # fmt: skip
_TURNED = tuple((kind, label, turns := both_ways(rows), matching(turns)) for kind, label, rows in _TURNS)
# Where the word has another sense: some 300 people, as many as, the most expensive.
_OTHER_SENSE = re.compile(
    r"(?:how|as|so|too|not|no|the|right|years?|months?|days?|weeks?) "
    r"(?:many|few|most|all|more|less|later|earlier|left|if|may)\b"
    r"|\b(?:some|all|about) (?:of )?\d|\bmost \w+(?:ed|ive|al|ous|ant|ent|ful|ic|ly|ble|ar|or)\b"
    r"|\b(?:left|right)(?! of)|\bsame(?= time)|\ball over\b|\bwell after\b|\bnamed? (?:after|before)"
    r"|\bmost (?:recent|popular|famous)|\bthe (?:West|East)\b|\bnot only\b|\bafter(?:wards?)?$"
    r"|\blook\w* after\b|\bold\b(?<=years old)|\bwith(?= (?:the|a) )"
)


def words_turned(claim: str, _: str, rng: random.Random) -> Iterator[Fault]:
    """A word or phrase turned into what says the opposite, more or something else; none inside quotation marks."""
    quoted = [match.span() for match in QUOTED.finditer(claim)]
    barred = quoted + [match.span() for match in _OTHER_SENSE.finditer(claim)]
    opening = claim[:1].lower() + claim[1:] if claim[:1].isascii() else claim
    for kind, label, turns, pattern in _TURNED:
        free = [m for m in pattern.finditer(opening) if not any(a < m.end() and m.start() < b for a, b in barred)]
        for match in rng.sample(free, min(2, len(free))):
            yield replaced(claim, match.span(), turns[match.group()], kind, label)


_AFTER = re.compile(r"(?<=[a-z]) after (?=(?P<rest>[^,.;]+))")


def order_for_cause(claim: str, _: str, __: random.Random) -> Iterator[Fault]:
    """That one thing came after another, said as if the other had caused it."""
    for match in _AFTER.finditer(claim):
        rest = match["rest"]
        clause = re.match(r"(?:he|she|it|they)\b", rest) or re.search(r"^\S+(?: \S+){0,5} (?:was|were|had|did)\b", rest)
        if re.match(r"\d|(?:years?|months?|days?|by)\b", rest) or re.search(
            r"\b(?:[Nn]amed|shortly|soon|day|year|looked|chased)$", claim[: match.start()]
        ):
            continue
        span = match.start() + 1, match.end() - 1
        yield replaced(claim, span, "because" if clause else "because of", "cause", "unsupported")


_AUXILIARY = re.compile(
    r"\b(?P<verb>was|were|is|are|will|would|can|could|should|did|(?:has|have|had)(?= (?:been|become|made|\w+ed)\b))"
    r"(?! not| never|n['’]t)(?= )"
)
_DENIED = re.compile(
    r"\b(?P<verb>was|were|is|are|will|would|can|could|should|did|has|have|had|does|do) (?P<no>not |never )"
)
_UNSURE = re.compile(r"\b(?:if|whether|unless|not|no|never|nor|neither|without|than)\b|n['’]t\b")
_PAST = both_ways(
    "became>become; took>take; went>go; came>come; gave>give; wrote>write; grew>grow; left>leave; met>meet; died>die"
    "; served>serve; worked>work; played>play; joined>join; received>receive; remained>remain; agreed>agree"
    "; confirmed>confirm; denied>deny; returned>return; appeared>appear; lived>live; studied>study; attended>attend"
    "; moved>move; started>start; married>marry; began>begin; won>win; said>say; announced>announce; resigned>resign"
    "; reached>reach; signed>sign; graduated>graduate; competed>compete; starred>star; caused>cause; killed>kill"
    "; opened>open; created>create; directed>direct; released>release; supported>support; rejected>reject"
)
_PAST_WORDS = re.compile(
    r"(?P<before>\b[\w.’']+[a-z)]) (?P<verb>"
    + "|".join(_PAST)
    + r")(?= (?:the|a|an|in|on|at|to|from|his|her|its|that|as|for|with)\b)"
)
_HELPING = re.compile(
    r"(?:was|were|is|are|be|been|being|has|had|have|by|not|and|to|which|also|then|s|all)$|ly$", re.IGNORECASE
)


def negated(claim: str, _: str, rng: random.Random) -> Iterator[Fault]:
    """What is said denied, or what is denied said."""
    quoted = QUOTED.search(claim)
    limit = quoted.start() if quoted else len(claim)
    denied = _DENIED.search(claim, 0, limit)
    if denied:
        yield replaced(claim, denied.span(), denied["verb"] + " ", "negation", "contradicted")
        return
    places = [match for match in _AUXILIARY.finditer(claim, 0, limit) if not _UNSURE.search(claim)]
    if places:
        match = rng.choice(places)
        either = match["verb"] in ("was", "were", "has", "have", "had")
        no = rng.choice((" not", " not", " never")) if either else " not"
        yield replaced(claim, match.span(), match["verb"] + no, "negation", "contradicted")
    for match in _PAST_WORDS.finditer(claim, 0, limit):
        if not _HELPING.search(match["before"]) and not _UNSURE.search(claim):
            yield replaced(claim, match.span("verb"), f"did not {_PAST[match['verb']]}", "negation", "contradicted")
            return


_SAID_AT_END = re.compile(
    rf"^(?P<what>[^\"“”]{{25,}}?), (?:according to [^,]+|(?:[\w.'’-]+ ){{1,8}}?{SAID}(?: (?:on|in|to"
    rf"|via) [^,]+)?|{SAID} [^,]+)\.$"
)
_SAID_AT_START = re.compile(
    rf"^(?:According to [^,]{{3,60}}, (?P<what>[^\"“”]{{20,}})"
    rf"|[^,;\"“”]{{2,60}}? {SAID}(?: on \w+)?(?: (?:reporters|CNN|Reuters))?"
    r" (?:that (?P<that>[^\"“”]{20,})|(?P<bare>(?:the|he|she|it|they|there) [^\"“”]{20,})))$"
)


def speaker_dropped(claim: str, _: str, __: random.Random) -> Iterator[Fault]:
    """What somebody said, said as a fact: nothing of it is wrong but that it stands alone."""
    end = _SAID_AT_END.match(claim)
    start = _SAID_AT_START.match(claim)
    what = end["what"] + "." if end else (start["what"] or start["that"] or start["bare"]) if start else ""
    if what and has_verb(what):
        yield Fault(with_capital(what), "speaker", "unsupported", None)


_INDIRECT = re.compile(
    r"(?P<who>[^\"“”]{2,60}? (?:said|stated|announced|claimed|added|told reporters)) that (?P<what>[^\"“”,]{20,110})\.$"
)


def quoted_as_said(claim: str, _: str, __: random.Random) -> Iterator[Fault]:
    """Indirect speech put between quotation marks, as if those had been the words."""
    match = _INDIRECT.match(claim)
    if match:
        start = match.end("who") + 1
        new = f'"{with_capital(match["what"])}."'
        yield Fault(claim[:start] + new, "quote", "unsupported", (start, start + len(new)))
