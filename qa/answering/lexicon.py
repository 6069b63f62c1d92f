"""Small word lists that the rules share; English, in canonical form (lower case, straight quotes)."""

from __future__ import annotations

from functools import lru_cache

from qa.shipped import PACKAGE

COMMON_FILE = PACKAGE / "models" / "common_words.txt"

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

# What can answer for a negation on the other side: "too ill to travel" for "could not travel".
NEGATIVE = SOFT_NEGATIONS | frozenset(
    "abandoned against although avoid away ban barely but ceased clear declined despite dismissed dispute"
    " disputed disputes dropped ended except exception exclude excluding exempt false few fewer free freed"
    " hardly however ignored illegal instead insufficient last left less little lose losing lost mere merely"
    " miss missed nevertheless off only oppose opposed opposes out overturned past prevent prevents quit rarely"
    " rather regardless rejecting rejection removed scrapped seldom short sole still stop stopping stops though"
    " too undecided unhurt uninjured unknown unless unsuccessful until untouched while withdrew withheld wrong"
    " yet".split()
)

# Those of them that do so whatever they are said of; the others are too common.
DENYING = NEGATIVE - frozenset(
    "against although but clear despite even few fewer free however instead last left less little mere merely off only"
    " out past rather regardless short sole still stop though too until untouched while wrong".split()
)

# Words that make a statement less than a fact: guesses, plans, claims.
MODALS = HEDGES | frozenset(
    "accuse accused accuses aim aimed aims allege alleges appear appeared appears ask asked asks believe"
    " believed believes call called calling calls can chance charge charged charges claim claimed claims"
    " consider considered considering considers danger due estimate estimated estimates expect expected expects"
    " forecast forecasts hope hoped hopes if intend intended intends maybe plan planned planning plans pledge"
    " pledged possible potential potentially predicted presumably projected promise promised promises proposal"
    " propose proposed proposes risk rumored rumoured said says seek seeks seem seemed seems should sought"
    " speculation suggest suggested suggests supposed suspect suspects thought threat threatened threatens to"
    " told unconfirmed unless urge urged urges vow vowed want wanted wants whether would".split()
)

# Words by which a statement is put into somebody's mouth.
REPORTING = ATTRIBUTION | frozenset(
    "according account add added adds admit admits admitted advised advises agreed agrees allegedly announce"
    " announced announces answered asked assert assured blamed blames call called calls characterised"
    " characterized cited citing comment commented complained complains concede conceded concluded concludes"
    " condemned confirmed confirms counted counts credited criticised criticized critics declared declares"
    " described describes disclosed emphasised emphasized estimate expect expected expects explained explains"
    " expressed feared fears feels felt finds forecast found gave hoped hopes implied imply indicated indicates"
    " joked judged lamented listed mentioned meteorologists named noted notes objected opined opinion ordered"
    " pointed posted praised predict promised pronounced proposed put puts quoted rated recalled reckoned"
    " reckons recorded regarded regards registered regretted remarked remembered repeated replied report"
    " reported reportedly reports responded revealed reveals saw say sees showed shows speaking spoke spokesman"
    " spokesperson spokeswoman statement stressed testified thanked think thinks thought tweeted urge urged"
    " urges view viewed views voiced vowed wondered words write writes wrote".split()
)

# Words that speak of all of a thing, of it alone, or of a part of it.
ALL = frozenset("all every each everyone everybody everything entire whole always entirely completely".split())
SOLE = frozenset("only solely exclusively".split())
PART = frozenset(
    "some most many several part parts partly majority half certain few mostly mainly largely often usually"
    " sometimes".split()
)

# Pairs that may not change places before the same words: "before the vote", "after the vote".
ORDER = """before/after earlier/later previously/subsequently first/last already/still more/less more/fewer most/least
    above/below over/under higher/lower larger/smaller bigger/smaller greater/smaller longer/shorter older/younger
    faster/slower better/worse best/worst largest/smallest highest/lowest biggest/smallest earliest/latest
    former/current next/last previous/next""".split()

# More opposites, in the form of CONTRARY: for sentences that are known to speak of the same thing.
OPPOSITES = """start/stop stop/begin stopped/began begin/cease keep/break honoured/broke include/omit
    remember/forget help/hinder aid/hinder worsen/improve worsened/improved ease/worsen push/pull come/go
    arrive/depart arrived/departed arrive/leave send/receive sent/received buy/sell bought/sold borrow/lend
    borrowed/lent hire/dismiss promote/demote promoted/demoted love/hate praise/condemn thank/blame
    thanked/blamed permit/prohibit allow/forbid allow/prevent allow/ban enable/prevent legalise/ban legalize/ban
    legalised/banned convict/acquit innocent/convicted free/detain released/detained release/detain
    freed/detained release/jail freed/jailed lengthen/shorten lengthened/shortened extend/shorten
    extended/shortened widen/narrow widened/narrowed expand/shrink confirm/dispute confirmed/disputed
    prove/disprove proved/disproved agree/disagree agreed/disagreed approve/disapprove satisfied/dissatisfied
    happy/unhappy relieved/disappointed pleased/disappointed rich/poor wealthy/poor hot/cold warm/cold
    warmer/colder dry/wet early/late quick/slow quickly/slowly rapid/slow easy/difficult hard/easy common/rare
    frequent/rare cheap/expensive cheaper/costlier heavy/light high/low large/small big/small many/few long/short
    new/old young/old male/female men/women boys/girls inside/outside indoors/outdoors left/right top/bottom
    front/rear enter/leave entered/left visible/hidden known/unknown peaceful/violent violent/nonviolent
    calm/violent voluntary/compulsory voluntary/mandatory mandatory/optional optional/compulsory
    permanent/temporary temporarily/permanently present/absent sharp/slight sharply/slightly gained/shed
    surplus/deficit profit/loss success/failure growth/decline increase/drop increase/fall increase/decrease
    rise/drop increased/decreased rise/decline boost/cut boosted/cut raise/lower raise/cut raised/slashed
    doubled/halved improve/deteriorate attract/repel attracted/repelled proud/ashamed ally/enemy friend/enemy
    advantage/disadvantage support/reject urged/warned defend/attack recover/worsen recovered/worsened
    heavier/lighter stronger/weaker narrowly/easily narrowly/comfortably minority/majority urban/rural alive/dead
    survive/die acquitted/convicted impeached/acquitted lend/borrow expelled/admitted admit/expel invest/withdraw
    launch/end reopen/close reopened/closed resume/suspend resumed/suspended restored/suspended upgrade/downgrade
    upgraded/downgraded cooperate/refuse accept/refuse grant/deny granted/withdrawn keep/lose retain/lose
    retained/lost outnumber/trail trail/lead trailed/led ahead/behind""".split()

# Short forms of titles and the like: one answers for the others.
SHORT_FORMS = tuple(
    tuple(form.replace("_", " ") for form in forms.split())
    for forms in """prof professor|dr doctor|gen general|sen senator|gov governor|rep representative|lt lieutenant
    |col colonel|capt captain|sgt sergeant|rev reverend|st saint|mt mount|ft fort|corp corporation|ltd limited
    |inc incorporated|co company|jr junior|dept department|ai artificial_intelligence|tv television|pm prime_minister
    |mp member_of_parliament members_of_parliament|ceo chief_executive|celsius c|fahrenheit f""".split("|")
)
# Forms of a name, of countries above all: one answers for the others.
COUNTRIES = tuple(
    tuple(form.replace("_", " ") for form in forms.split())
    for forms in """united_states america american americans|united_kingdom britain british briton britons great_britain
    |european_union europe european europeans|china chinese prc beijing's|russia russian russians
    |france french frenchman|germany german germans|italy italian italians|spain spanish spaniard spaniards
    |portugal portuguese|netherlands dutch holland|belgium belgian belgians|austria austrian austrians
    |switzerland swiss|poland polish poles|czech_republic czech czechs czechia|hungary hungarian hungarians
    |greece greek greeks|turkey turkish turks turk|ukraine ukrainian ukrainians|sweden swedish swedes
    |norway norwegian norwegians|denmark danish danes|finland finnish finns|iceland icelandic|ireland irish
    |scotland scottish scots|wales welsh|england english|canada canadian canadians|mexico mexican mexicans
    |cuba cuban cubans|brazil brazilian brazilians|argentina argentine argentinian argentines argentinians
    |chile chilean chileans|peru peruvian peruvians|colombia colombian colombians
    |venezuela venezuelan venezuelans|japan japanese|korea korean koreans|vietnam vietnamese
    |thailand thai thais|indonesia indonesian indonesians|malaysia malaysian malaysians
    |philippines philippine filipino filipinos|india indian indians|pakistan pakistani pakistanis
    |bangladesh bangladeshi bangladeshis|nepal nepali nepalese|afghanistan afghan afghans
    |iran iranian iranians persian|iraq iraqi iraqis|israel israeli israelis
    |palestine palestinian palestinians|syria syrian syrians|lebanon lebanese|jordan jordanian
    |egypt egyptian egyptians|libya libyan libyans|tunisia tunisian|algeria algerian|morocco moroccan
    |yemen yemeni yemenis|saudi_arabia saudi saudis|qatar qatari|kuwait kuwaiti|kenya kenyan kenyans
    |ethiopia ethiopian ethiopians|eritrea eritrean eritreans|somalia somali somalis|sudan sudanese
    |nigeria nigerian nigerians|ghana ghanaian|south_africa south_african|zimbabwe zimbabwean
    |namibia namibian|gabon gabonese|australia australian australians
    |new_zealand new_zealander zealander zealanders|serbia serbian serbs serbians|croatia croatian croats
    |bosnia bosnian|slovenia slovenian|slovakia slovak|romania romanian|bulgaria bulgarian|albania albanian
    |kosovo kosovan|georgia georgian|armenia armenian|azerbaijan azerbaijani|belarus belarusian
    |estonia estonian|latvia latvian|lithuania lithuanian|kazakhstan kazakh|islam islamic muslim muslims
    |judaism jewish jews jew|christianity christian christians|taiwan taiwanese|hong_kong hongkongers
    |congress congressional congressman|bavaria bavarian|catalonia catalan|tibet tibetan|mars martian
    |cyprus cypriot|malta maltese|myanmar burma burmese|cambodia cambodian|laos laotian|sri_lanka sri_lankan
    |soviet_union soviet soviets|africa african africans|asia asian asians|arctic antarctic""".split("|")
)

# Common words that may begin a sentence, and there have a capital without being names.
OPENERS = STARTERS | frozenset(
    "accidents activists actors adults airlines analysts anger animals apart applicants attacks attempts"
    " attendance banks billions biologists birds boys buildings buses campaigners cars cases casualties"
    " children churches cities claims clashes clinics coal commuters computers construction contrary cows crews"
    " crowds damage dead deaths debate delegates demand demonstrators detectives devices died doctors dozens"
    " drivers drones drugs economists eleven emissions engineers everything families fans farmers fears female"
    " fifteen fifty fighters films fire firefighters fishermen fishing flights floods fluorescent food football"
    " for forecasters forest former forty gas girls global good government governments great groups growth"
    " guests gunmen he heavy her high his historians homes hospitals hotels houses human increases inflation"
    " insurers islands its judges jurors lack large lawyers long low male measures medical men meteorologists"
    " milk mothers music nearby neighbours newspapers ninety northern nuclear oil old opponents organisers"
    " organizers participants passengers patients penguins petrol pilots players politicians polls poor"
    " prisoners production profits pupils rain refugees relatives religious rents rescue rescuers rising roads"
    " robots rocks rules satellites schools science seats security seventy she shops sixteen sixty small smoke"
    " snow soldiers some southern speakers spending sports staff stocks street strikes strong survivors taxes"
    " teachers teams technology temperatures tests their they thirteen thirty thousands ticket tickets tourism"
    " tourists trade traders traffic trains travel travellers troops trucks turnout twelve twenty unemployment"
    " unions unrest us victims villagers violence visitors volunteers votes voting warmer water western what"
    " winds winning witnesses work working young youth".split()
)


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Words that running text writes small: no names, where one begins a sentence (`qa.training.common_words`)."""
    return frozenset(COMMON_FILE.read_text(encoding="utf-8").split())
