"""What an English text names, and what it tells of it: lists, things by what they are ("the harbour plan"), names, and
whether each is a person, a he or she, several, a place, of which kind. Any text is accepted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from qa.answering.questions import is_content
from qa.answering.spans import spans

_LONGEST_NAME = 8
"""Words."""

AUXILIARY = (
    r"(?:is|are|am|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
    r"|(?:is|was|are|were|do|does|did|has|have|had|ca|could|wo|would)n['’]t)"
)
PREPOSITION = (
    r"(?:in|on|at|to|from|by|for|of|with|about|against|after|before|during|since|until|under|over|into|between|near|as)"
)
QUESTION_WORD = r"(?:who|whom|whose|what|when|where|which|why|how)"
FUNCTION_WORDS = frozenset(
    """is are am was were do does did has have had can could will would shall should may might must in on at to from by
    for of with about against after before during since until under over into between near as a an the this that these
    those and or but so if than then there here who whom whose what when where which while why how not no yes ever never
    also still again now too he him his she her it its they them their i you we me us my your our one any some other
    else more most all both each because ago up out off down back away just only really actually later
    earlier""".split()
)
WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
CAPITALS = r"(?<!\w)[A-ZÀ-Þ][\w’'-]*(?: [A-ZÀ-Þ][\w’'-]*){0,5}"

KINDS = tuple(
    frozenset(words.split())
    for words in (
        "band group duo trio orchestra choir ensemble", "team club side squad", "party movement coalition alliance",
        "union federation association league", "company firm corporation business maker carmaker airline producer",
        "government ministry administration council committee commission parliament cabinet", "tribe people family",
        "deal agreement treaty accord pact contract convention truce ceasefire", "film movie picture",
        "book novel memoir biography", "law bill act statute decree",
        "plan project scheme programme program proposal initiative reform", "war conflict battle invasion siege",
        "attack bombing shooting explosion", "election vote referendum poll ballot",
        "festival fair exhibition event ceremony concert", "report study paper survey article review",
        "newspaper magazine journal agency broadcaster gazette weekly", "city town village capital municipality",
        "country nation state republic kingdom", "bridge viaduct", "dam reservoir", "ship ferry boat vessel",
        "institute university college school academy centre center foundation",
        "meeting summit conference talks congress",
        "show series sitcom", "song single track", "album record", "game match tournament cup championship final",
        "season", "satellite rocket spacecraft", "mine", "museum gallery", "bank", "court tribunal", "hospital clinic",
        "harbour harbor port", "island", "river", "building tower castle palace lighthouse", "church temple mosque",
        "storm hurricane typhoon flood earthquake", "fire", "strike protest", "virus disease outbreak epidemic",
        "harvest crop", "tour", "airport station railway line road street",
    )
)  # fmt: skip
"""Nouns that say what a thing is; those of one kind can stand for each other."""
KIND = {form: number for number, words in enumerate(KINDS) for word in words for form in (word, f"{word}s")}
NO_PERSON = frozenset(KIND) | frozenset(
    """inc ltd corp co energy industries motors airlines office department house times post news daily awards award
    prize medal day bay sea lake mountain valley avenue north south east west records system index fund market society
    army navy police force forces network channel cathedral district province county region games
    olympics war""".split()
)
_COUNTRIES = frozenset(
    """afghanistan argentina australia austria belarus belgium brazil britain bulgaria canada chile china colombia cuba
    denmark egypt england ethiopia europe africa asia america finland france georgia germany greece hungary india
    indonesia iran iraq ireland israel italy japan kazakhstan kenya korea kosovo laos lebanon libya lithuania malaysia
    mexico moldova mongolia morocco myanmar nepal netherlands nigeria norway pakistan palestine peru philippines poland
    portugal qatar romania russia scotland serbia singapore somalia spain sudan sweden switzerland syria taiwan
    tajikistan thailand tunisia turkey uganda ukraine uzbekistan venezuela vietnam wales yemen zimbabwe usa uk us eu
    washington beijing moscow london paris berlin tokyo delhi brussels kyiv""".split()
)
_PEOPLES = re.compile(r"(?:[a-z]ese|[a-z]ish|[a-z]ians?|eans?|icans?|french|dutch|german|greek|arab|swiss)$")
_MALE = frozenset("mr sir lord king prince father brother son husband uncle duke baron emperor pope".split())
_FEMALE = frozenset("mrs ms miss lady queen princess mother sister daughter wife aunt duchess dame empress".split())
_ROLES = frozenset(
    """president minister mayor senator governor chancellor secretary general colonel captain professor prof dr judge
    bishop cardinal archbishop ambassador director chairman chairwoman chief officer leader author writer singer actor
    actress artist engineer scientist coach player lawyer spokesman spokeswoman premier congressman congresswoman
    researcher founder owner driver""".split()
)
_HE = frozenset(
    """james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark
    donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary
    nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick
    jack dennis jerry peter henry walter arthur albert carl roger bruce alan juan carlos jose luis vladimir sergei boris
    ivan pavel hans jean pierre mohammed muhammad ali ahmed hassan omar shinzo jeff jim joe bob bill tom tim ben dan
    mike steve chris tony greg matt nick sam alex adam aaron sean simon martin oliver harry fred ralph eugene philip
    phil craig shane keith ian neil stuart graham colin derek hugh barack dmitry mikhail nikolai andrei alexei viktor
    klaus wolfgang friedrich karl franz otto giuseppe giovanni marco luca antonio francisco pedro miguel javier pablo
    diego fernando rafael abdul ibrahim yusuf mustafa hiroshi kenji takeshi fumio raj rahul arjun olaf lars sven erik
    gustav nils johan""".split()
)
_SHE = frozenset(
    """mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa margaret sandra ashley
    kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen amy
    angela shirley anna brenda pamela emma nicole helen samantha katherine christine rachel maria diane ruth julie
    olivia virginia catherine heather frances janet alice marie grace theresa angelina greta clara ada eva ingrid
    ursula sue kate jane joan judith judy ann anne annie betty beverly dorothy rose martha gloria teresa sara janice
    jean-marie kathryn jacqueline hannah abby megan victoria charlotte sophie sophia isabella natalie caroline claire
    lucy ellen monica veronica vanessa tina tamara natasha olga svetlana irina elena ekaterina giulia francesca carmen
    isabel lucia sofia fatima aisha leila yuki keiko priya indira benazir astrid sigrid freya hillary kamala hedwig
    mia courtney""".split()
)
