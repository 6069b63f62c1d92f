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
