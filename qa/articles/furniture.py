"""What publishing systems (WordPress and its kin) print round articles, as forms of whole lines.

The lists hold what such systems share, not what single sites say. Every form is bounded, so that none can be slow.
"""

from __future__ import annotations

import re


def _any(*forms: str) -> re.Pattern[str]:
    return re.compile("(?i)(?:" + "|".join(forms) + ")")


# Lines that are furniture wherever they stand.
ALWAYS = _any(
    r"connect with us|skip to (?:main |the )?content|back to top|toggle navigation",
    r"like this:?(?: loading\W*)?|loading\W*",
    r"(?:- )?advertisements?(?: -)?|sponsored(?: content)?|tweet|save to favou?rites|print this.{0,20}",
    r"share (?:this|on|via)\b.{0,30}",
    r"(?:older|newer|previous|next) (?:posts?|article|story)|view all posts(?: by)?.{0,40}",
    r"(?:posted|filed|tagged|categori[sz]ed) (?:in|under|as|with)\b[^.!?]{0,120}",
    r"this entry was (?:posted|tagged)\b.{0,160}|bookmark the permalink\W*",
    r"(?:tags?|categor(?:y|ies)|related topics?|topics)\s?:.{0,160}",
    r"your email address will not be published.{0,80}|required fields are marked.{0,10}",
    r"(?:post|submit) comment|cancel reply|you may use these html tags.*|save my name, email.{0,120}",
    r"notify me of (?:new|follow).{0,80}",
    r"\w{1,7} ?[+×−-] ?(?:= ?\w{1,7}|\w{1,7} ?=)|[+×−-] ?\w{1,7} ?= ?\w{1,7}",  # the sum that keeps robots out
    r"spotted an? (?:mistake|error|typo)\b.{0,280}|all rights reserved\W*",
    r"(?:please )?(?:subscribe|sign up) (?:to|for|now|here|today)\b.{0,100}",
    r"subscribe(?: now)?|unsubscribe.{0,40}|follow (?:us|me) (?:on|at)\b.{0,80}",
    r"you (?:are receiving|receive|received) this (?:letter|e-?mail|newsletter).{0,160}",
    r"(?:privacy policy|terms (?:of|and) \w+|cookie policy|contact us|about us)\s?[|·•]\s?.{0,80}",
    r"(?:we|this site) uses? cookies.{0,200}|javascript (?:is|must).{0,80}|enable javascript.{0,80}",
)
# Lines that could be a subheading too: furniture only where other furniture stands beside them.
BESIDE_OTHERS = _any(
    r"facebook|twitter|x|instagram|linkedin|pinterest|whatsapp|telegram|reddit|e-?mail|print|share|donate|contribute",
    r"menu|home|search|login|log in|sign in|reply|like|newsletter|popular|publications|support .{3,40}",
    r"privacy policy|terms (?:of|and) \w+|cookie policy|contact us|about us",
    r"[^|.]{2,25}(?:\s\|\s[^|.]{2,25}){2,9}",  # Home | News | Sport
)
SCRIPT = re.compile(
    r"(?://|https?://)\S{3,200}\.js\b|<script\b|.{0,60}\bwindow\.\w+ ?="
    r"|\(?\w{1,40} = window\.|function ?\(\w*\) ?\{|\.[\w-]{1,60} ?\{"
)
# A picture's credit with nothing of the picture in it.
CREDIT = _any(
    r"(?:cover |featured? |header )?(?:image|photo(?:graph)?|picture|illustration)s?\s?"
    r"(?:(?:credit|source|courtesy)s?\s?(?::|of|by)?\s?.{1,80}|by:?\s.{1,60}|\s?[:©]\s?(?:\S{1,40}\s?){1,3})",
    r"(?:credit|©(?!\s?\d{4}))\s?:?\s?(?:\S{1,40}\s?){1,4}",
)
# A caption that ends with its credit.
CAPTION = re.compile(
    r"\((?:[Pp]hotos?|[Ii]mages?|[Pp]ictures?|[Cc]redits?|[Ss]creenshots?|[Vv]ideo)\s?[:/ ][^()]{2,80}\)\s*$"
    r"|\([A-Z][^()]{1,60}/[^()]{2,60}\)\s*$|Credit:?\s?[A-Z][^/.]{2,50}(?:/| for | via )[A-Z][^/.]{1,50}$"
)
# The text goes on elsewhere, or is over.
END = _any(
    r"continue reading(?: the main story| below\W*)?|keep reading|read (?:more|on)\W*|\[(?:…|\.\.\.)\]",
    r"read the (?:rest|full|whole|original)\b.{0,160}|up next|don['’]t miss",
    r"(?:click|see|view) (?:here )?(?:for|to read) (?:more|the (?:rest|full)).{0,60}",
)
# Headings above lists of other articles.
LIST = _any(
    r"(?:related|recommended|popular|latest|trending|recent|more|top|featured) "
    r"(?:articles?|posts?|stor(?:y|ies)|news|reads?|topics|reading)\W*",
    r"most (?:read|popular|viewed|shared)(?: .{0,20})?|you (?:may|might) (?:also )?(?:like|enjoy).{0,20}",
    r"(?:see also|read also|also read|editors?['’]s? picks?|trending(?: now)?|latest|in this (?:issue|section))\W*",
    r"what(?:['’]s| is) (?:new|hot)|more (?:from|in|on) .{2,40}",
)
COMMENTS = _any(
    r"\d{1,5} (?:comments?|responses?|replies|thoughts?)(?: (?:on|to|so far)\b.{0,160})?|no comments yet",
    r"(?:one|no) (?:comments?|responses?|thoughts?) (?:on|to)\b.{0,160}",
    r"leave a (?:reply|comment)\b.{0,40}|click to comment|join the (?:conversation|discussion)",
    r"(?:post|add|write) a comment|comments? ?\(\d{1,5}\)|be the first to comment\W*|comments are closed\W*",
)
ABOUT_AUTHOR = re.compile(r"About (?:[Tt]he )?(?:[Aa]uthors?|[A-Z][\w.'’-]{1,40}(?: [A-Z][\w.'’-]{1,40}){1,3})")
# "Harbour 10 mins ago", also with the words run together.
AGO = re.compile(r"(?i)[^.!?]{0,40}?\d{1,2}\s?(?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month|year)s? ago")
APPEAL = re.compile(r"(?i)\b(?:donat\w+|patron|e-?mail us|our newsletter|subscrib\w+|follow us|support us|sign up)\b")
REFERENCES = _any(
    r"(?:references|(?:image )?sources|images?|notes|bibliography|works cited|further reading|endnotes)\W*"
)
REFERENCE = re.compile(r"https?://|\(?\b(?:1[5-9]|20)\d{2}[a-z]?\b[).]|(?i:accessed|retrieved|doi:)")
# How closing paragraphs about authors and publishers begin, and words that they use.
BIOGRAPHY = re.compile(
    r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|Lord)\.? ){0,3}"
    r"(?P<name>[A-Z][\w.'’-]{0,40}(?: (?:[A-Z][\w.'’-]{0,40}|van|von|de|der|al|bin|la)){1,4})"
    r" (?:is|was|works|writes|teaches|serves)\b"
)
OF_AUTHORS = re.compile(
    r"(?i)\b(?:professor|lecturer|editor(?:-in-chief)?|fellow|researcher|research|journalist|reporter|writer|writes"
    r"|columnist|correspondent|consultant|ph\.?d|m\.?phil|university|college|author of|twitter|linkedin"
    r"|follow (?:him|her|them|on)|contact|reached at|e-?mail)\b|@|\[at\]"
)
ITSELF = re.compile(
    r"(?P<name>(?:The )?[A-Z][\w&.'’-]{0,40}(?: (?:[A-Z&][\w&.'’-]{0,40}|of|for|the|and)){0,7}"
    r"(?: \([A-Z][\w&]{1,9}\))?) (?:is|was|are|has been)\b"
)
OF_PUBLISHERS = re.compile(
    r"(?i)\b(?:we publish|our (?:readers|content|newsletter|work|website)|follow us|written and produced by"
    r"|contact (?:the firm|us)|support us)\b"
)
