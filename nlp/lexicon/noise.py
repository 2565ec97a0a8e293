"""What sounds like trouble and is not, what is unhappy for other reasons, and how strongly it is said."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

VETO: Final[Table] = {
    "share prices": """
        down|off|fell|falls|up|drops|dropped NUM %|percent|pct|points|pts|bps|cents
        down|off|up|drops|dropped by|about|over|around|nearly|almost? NUM %|percent|points
        shares|stock|stocks|price|prices|market|markets|trading|futures|index|revenue|sales|profit|profits|
            earnings|bitcoin|crypto|valuation|volume _? _? _? down|off|fall|falling|crash|crashing|crashes|drop|
            dropped
        down NUM %?
        is|are|was down on|from|to NUM|a|the|last|year|my
        trending|trade|trades|traded|closed|closes|opens down|lower
        price|prices|cost|costs|numbers|traffic|rates @be|has|have|come|going|went|go @adv* down
    """,
    "other downs": """
        down in|as|with|like history|flames|price|the|a|legend
        down to earth|business|the|a|clown|my|you|it|just|fuck|talk|mars
        calm|sit|get|lay|lie|slow|let|lets|letting|put|write|wrote|break|breaks|breaking|settle|shut|tear|turn|
            turned|turning|cut|cutting|track|hunt|chase|scroll|scrolling|scrolled|look|looking|cool|tone|step|
            stepping|stepped|pin|bring|narrow|boil|run|running|back|fall|falling|fell|went|walk|walking|die|
            burn|burning|hold|pull|take|taking|took|throw|double|lock|melt|nail|pass|pare|play|stand|strip|
            water|wear|wind _? down
        let|lets|letting|bringing|put|putting|turn me|us|him|her|you|them|people down
        i'm|im|am|i|we're|always|who's|anyone|u down|@adv for|to|with|bad|4
        down bad|low|vote|votes|voted|loads|town|stairs|hill|payment|syndrome|south|under|time|line|there|here
        hands|upside|deep|up|face|low|top|thumbs|way|further|far|half|right|all down
        down the|a|my|this|that|his|her|here|there|in road|street|line|hall|hole|rabbit|drain|block|river|hill|
            stairs|throat|aisle|path|track
        one|two|three|four|NUM down and|,|to
        team|teams|game|sets|goals|points|men|runs|nil @be|NUM down
        touch|break|meltdown|count down
        down NUM - NUM
        work|working|worked|works out|from|at|as|on|together|hard home|the|a|my|well|together?
        dead serious|lift|line|body|man|people|inside|wrong|pool
    """,
    "denied": """
        @not|hasn't|haven't|hasnt @fill* seem|seems|been|appear|look|looks to? @adv* be? down|broken|out|
            offline|affected
        @be not|n't|never @adv* down|broken|out|offline|affected|crashed
        nobody|noone has|had|have|having|is|got
        @be @not|never @adv* down|out
        isn't|wasn't|aren't|ain't|never @adv* down|broken|offline|an|out
        no|without|zero outage|outages|issues|problems|errors|downtime|error|trouble|problem|crashes
        never|not|don't|doesn't|didn't had|have|has|having|see|seen|experiencing any|an|a|the? outage|outages|
            issues|problems|error|errors|trouble|issue|problem
        works|working|loads|loading fine|great|well|perfectly|good|flawlessly|smoothly for? me|here|us?
        works for me|us
        not @adv* down
        without any|an|a? problem|problems|issue|issues|error|outage
    """,
    "hypothetical": """
        next|every time SVC|it|they @adv* goes|is|go|went|crashes|has @adv* down|out|offline|an?
        if|when|whenever|should|once|until|unless|in SVC|it|case @adv* SVC? stops|stopped|quits|breaks|dies|
            crashes|fails|breaks|stop|crash|go @adv* working|loading|down?
        would|could|might|may|should|will|gonna @adv* be|go|have @adv* down|out|offline|broken
        should SVC @adv* go|crash|fail|break|be down|out?
        if|when|whenever|once|unless|until|in|imagine|suppose|what|hope|hoping|wish|pray|praying|before|case|
            lest @fill* _? _? goes|go|is|were|gets|went|ever|crashes|breaks|has|does|comes|had|a|an|for|
            power @adv* down|offline|outage|crash|out|dark|broken|crashes|fails|work|outage
        would|could|might|may|should|will|gonna @adv* be|go|crash|break|fail|have @adv* down|crash|out|offline|_
        what if
        in case of
        hope|wish|want|pray it|they|SVC|the|we|to|for|that _? _? goes|crashes|outage|down
    """,
    "not yet": """
        @not|still|isn't|nothing|neither @adv* @fill* working|works|work|back|fixed|resolved|restored|sorted|up|
            worked|solved
        when|hope|hopefully|until|till|if|once|any|please|should|will|want|need|eta|would|could|can|gonna|get|
            get|pls|whenever|until|think|thought @fill* _? _? be|get|is|are|it's|come|it|start|have|been|to|me|
            this|my|getting|was @fill* back|working|fixed|restored|resolved|work|sorted|up|solved
        is|are|has|was it|SVC|@thing|this|that|everything|u|anyone @adv* _? back|up|working|fixed|resolved|
            restored|sorted _? _? QM
        working|back|up|fixed QM
        please|pls|plz|can|could @fill* fix|work|solve|sort|resolve|fixed
        to @fill* work|working|fixed|sorted
        stops|stopped|quit|not|stop|n't|isn't|keep|keeps working|loading
        it|SVC|this|that|used|should @fill* just? need|needs|has|have|must|should|supposed to be? work|working|
            fixed|back
        fix it|this|your|the|that
    """,
    "past": """
        back|remember when SVC|it|they was|were|went down|out|offline
        other|one day|night|week SVC|it|they was|were|went|had _? down|out|offline|outage
        SVC|it went down once|twice
        was|were|went @adv* down|out|offline|unavailable|broken yesterday|last|earlier|this|when|for|on|in|at|
            and|but
        yesterday|ago|earlier|last
        used to
        remember when
        had|experienced an|a|no|some|our? power|major|big|network|short? outage|outages|issues|problems
        years|months|weeks ago
    """,
}

COMPLAINT: Final[Table] = {
    "said plainly": """
        charged|billed|overcharged me|us|twice|for|my
        cancelling|canceling|cancelled|canceled|deleting|leaving|ditching|quitting|boycott SVC|my
        too expensive|pricey|slow|many|much
        worst|terrible|awful|horrible|useless|pathetic|garbage|trash algorithm|update|service|support|app|ui|
            company|customer|design|experience|interface|feature
        @be @adv* awful|terrible|horrible|garbage|trash|useless|pathetic|overpriced|expensive|unacceptable|
            ridiculous
        support|they|you @adv* ignores|ignore|ignoring|ignored
        same NUM|ten|five|old|few|twenty|three|songs|things
        want|need|give|demand my|a refund|money
        rip off
    """,
    "money": """
        refund|refunded|refunds|billing|billed|charged|charge|charges|charging|overcharged|bill|bills|fee|fees|
            payment|invoice|paid|paying|pay|money|price|prices|expensive|cost|costs|subscription|compensation|
            credit|scam|scammed|ripped|rip-off|ripoff|fraud|cancel|cancelled|canceled|cancelling|waste|trial|
            discount|stolen|steal|stole|theft
    """,
    "service desk": """
        customer service|support|care|services
        on hold
        no|never|not|haven't|still|without|any|zero|didn't response|reply|replied|answer|heard|responded|
            answering|responding|respond|contacted|help|call|called
        support|rep|reps|agent|agents|representative|manager|supervisor|staff|employee|driver|drivers|chat
        waiting|waited|wait for|hours|on|weeks|days|to|still|over|NUM
        rude|unhelpful|ignored|ignoring|ignore|transferred|incompetent|lied|lying|lies|hung|lie|promised|promises
        told me|us|that|to|it|by
        called|calling|call|emailed|dm|email|dmed you|NUM|back|them|twice|and|u|sent|in
    """,
    "one feature": """
        playlist|playlists|song|songs|artist|artists|album|albums|shuffle|lyrics|offline|downloads|downloaded|
            library|podcast|queue|ads|ad|notification|notifications|widget|keyboard|font|dark|icon|emoji|
            sticker|stickers|filter|photo|photos|video|videos|picture|pictures|camera|subtitles|profile|
            settings|setting|button|feature|features|interface|ui|design|layout|update|version|upgrade|option|
            options|radio|repeat|timeline|feed|followers|story|stories
    """,
    "device": """
        iphone|ipad|android|samsung|galaxy|laptop|pc|mac|macbook|windows|printer|router|modem|xbox|ps4|
            playstation|chromecast|alexa|echo|kindle|roku|tablet|desktop|car|bluetooth|headphones|speaker|sonos|
            nexus|pixel|controller|gpu|driver|cuda|python|pytorch|docker|comfyui|linux|ubuntu|a1111|forge|node|
            ram|vram
        ios NUM?
    """,
    "account": """
        hacked|suspended|banned|locked|deactivated|disabled|blocked|verification|verify|password|username|
            account|email
        hacked|stolen|compromised my|account
        forgot|forgotten|reset|change my? password
    """,
    "delivery and travel": """
        flight|flights|plane|bag|bags|luggage|baggage|gate|boarding|crew|pilot|seat|seats|delayed|delay|delays|
            late|lost|missed|delivery|deliver|delivered|package|parcel|order|ordered|shipping|shipped|arrived|
            arrive|tracking|store|item|product|train|airport|airline|ticket|tickets|rebooked|booking|
            reservation|passengers
    """,
    "dislike": """
        hate|hated|hates|dislike|awful|terrible|horrible|worst|worse|sucks|suck|sucked|crap|crappy|shit|shitty|
            bullshit|garbage|trash|rubbish|useless|pathetic|ridiculous|annoying|annoyed|frustrating|frustrated|
            frustration|disappointed|disappointing|disappointment|unacceptable|disgusting|disgusted|stupid|dumb|
            joke|poor|poorly|bad|lame|ugly|buggy|bugs|bug|mess|nightmare|disaster|disgrace|shame|shameful|
            atrocious|abysmal|dreadful|appalling|sick|tired|fed|unhappy|upset|sad|angry|furious|mad|wtf|smh|ffs|
            irritating|hopeless|disrespectful|unprofessional|fail|#fail|#worst|failing|failed|failure|problem|
            problems|issue|issues
        not @adv* happy|good|great|acceptable|ok|okay|cool|impressed|helpful|satisfied|worth|fair|right|fun
        no way|excuse
        why|how can|is|does|do|are|can|would|did|cant|isn't i|it|you|my|this|the|u|SVC|there|they
        thanks|great|nice|way|good|lovely|awesome|well for nothing|to go|job|done|service|work|for
        get your act|shit|together
        so much for
        do|does|please|pls|need something|better|fix
        used|use to be|work|have|love|let
        please|pls|plz|needs|need|should|must bring|add|fix|stop|remove|change|be|to|improve|update|make|give
    """,
    "leaving": """
        cancelling|canceling|cancel|cancelled|canceled|switching|switch|switched|leaving|unsubscribe|
            unsubscribing|uninstalling|uninstall|deleting my|to|the|this|your|me|over|from|it|SVC|subscription
        never again|using|flying|buying|flown
        lost|lose|losing a? customer|me|customers|business
        taking my business
        moving to
    """,
    "works badly": """
        doesn't|doesnt|won't|not|isn't|don't @adv* show|save|let|update|sync|shuffle|play|display|appear|
            recognize|remember|repeat|allow|give|support|download|answer
        skips|skipping|repeats|randomly|disappears|disappeared|missing|removed|deleted|lost|gone|wrong|changed|
            changing
        since the|last|your|latest|this|i update|updated|upgrade|updating|new
        after the|last|your|latest|this|an|i|updating update|updated|upgrade
        quality|hallucinating|hallucinates|dumber|lazy|degraded|censorship|censored|nerfed|limit|limits|
            restricted|refuses|filter
        instead of
    """,
}

OTHER: Final[Table] = {
    "news and shows": """
        show hn|:
        ask|tell hn :
        how|why i|to|we|the|a|do|you
        launch|launches|launched|introducing|announces|announced|releases|released|acquires|open-source|
            tutorial|guide|review|2020|2021|benchmark|paper|research|study|model|models|training|dataset|learning
        job|jobs|hiring|apply|giveaway|win|sale|deal|offer|free|check|join|follow|subscribe|watch|listen|read|
            buy|blog|newsletter
        #firstpost|#xodus|#twitterexodus|firstpost|xodus|#newtobluesky|#job|#jobs|twitterexodus
        $ _
        vs|versus
    """,
    "chat": """
        love|loved|lol|haha|happy|birthday|hello|hi|hey|good|morning|welcome|friends|fun|cute|excited|beautiful|
            best|cool|congrats|enjoy|glad|hope|nice|god
    """,
    "question": """
        how|what|which|where|who|does|can|should|could|do
        how do|to|can|much|many|does i|you|we
        what is|are|do|does|'s|would the|your|you|a|best
        does|has|can|any anyone|anybody|someone|one know|have|use|tried|recommend|help
        is|are there a|any way|option|plans
        recommend|recommendations|suggestions|advice|tips|alternatives|alternative|thoughts
    """,
    "reply": """
        sent|send|dm|dmed|messaged|inbox you|u|a|me|us|dm|message|it|sent
        dm
        done|sure|okay|ok|will|yes|no|nope|yep .|!|,|do|i
        version|os|ios|android|NUM NUM|.|version
    """,
    "brand speaks": """
        please|kindly dm|call|visit|contact|follow|let|send|reach|provide|try|share
        let us|me know
        we|i can|are|will|would|apologize|understand|appreciate|have|'ll|hope|hear|suggest|recommend|'d
        happy|here|glad|love to help|assist|hear|look
        your|you patience|experience|understanding|concern|feedback
    """,
}
