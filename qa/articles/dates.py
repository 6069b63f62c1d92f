"""Dates as articles state them, kept at the precision that is stated: "2021-03-20", "2021-03" or "2021".

Nothing is guessed: 03/04/2021 (day or month first?) is unknown unless the language, or other dates of the page, settle
the order; impossible dates, two-digit years and dates far ahead are None; and the day of reading is never an article's
date. Names of months are read in the languages of the table below.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# January to December, parted by "|"; full names, other cases, and short forms. Accents and case are folded away.
_MONTHS = {
    "en": "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|sep sept september"
    "|oct october|nov november|dec december",
    "de": "jan januar jän jänner|feb februar feber|mär mrz märz|apr april|mai|jun juni|jul juli|aug august"
    "|sep sept september|okt oktober|nov november|dez dezember",
    "fr": "janv janvier|févr fév février|mars|avr avril|mai|juin|juil juillet|août|sept septembre|oct octobre"
    "|nov novembre|déc décembre",
    "es": "ene enero|feb febrero|mar marzo|abr abril|may mayo|jun junio|jul julio|ago agosto"
    "|sep sept set septiembre setiembre|oct octubre|nov noviembre|dic diciembre",
    "it": "gen gennaio|feb febbraio|mar marzo|apr aprile|mag maggio|giu giugno|lug luglio|ago agosto|set sett settembre"
    "|ott ottobre|nov novembre|dic dicembre",
    "pt": "jan janeiro|fev fevereiro|mar março|abr abril|mai maio|jun junho|jul julho|ago agosto|set setembro"
    "|out outubro|nov novembro|dez dezembro",
    "nl": "jan januari|feb februari|mrt maart|apr april|mei|jun juni|jul juli|aug augustus|sep sept september"
    "|okt oktober|nov november|dec december",
    "sv": "jan januari|feb februari|mar mars|apr april|maj|jun juni|jul juli|aug augusti|sep sept september"
    "|okt oktober|nov november|dec december",
    "da": "jan januar|feb februar|mar marts|apr april|maj|jun juni|jul juli|aug august|sep sept september"
    "|okt oktober|nov november|dec december",
    "nb": "jan januar|feb februar|mar mars|apr april|mai|jun juni|jul juli|aug august|sep sept september"
    "|okt oktober|nov november|des desember",
    "fi": "tammikuu tammikuuta|helmikuu helmikuuta|maaliskuu maaliskuuta|huhtikuu huhtikuuta|toukokuu toukokuuta"
    "|kesäkuu kesäkuuta|heinäkuu heinäkuuta|elokuu elokuuta|syyskuu syyskuuta|lokakuu lokakuuta|marraskuu marraskuuta"
    "|joulukuu joulukuuta",
    "pl": "sty styczeń stycznia|lut luty lutego|mar marzec marca|kwi kwiecień kwietnia|maj maja|cze czerwiec czerwca"
    "|lip lipiec lipca|sie sierpień sierpnia|wrz wrzesień września|paź październik października|lis listopad listopada"
    "|gru grudzień grudnia",
    "cs": "leden ledna|únor února|březen března|duben dubna|květen května|červen června|červenec července|srpen srpna"
    "|září|říjen října|listopad listopadu|prosinec prosince",
    "hu": "jan január|feb febr február|márc március|ápr április|máj május|jún június|júl július|aug augusztus"
    "|szept szeptember|okt október|nov november|dec december",
    "ro": "ian ianuarie|feb februarie|mar martie|apr aprilie|mai|iun iunie|iul iulie|aug august|sept septembrie"
    "|oct octombrie|nov noiembrie|dec decembrie",
    "tr": "oca ocak|şub şubat|mar mart|nis nisan|may mayıs|haz haziran|tem temmuz|ağu ağustos|eyl eylül|eki ekim"
    "|kas kasım|ara aralık",
    "ru": "янв январь января|фев февр февраль февраля|мар март марта|апр апрель апреля|май мая|июн июнь июня"
    "|июл июль июля|авг август августа|сен сент сентябрь сентября|окт октябрь октября|ноя нояб ноябрь ноября"
    "|дек декабрь декабря",
    "uk": "січ січень січня|лют лютий лютого|бер березень березня|квіт квітень квітня|трав травень травня"
    "|черв червень червня|лип липень липня|серп серпень серпня|вер верес вересень вересня|жовт жовтень жовтня"
    "|лист листопад листопада|груд грудень грудня",
    "el": "ιαν ιανουάριος ιανουαρίου|φεβ φεβρουάριος φεβρουαρίου|μαρ μάρτιος μαρτίου|απρ απρίλιος απριλίου"
    "|μαι μάιος μαΐου|ιουν ιούνιος ιουνίου|ιουλ ιούλιος ιουλίου|αυγ αύγουστος αυγούστου"
    "|σεπ σεπτ σεπτέμβριος σεπτεμβρίου|οκτ οκτώβριος οκτωβρίου|νοε νοέμβριος νοεμβρίου|δεκ δεκέμβριος δεκεμβρίου",
    "id": "jan januari|feb februari|mar maret|apr april|mei|jun juni|jul juli|agu agt agustus|sep sept september"
    "|okt oktober|nov november|des desember",
    "ar": "يناير كانون_الثاني|فبراير شباط|مارس آذار|أبريل إبريل نيسان|مايو ماي أيار|يونيو يونيه حزيران"
    "|يوليو يوليه تموز يوليوز|أغسطس آب غشت|سبتمبر أيلول شتنبر|أكتوبر تشرين_الأول|نوفمبر تشرين_الثاني نونبر"
    "|ديسمبر كانون_الأول دجنبر",
}
# Short forms that are words of other languages too: a month only where the language is known to be one that says so.
_SHY = frozenset("set out sie lip ago gen mag lis lut ara cze kas tem eki oca".split())
_DAYS_OF_WEEK = (
    "mon tue tues wed weds thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim "
    "lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica gio sab "
    "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira segunda terça quarta quinta sexta feira seg ter "
    "qua qui sex maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo "
    "måndag tisdag onsdag torsdag fredag lördag söndag måndagen tisdagen onsdagen torsdagen fredagen lördagen söndagen "
    "mån tis ons tors tor fre lör sön mandag tirsdag lørdag søndag maanantai tiistai keskiviikko torstai perjantai "
    "lauantai sunnuntai poniedziałek wtorek środa czwartek piątek sobota niedziela pon wt śr czw pt sob niedz "
    "pondělí úterý středa čtvrtek pátek neděle po út st čt pá ne "
    "hétfő kedd szerda csütörtök péntek szombat vasárnap luni marți miercuri joi vineri sâmbătă duminică "
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar pzt çar per cmt paz "
    "понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс "
    "понеділок вівторок середа четвер п’ятниця пятниця субота неділя нд "
    "δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή δευ τρι τετ πεμ παρ σαβ κυρ "
    "senin selasa rabu kamis jumat sabtu minggu sen sel rab kam jum min "
    "الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد "
    "星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 周二 周三 周四 周五 周六 周日 "
    "月 火 水 木 金 土 日 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日 "
    "월요일 화요일 수요일 목요일 금요일 토요일 일요일 월 화 수 목 금 토 일"
)
# What else may stand beside a date in a string that is nothing but a date: time of day, time zone, the word for year.
_SMALL_WORDS = (
    "at on the am pm a p m t z h utc gmt est edt cst cdt mst mdt pst pdt bst cet cest ist jst eet wib wita wit uhr um "
    "den der kl klo le à a les la el las los de del alle ore il às os hrs hs om op uur r godz o v ve saat г года год р "
    "року в о ώρα στις م هـ 오전 오후 上午 下午 午前 午後 時 分 时 點 点 시 분"
)
# Where 03/04/2021 is 3 April. A declared en-US is 4 March; bare English, and the year-first countries, say nothing.
_DAY_FIRST = frozenset(
    "de fr es it pt nl pl ru uk tr sv cs sk el id ar da nb nn no fi ro bg hr sr sl ca gl et be he vi ms".split()
)
_ENGLISH_DAY_FIRST = frozenset(("gb", "uk", "au", "nz", "ie", "in", "za", "sg", "mt", "ng", "ke", "pk"))
_MIXED_REGIONS = frozenset(("us", "ca", "ph", "pr"))
# Years counted from elsewhere, where they are named as such.
_ERAS = {"民國": 1911, "民国": 1911, "令和": 2018, "平成": 1988, "昭和": 1925}


def _folded(name: str) -> str:
    """A name as it is looked up: without case, accents and the Turkish dotless i's difference."""
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return bare.casefold().replace("ı", "i").replace("\u0307", "")


def _month_table() -> dict[str, tuple[int, frozenset[str]]]:
    table: dict[str, tuple[int, frozenset[str]]] = {}
    for language, months in _MONTHS.items():
        for number, names in enumerate(months.split("|"), 1):
            for name in names.split():
                key = _folded(name.replace("_", " "))
                table[key] = (number, table.get(key, (0, frozenset()))[1] | {language})
    return table


_MONTH_OF = _month_table()
_BESIDE_WORDS = frozenset(_folded(word) for word in (_DAYS_OF_WEEK + " " + _SMALL_WORDS).split())

_GAP = r"[ \t\u00a0\u200e\u200f\u2009\u202f]{1,3}"
_WORD = rf"(?:(?:كانون|تشرين){_GAP}[^\W\d_]+|[^\W\d_]{{2,14}})"
_NAME = rf"(?P<name>{_WORD})(?:[ ]?[/(][ ]?(?P<twin>{_WORD})\)?)?(?!\w)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|[ºª°.])?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_OF = r"(?:(?:of|de|del|do|den|του)[ \u00a0])?"
# Most exact first: the first form that fits a place wins.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/.])[ ]?(?P<month>\d{1,2})(?P=mark)[ ]?(?P<day>\d{1,2})(?!\d)",
        rf"(?<!\w){_NAME}{_GAP}{_DAY},?{_GAP}{_OF}{_YEAR}",
        rf"(?<![\d.,:]){_DAY}(?:{_GAP}|(?<=\.)|[-/](?=\D)){_OF}{_NAME}(?:,?{_GAP}|[-/]){_OF}{_YEAR}",
        rf"(?<!\d){_YEAR}\.?{_GAP}{_NAME}{_GAP}{_DAY}(?!\w)",
        rf"(?<!\w){_NAME},?{_GAP}{_OF}{_YEAR}",
        r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월](?:\s?(?P<day>\d{1,2})\s?[日号號일])?",
        r"(?P<era>民國|民国|令和|平成|昭和)\s?(?P<year>\d{1,3}|元)\s?年\s?(?P<month>\d{1,2})\s?月"
        r"(?:\s?(?P<day>\d{1,2})\s?[日号號])?",
        r"(?<![\d/.-])(?P<first>\d{1,2})(?P<mark>[/.-])(?P<gap>(?<=\.)[ \u00a0]|)(?P<second>\d{1,2})(?P=mark)(?P=gap)"
        r"(?P<year>\d{4})(?!\d|[/.-]\d)",
        r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{2})(?![\d-])",
    )
)
_HAS_YEAR = re.compile(r"\d{4}|[和成國国]\s?(?:\d{1,3}|元)\s?年")
_WITHOUT_YEAR = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\w)(?P<name>[a-z]{{3,9}})\b\.?{_GAP}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\w|,?{_GAP}\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_GAP}(?P<name>[a-z]{{3,9}})\b\.?(?!\w|,?{_GAP}\d)",
    )
)
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-]) ?(\d{1,2})\2 ?(\d{4})(?!\d)")
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T\d{4,6}Z?)?")
_YEAR_ALONE = re.compile(r"(?:1[5-9]|20)\d{2}")
_TIME = re.compile(
    r"T?\d{1,2} ?(?:[:.h時时点點시] ?\d{1,2}(?:[:.分분] ?\d{2}(?:\.\d{1,9})?)?|(?=[ap]\.?m\b|h\b|uhr\b))"
    r"|[+-]\d{2}:?\d{2}\b",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)|(?<![\d-])(\d{4})[-_](\d{2})(?![\d])")
_IN_ADDRESS = re.compile(r"/(\d{4})[/-](\d{1,2})(?:[/-](\d{1,2}))?(?=[/_-]|$)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A date that stands in a line: its ISO form and where its words are, `line[start:end]`."""

    iso: str
    start: int
    end: int


def iso(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """The ISO form, or None for a date that cannot be (31 April) or lies more than a year ahead."""
    try:
        datetime.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    if not 1500 <= year <= datetime.datetime.now(tz=datetime.UTC).year + 1:
        return None
    parts = [f"{year:04d}"] + [f"{part:02d}" for part in (month, day) if part is not None]
    return "-".join(parts)


def find(line: str, language: str | None = None, neighbours: Iterable[str] = ()) -> Stated | None:
    """The first date with a year that the line states, at its precision; None where it states none for certain.

    `language` (a tag such as "de" or "en-GB") and `neighbours` (other dates of the same page, as written) settle
    whether 03/04/2021 begins with the day; a month of another language than English, without a day, needs `language`.
    """
    if not _HAS_YEAR.search(line):
        return None
    return _first(line, language, day_first(language, neighbours), sure=True)


def find_all(line: str, language: str | None = None, neighbours: Iterable[str] = ()) -> tuple[Stated, ...]:
    """Every date of the line, in order, as `find` reads them."""
    if not _HAS_YEAR.search(line):
        return ()
    first_is_day = day_first(language, neighbours)
    matches = [(match.start(), rank, match) for rank, form in enumerate(_FORMS) for match in form.finditer(line)]
    found: list[Stated] = []
    for start, _, match in sorted(matches, key=lambda each: each[:2]):
        if found and start < found[-1].end:
            continue
        if date := _from_match(match, language, first_is_day, sure=True):
            found.append(Stated(date, start, match.end()))
    return tuple(found)


def day_first(language: str | None, neighbours: Iterable[str] = ()) -> bool | None:
    """Whether 03/04/2021 is 3 April (True) or 4 March (False) here; None where nothing says so for certain.

    Dates of the same page that can only be read one way come before the language; where they disagree, None.
    """
    seen = set()
    for words in neighbours:
        for match in _NUMERIC.finditer(words):
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second or second > 12 >= first:
                seen.add(first > 12)
    if seen:
        return seen.pop() if len(seen) == 1 else None
    spoken, _, region = (language or "").lower().replace("_", "-").partition("-")
    region = region.rpartition("-")[2]
    if spoken == "en":
        return True if region in _ENGLISH_DAY_FIRST else False if region in ("us", "ph") else None
    return True if spoken in _DAY_FIRST and region not in _MIXED_REGIONS else None


def find_without_year(line: str) -> tuple[int, int, int, int] | None:
    """(month, day, start, end) of a date such as "September 20" that leaves its year out."""
    for form in _WITHOUT_YEAR:
        for match in form.finditer(line):
            month, languages = _MONTH_OF.get(match["name"].lower(), (0, frozenset()))
            if "en" in languages and iso(2000, month, int(match["day"])):
                return month, int(match["day"]), match.start(), match.end()
    return None


def parse(words: str, language: str | None = None, neighbours: Iterable[str] = ()) -> str | None:
    """The ISO form of a string that is a date and nothing else (weekday and time of day are put up with), else None.

    `language` and `neighbours` as for `find`.
    """
    return _parsed(words, language, day_first(language, neighbours), sure=False)


def parse_plainly(words: str) -> str | None:
    """As `parse`, for a line of which nothing is known: what could be another word than a month is none."""
    return _parsed(words, None, None, sure=True)


def from_file_name(name: str) -> str | None:
    """The date in a file name such as 2021-03-20-harbour.txt or notes_2021-03.md."""
    for match in _FILE_NAME.finditer(name):
        year, _, month, day, year_2, month_2 = match.groups()
        date = iso(int(year), int(month), int(day)) if year else iso(int(year_2), int(month_2))
        if date:
            return date
    return None


def from_address(url: str) -> str | None:
    """The date in the path of a web address such as https://example.org/2021/03/20/harbour."""
    match = _IN_ADDRESS.search(url.split("?")[0].split("#")[0])
    if match is None:
        return None
    year, month, day = match.groups()
    return iso(int(year), int(month), int(day) if day else None)


def without_beside(words: str) -> str:
    """What is left of the words beside a date when times of day, weekdays, time zones and marks are taken away."""
    left = re.findall(r"[^\W_]+(?:[-’'][^\W_]+)*", without_times(words))
    return " ".join(word for word in left if _folded(word) not in _BESIDE_WORDS)


def without_times(words: str) -> str:
    """The words with each time of day taken out."""
    return _TIME.sub(" ", words)


def _parsed(words: str, language: str | None, first_is_day: bool | None, *, sure: bool) -> str | None:
    words = words.strip()
    if not words or len(words) > 60:
        return None
    if _YEAR_ALONE.fullmatch(words):
        return iso(int(words))
    if match := _COMPACT.fullmatch(words):
        return iso(int(match["year"]), int(match["month"]), int(match["day"]))
    stated = _first(words, language, first_is_day, sure=sure) if _HAS_YEAR.search(words) else None
    if stated is None:
        return None
    beside = words[: stated.start] + " " + words[stated.end :]
    return stated.iso if len(beside) < 45 and not without_beside(beside) else None


def _first(line: str, language: str | None, first_is_day: bool | None, *, sure: bool) -> Stated | None:
    best: Stated | None = None
    for form in _FORMS:
        for match in form.finditer(line):
            if best is not None and match.start() >= best.start:
                break
            if date := _from_match(match, language, first_is_day, sure=sure):
                best = Stated(date, match.start(), match.end())
                break
    return best


def _from_match(match: re.Match[str], language: str | None, first_is_day: bool | None, *, sure: bool) -> str | None:
    parts = match.groupdict()
    if era := parts.get("era"):
        year = _ERAS[era] + (1 if parts["year"] == "元" else int(parts["year"]))
    else:
        year = int(parts["year"])
    if parts.get("first"):
        return _numeric(year, int(parts["first"]), int(parts["second"]), first_is_day)
    day = int(parts["day"]) if parts.get("day") else None
    if not parts.get("name"):
        return iso(year, int(parts["month"]), day)
    month = _month(parts["name"], language, alone=day is None, sure=sure)
    twin = parts.get("twin")
    if month is None or (twin and _MONTH_OF.get(_folded(twin), (0,))[0] != month):
        return None
    return iso(year, month, day)


def _numeric(year: int, first: int, second: int, first_is_day: bool | None) -> str | None:
    if first > 12 or second > 12 or first == second:
        return iso(year, second, first) if first > 12 else iso(year, first, second)
    if first_is_day is None:
        return None
    return iso(year, second, first) if first_is_day else iso(year, first, second)


def _month(name: str, language: str | None, *, alone: bool, sure: bool) -> int | None:
    """`alone`: no day stands beside it; `sure`: a word that could be something else ("Mars 2020") is no month."""
    key = _folded(" ".join(name.split()))
    month, languages = _MONTH_OF.get(key, (0, frozenset()))
    if sure and (alone or key in _SHY) and not languages & {"en", (language or "").split("-")[0].lower()}:
        return None
    return month or None
