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
    r"(?:we|this (?:web)?site) uses? cookies.{0,280}|javascript (?:is|must).{0,80}|enable javascript.{0,80}",
    r"(?:read|see|watch|listen|hear)(?:,? | )(?:also|more|next|too)\s?[:|–—»>-].{3,160}",
    r"(?:also read|related|more on this|recommended|don['’]t miss|in pictures)\s?[:|»>].{3,160}",
    r"\[ ?[x✓]? ?\].{0,80}|(?:your )?(?:e-?mail|name)(?: address)?(?:\s?[*:(].{0,40})?|sign up",  # forms
    r"(?:article|story|text) continues (?:below|after).{0,40}|continues? below.{0,20}|scroll (?:down )?to .{0,30}",
    r"share\W{1,5}(?:e-?mail|save|print|tweet|gift|copy|post|link|bookmark|comment|listen|like)\b.{0,100}",
    r"share (?:this|on|via)\b.{0,30}:.{0,100}|share\W{0,3}",
    r"(?:reply|report|recommend|upvote|like)(?:\W{1,5}(?:\d{1,5}|up|down|reply|report|recommend|share|like)\b){1,6}\W{0,4}",
    r"\d{1,5} (?:replies|likes|shares|retweets|views|upvotes)(?:\W{1,5}\d{1,5} \w{1,12}){0,4}",
    r"(?:view|show|load|see) (?:\d{1,5} )?(?:more|all|older|newer|earlier|oldest)(?: .{0,30})?",
    r"(?:show )?(?:latest|newest|oldest|earliest|most recent) (?:posts? |entries )?first|live",
    r"(?:page )?\d{1,4} (?:of|/) \d{1,4}|page \d{1,4}|(?:[«‹←<]+ ?)?(?:older|newer|previous|next|first|last)\b"
    r"(?:\W{1,12}(?:posts?|entries|articles?|stor(?:y|ies)|page|older|newer|previous|next|last|\d{1,4})\b){0,8}[^\w.]{0,6}",
    r"\[ ?(?:our sponsor|sponsored|promoted|advertisement|paid (?:content|post))\b.{0,280}",
    r"(?:our sponsor|sponsored|promoted|advertisement|paid (?:content|post))\s?[:|–—].{0,280}",
    r"(?:view|read) (?:this|it) (?:e-?mail|letter|newsletter|message|on the web|in your browser)\b.{0,160}",
    r"\d{1,3}[ -]min(?:ute)?s? (?:read|listen)",
    r"listen(?: to this (?:article|story))?\W*(?:\(?\d{1,3}:?\d{0,2} min\w*\)?)?",
    r"(?:the )?(?:views|opinions) expressed\b.{0,200}",
    # the head of a message
    r"(?:to|cc|bcc|reply-to|in-reply-to|references|message-id|content-type|mime-version|list-[\w-]+|x-[\w-]+)\s?:\s"
    r".{0,200}",
    # who else worked on a text, and how to reach them
    r"\(?(?:contributing|contributors?|(?:additional )?reporting|editing|writing)\s?(?::|by\b).{3,240}",
    r"with (?:files|reporting|contributions) (?:from|by)\b.{3,160}",
    r"(?:follow|contact|reach|e-?mail|write to|twitter|tweet)\b[^.!?]{0,80}(?:@\w|\w@).{0,80}",
    r"(?:end of (?:the )?bulletin|-? ?ends? ?-?|permalink|report a problem|terms|copyright|all rights)\W*",
)
# The beginnings of long lines that are furniture.
LONG = re.compile(r"(?i)you may use these html tags|spotted an? (?:mistake|error|typo)\b")
# Lines that could be a subheading too: furniture only where other furniture stands beside them.
BESIDE_OTHERS = _any(
    r"accept(?: all)?|reject(?: all)?|decline|only needed|settings|rss|sign in|archives?|jobs|advertise with us|ok|go",
    r"facebook|twitter|x|instagram|linkedin|pinterest|whatsapp|telegram|reddit|e-?mail|print|share|donate|contribute",
    r"menu|home|search|login|log in|sign in|reply|like|newsletter|popular|publications|support .{3,40}",
    r"privacy policy|terms (?:of|and) \w+|cookie policy|contact us|about us",
    r"[^|.\d]{2,25}(?:\s\|\s[^|.\d]{2,25}){2,9}",  # Home | News | Sport, not a row of a table
)
SCRIPT = re.compile(
    r"(?://|https?://)\S{3,200}\.js\b|<script\b|.{0,60}\bwindow\.\w+ ?="
    r"|\(?\w{1,40} = window\.|function ?\(\w*\) ?\{|\.[\w-]{1,60} ?\{"
)
# Furniture that stands in the middle of articles rather than below them.
MIDWAY = re.compile(
    r"(?i)\W*(?:advert|sponsor|paid|our sponsor|continue(?:s|d)? (?:reading )?(?:below|the main)"
    r"|read (?:also|more)\b.*:|read the\b|also read|see also|related|photo|image|picture|credit|illustration|©"
    r"|back to top|reply"
    r"|recommend|article continues|\d+ min|\[|sign up|subscribe|e-?mail|your|video|listen)"
)
ENDS = _any(r"\W*(?:ends?|end of (?:the )?(?:release|bulletin|message))\W*")
ADVERTISEMENT = _any(r"\W*(?:advertisements?|sponsored(?: content)?|paid (?:content|post))\W*")
CONTINUES = _any(r"(?:(?:article|story|text|report) )?continues? (?:reading )?(?:below|after)\b.{0,40}")
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
    r"what(?:['’]s| is) (?:new|hot)|more (?:from|in|on) .{2,40}|read (?:next|more about.{0,40})\W*",
    r"(?:related|further|additional|more) (?:links?|coverage|content|topics)\W*|what we(?:['’]re| are) \w+\W*",
    r"(?:contents|table of contents|also in this issue|archives?|categories|blogroll)\W*",
    r"in today['’]s (?:issue|letter|e-?mail|edition|round-?up|briefing)\W*",
    r"(?:related )?(?:topics|tags|keywords)\W*",
    r"(?:your )?letters(?: to the editor)?\W*|(?:our|from our) sponsors?\W*",
)
COMMENTS = _any(
    r"\d{1,5} (?:comments?|responses?|replies|thoughts?)(?: (?:on|to|so far)\b.{0,160})?|no comments yet",
    r"(?:one|no) (?:comments?|responses?|thoughts?) (?:on|to)\b.{0,160}",
    r"(?:recent|latest|newest|top|readers['’]?|all|your) comments|comments\W*(?:\d{1,5}\W*)?",
    r"leave a (?:reply|comment)\b.{0,40}|click to comment|join the (?:conversation|discussion)",
    r"(?:post|add|write) a comment|comments? ?\(\d{1,5}\)|be the first to comment\W*|comments are closed\W*",
)
ABOUT_AUTHOR = re.compile(r"About (?:[Tt]he )?(?:[Aa]uthors?|[A-Z][\w.'’-]{1,40}(?: [A-Z][\w.'’-]{1,40}){1,3})")
# "Harbour 10 mins ago", also with the words run together.
AGO = re.compile(r"(?i)[^.!?·|•]{0,40}?\d{1,2}\s?(?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month|year)s? ago")
# "Rosa Lindt says:", "Rosa · 2 hours ago", "Rosa 09.11.2021. 14:02"
COMMENTER = _any(
    r"\w[^.!?:|·]{0,39}? (?:says|said|wrote|writes|commented|replied)(?: on .{6,40})?\s?:?(?<=[:\d])",
    r"\w[^!?:|·]{0,59}?\s?[·|•]\s?\(?(?:\d{1,2}|an?)\s?(?:s|m|h|d|w|min(?:ute)?s?|hours?|hrs?|days?|weeks?|months?"
    r"|years?)(?: ago)?\)?",
    r"\w[^!?:|·,]{0,39}?[ ·|•–—-]{1,3}(?:on )?\d{1,2}[./ -]\w{1,9}[./ -]{1,2}\d{2,4}\.?,?"
    r"(?: at)? \d{1,2}[:.]\d{2}(?: [ap]m)?",
)
# The time of day at which an entry of a live report was posted.
TIME = _any(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
    r"(?:[01]?\d|2[0-3])[:.h][0-5]\d(?: ?[ap]\.?m\.?)?(?: [a-z]{2,4}| gmt ?[+-]\d)?|\d{1,2} ?[ap]\.?m\.?"
)
TIMED = re.compile(r"(?i)(?:[01]?\d|2[0-3])[:.h][0-5]\d(?: ?[ap]\.?m\.?)?\s?[|:–—-]\s")
ROLE = re.compile(
    r"(?i)\b(?:correspondent|reporters?|editors?|writers?|columnist|staff|desk|analyst|professor|lecturer|fellow|critic"
    r"|contributors?|journalist|director|researcher|scholar|associate|co-?founder|student|bureau|chief|producer"
    r"|photographer|intern)\b|^in [A-Z]\w+"
)
# What asks readers for money or a subscription: how it begins, whom it speaks to, what it asks for.
_ASKS = re.compile(
    r"(?i)\W*(?:please|enjoying|forwarded|thank you|help|keep|support|donate|subscribe|sign up|become|join|follow|get"
    r"|like|want|if you (?:like|enjoy|value|read|love)|did you|don['’]t miss|you (?:are|were) (?:getting|receiving)"
    r"|to (?:leave|stop|unsubscribe)|got a"
    r"|this (?:web)?site|we (?:are|rely|depend|need|and our|have no))\b"
)
_TO_READERS = re.compile(r"(?i)\b(?:you|your|us|we|our|here|this (?:web)?site)\b")
_FOR_WHAT = re.compile(
    r"(?i)\b(?:donate|donations?|(?:un)?subscribe|subscriptions?|signed up|sign up|(?:our|free|weekly|daily) newsletter"
    r"|mailing list|your inbox|become (?:a|one of|our) \w+|our (?:members|supporters|patrons|rss)|cookies"
    r"|your device)\b"
)
# What a site says of cookies, where it stands at the head of a page.
COOKIES = re.compile(
    r"(?is)(?![\"“„«])(?=.{0,400}\b(?:cookies?|your device|personal data)\b)"
    r"(?=.{0,400}\b(?:use|store|accept|consent|set|need)\w{0,2}\b).{0,400}\b(?:we|our|you|your|this site)\b"
)
_LONGEST_NOTICE = 420
_LONGEST_CALL = 200
# What sites offer in words that articles do not use.
_CALLS = re.compile(
    r"(?i)\b(?:whatsapp (?:group|channel|community)|my bookmarks|user icon"
    r"|(?:free |\d{1,3} )(?:articles|stories)"
    r" (?:this month|remaining|left)|our (?:free )?(?:app|newsletters?|podcasts?|alerts)|push notifications"
    r"|sign up here"
    r"|manage (?:your )?preferences|our (?:readers|supporters|members|subscribers) (?:make|keep|pay)"
    r"|(?:reply to|forward) this e-?mail|signed up at|already a (?:subscriber|member))\b"
)


def is_appeal(line: str) -> bool:
    """Whether a line asks the readers for something on behalf of the site."""
    if len(line) <= _LONGEST_CALL and not line.startswith(("“", '"', "„", "«", "‘", "'")) and _CALLS.search(line):
        return _TO_READERS.search(line) is not None
    if len(line) > _LONGEST_NOTICE or line.startswith(("“", '"', "„", "«", "‘")) or not _ASKS.match(line):
        return False
    return _TO_READERS.search(line) is not None and _FOR_WHAT.search(line) is not None


APPEAL = re.compile(r"(?i)\b(?:donat\w+|patron|e-?mail us|our newsletter|subscrib\w+|follow us|support us|sign up)\b")
REFERENCES = _any(
    r"(?:references|(?:image )?sources|images?|notes|bibliography|works cited|further reading|endnotes)\W*"
)
REFERENCE = re.compile(r"https?://|\(?\b(?:1[5-9]|20)\d{2}[a-z]?\b[).]|(?i:accessed|retrieved|doi:)")
# How closing paragraphs about authors and publishers begin, and words that they use.
BIOGRAPHY = re.compile(
    r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|Lord)\.? ){0,3}"
    r"(?P<name>[A-Z][\w.'’-]{0,40}(?: (?:[A-Z][\w.'’-]{0,40}|van|von|de|der|al|bin|la)){1,4})"
    r" (?:is|was|works|writes|teaches|serves|covers|holds|directs|edits|reports|leads|studies)\b"
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
