"""Small word lists that the rules of grounding.py share; English, in canonical form (lower case, straight quotes)."""

from __future__ import annotations

STOPWORDS = frozenset(
    "a about after again all also am an and any are as at be because been before being between both but by can could"
    " did do does doing down during each few for from further had has have having he her here hers him his how i if in"
    " into is it its itself just may me might more most must my no nor not now of off on once only or other our out"
    " over own per same shall she should so some such than that the their them then there these they this those"
    " through to too under until up upon very was we were what when where which while who whom whose why will with"
    " would you your said says say saying told according there's it's".split()
)

# Words that often begin a sentence with a capital and are no names.
STARTERS = frozenset(
    "according across additionally afterwards again ago all almost along already although always amid among another"
    " anyone around article articles asked aside authorities because before behind below besides beyond both brief"
    " citizens companies concerning consumers costs countries critics currently data days despite"
    " due during each earlier either elsewhere employees even eventually every everyone evidence except experts few"
    " finally firms first five following footnote four fewer further given half hence here however hundreds if"
    " indeed initially inside instead investigators investors it journalists just last late later lawmakers leaders"
    " least less like likewise local many meanwhile media members military millions ministers months more moreover"
    " most much near nearly neither nevertheless next nine no nobody none nonetheless not nothing now nowadays"
    " observers officials often once one only others otherwise our outside overall parents part past people per"
    " perhaps plans police previously prices prosecutors protesters protests public rather readers recent recently"
    " regarding reporters reports researchers residents sales scientists second separately seven several shares"
    " similarly since six social sometimes soon source sources state still students studies such supporters taken ten"
    " the then therefore these third though three through throughout thus today together tomorrow too toward"
    " towards two under unless unlike until upon users various versus via viewers voters we weeks whatever when"
    " whenever whereas wherever whether while whoever why with within without women workers worldwide years yes"
    " yesterday yet".split()
)

NEGATIONS = frozenset("not never no none nobody nothing neither nor without cannot".split())

# Words that deny without "not": they answer for a negation on the other side.
SOFT_NEGATIONS = NEGATIONS | frozenset(
    "denied denies deny denying refused refuses refuse refusing rejected rejects failed fails fail failing lacked lacks"
    " lack lacking unable absent banned bans barred forbidden prohibited prevented stopped ruled unlikely impossible"
    " excluded avoided missing".split()
)

HEDGES = frozenset(
    "may might could reportedly allegedly alleged apparently possibly perhaps probably suspected likely".split()
)

ATTRIBUTION = frozenset(
    "said says saying claimed claims claiming argued argues arguing alleged alleges told tells warned warns insisted"
    " insists stated believed believes suggested suggests estimated estimates predicted predicts asserted asserts"
    " contended contends maintained maintains accused accuses denied denies".split()
)

# Nouns that say what kind of answer a question wants ("Which ministry ..."); in the singular, lower case.
PERSONS = frozenset(
    "activist actor actress adviser advisor admiral ambassador analyst artist astronaut athlete author banker"
    " billionaire bishop blogger boss cardinal ceo chairman chairwoman chancellor chief coach columnist commander"
    " commissioner composer congressman critic dictator diplomat director dissident doctor economist editor emperor"
    " engineer envoy executive expert explorer filmmaker founder general governor head historian inventor investor"
    " journalist judge king lawmaker lawyer leader man mayor minister mp musician officer official painter person"
    " philosopher player playwright poet policeman politician pope premier president priest prince princess producer"
    " professor prosecutor queen reporter representative researcher ruler scholar scientist secretary senator singer"
    " soldier speaker spokesman spokesperson spokeswoman student sultan suspect teacher tycoon whistleblower winner"
    " witness woman writer candidate successor predecessor".split()
)
BODIES = frozenset(
    "agency airline alliance army association authority bank bloc board body broadcaster bureau carmaker carrier"
    " charity chipmaker church club coalition commission committee company conglomerate contractor corporation council"
    " court department developer enterprise faction firm foundation fund giant government group institute institution"
    " lab laboratory magazine maker manufacturer militia ministry museum network newspaper ngo operator organisation"
    " organization outlet paper parliament party platform producer publisher regulator retailer school start-up"
    " startup studio subsidiary supplier syndicate team think-tank tribunal union university college"
    " utility venture".split()
)
PLACES = frozenset(
    "airport area base bay border capital city coast continent country county desert district harbour harbor island"
    " lake location mountain nation neighborhood neighbourhood ocean peninsula place port prison province region sea"
    " site stadium state strait street territory town valley venue village".split()
)
TERMS = frozenset(
    "abbreviation acronym book catchphrase code column essay expression film hashtag headline memoir motto movie"
    " nickname novel phrase play poem pseudonym slogan song term word".split()
)
PRICES = frozenset(
    "amount bail bid bribe budget cost deficit dividend expenditure fee fine gdp income loan price profit ransom rent"
    " revenue reward salary sum surplus turnover valuation value wage".split()
)
MONEY = PRICES | frozenset(
    "aid capital cash compensation crowns damages debt dollars euros funding funds investment money pounds profits"
    " revenues rubles rupees savings spending yen yuan".split()
)
MEASURES = frozenset(
    "altitude average capacity circulation count depth distance figure height length magnitude number output"
    " population rate ratio score size speed temperature toll total turnout volume weight width".split()
)
LONG_THINGS = frozenset(
    "article barrier beach book border bridge canal coast coastline corridor fence highway line pipeline railway"
    " report river road route runway strait street text track trench tunnel version wall".split()
)

# Titles that stand before a person's name.
TITLES = frozenset(
    "administrator admiral ambassador analyst archbishop bishop brother captain cardinal chairman chairwoman"
    " chancellor chief coach colonel commander commissioner congressman congresswoman constable count deputy dictator"
    " director dr duke economist emperor empress envoy father general gov governor gen inspector judge justice king"
    " lady leader lieutenant lord major marshal mayor minister monsignor mp mr mrs ms officer pastor pope premier"
    " president prime prince princess professor prof queen rabbi rep representative reverend saint secretary sen"
    " senator sergeant sheikh sheriff sir sister speaker spokesman spokesperson spokeswoman sultan".split()
)

# Pairs of words of which one denies the other, where both are said of the same thing.
CONTRARY = """increase/decrease increased/decreased increases/decreases increase/decline increased/declined rise/fall
    rises/falls rose/fell rose/dropped rose/declined climbed/fell climbed/dropped climbed/declined increased/fell
    increased/dropped grew/shrank grew/fell grew/declined gain/lose gained/lost won/lost wins/loses succeeded/failed
    opened/closed opens/closes open/close open/shut opened/shut accepted/rejected accept/reject accepted/refused
    approved/rejected approve/reject passed/rejected signed/vetoed approved/vetoed agreed/refused agreed/declined
    support/oppose supports/opposes supported/opposed backed/opposed back/oppose backed/rejected welcomed/rejected
    welcomed/condemned welcomed/criticised welcomed/criticized praised/criticised praised/criticized praised/condemned
    defended/criticised defended/criticized admitted/denied confirmed/denied confirm/deny granted/denied granted/refused
    allowed/banned allowed/forbidden permitted/banned permitted/forbidden allows/prevents allowed/blocked
    convicted/acquitted upheld/overturned arrested/released arrested/freed hired/fired appointed/dismissed
    elected/defeated joined/left join/leave imposed/lifted tightened/eased tightened/relaxed tightened/loosened
    raised/lowered raised/cut increased/cut lowered/increased raised/reduced expanded/reduced expanded/shrank
    strengthened/weakened stronger/weaker strong/weak added/removed included/excluded includes/excludes
    encouraged/discouraged legal/illegal possible/impossible successful/unsuccessful popular/unpopular guilty/innocent
    safe/unsafe safe/dangerous positive/negative optimistic/pessimistic like/dislike likes/dislikes trusted/distrusted
    first/last northern/southern north/south eastern/western east/west import/export imports/exports imported/exported
    upper/lower domestic/foreign majority/minority oldest/youngest highest/lowest largest/smallest longest/shortest
    celebrated/lamented survived/died continued/stopped started/stopped began/ended begin/end deployed/withdrew
    attacked/defended victory/defeat public/private favour/against
    favor/against""".split()

# Verbs whose forms share no stem, each with its base form.
IRREGULAR = {
    form: base
    for base, *forms in (
        verb.split()
        for verb in """become became|begin began begun|bring brought|build built|buy bought|catch caught|choose chose
        chosen|cut cut|drive drove driven|fall fell fallen|fight fought|forbid forbade forbidden|forgive forgave
        forgiven|get got gotten|give gave given|go went gone|grow grew grown|hold held|keep kept|know knew
        known|lead led|leave left|lend lent|lose lost|make made|meet met|overthrow overthrew overthrown|pay
        paid|rise rose risen|run ran|see saw seen|sell sold|send sent|shoot shot|shrink shrank shrunk|sink sank
        sunk|speak spoke spoken|spend spent|stand stood|steal stole stolen|strike struck|succeed succeeded succeeds
        |sue sued sues|take took taken|teach taught|tell told|think thought|throw threw thrown|uphold upheld|win won
        |withdraw withdrew withdrawn|write wrote written""".split("|")
    )
    for form in forms
}
