"""What a report says besides that something is broken: what fails, why, on what, and what the author means to do.

Rules are named as the aspect that they give; the notation is that of `nlp.lexicon.notation`.
"""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

FAILS: Final[Table] = {
    "fails:login": """
        log|sign|logging|signing in|into|on|onto|out|back
        login|logon|logins|signin|sign-in|log-in|signup|password|passwords|authentication|authenticate|oauth|
            sso|2fa|otp|captcha
        verification|login|security|confirmation|sms code|codes|email
        logged|logs|kicked|signed|kicks|booted me|us|everyone|everybody|out|off
        get|getting into|in my|the? account
    """,
    "fails:messages": """
        messages|messaging|dms|texts|chats|inbox|sms|imessage|voicemail
        send|sending|receive|receiving|deliver|delivering _? _? message|messages|text|texts|dm|dms|anything
        notification|notifications
    """,
    "fails:mail": """
        email|emails|mail|mails|e-mail|outlook|gmail|imap|smtp
    """,
    "fails:calls": """
        calls|calling|dial|dialing|dialtone|voice|landline|voip|ring|ringing|meeting|meetings|facetime|vc
        dial tone
        video call|calls|chat
    """,
    "fails:app": """
        app|apps|client|launcher|desktop|application
        crash|crashes|crashing|crashed
    """,
    "fails:website": """
        website|site|webpage|web|page|pages|homepage|browser|url|portal|domain|link|links|cdn
        404|502|503|504|522
    """,
    "fails:payments": """
        payment|payments|pay|paying|checkout|card|cards|transaction|transactions|transfer|transfers|purchase|
            zelle|deposit|deposits|withdraw|withdrawal|balance|atm|contactless|payout|payouts|billing|invoice|cart
    """,
    "fails:API": """
        api|apis|endpoint|endpoints|webhook|webhooks|sdk|curl|rate-limit|latency
        lambda|s3|ec2|kubernetes|deploy|deploys|deployment|builds|pipelines|actions|ci
    """,
    "fails:playback": """
        play|plays|playing|playback|song|songs|music|video|videos|stream|streams|streaming|buffer|buffers|
            buffering|buffered|podcast|podcasts|episode|movie|audio|sound|subtitles|playlist|playlists|radio
    """,
    "fails:connection": """
        connect|connects|connecting|connection|connections|connectivity|disconnect|disconnects|disconnecting|
            disconnected|internet|wifi|signal|network|broadband|data|4g|5g|lte|3g|ping|lag|lagging|packet|
            timeout|timeouts|bars|dns|reception|coverage
        timed|times|timing out
        no service
        wi - fi
    """,
    "fails:power": """
        power|electricity|blackout|lights
    """,
    "fails:games": """
        matchmaking|lobby|lobbies|ranked|multiplayer|queue|raid|realm|realms|match
    """,
    "fails:search": """
        search|searches|searching|results
    """,
    "fails:upload": """
        upload|uploads|uploading|uploaded|post|posting|tweet|tweeting|publish|share|sharing|attachment|
            attachments|download|downloads|downloading|save|saving|sync|syncing
    """,
    "fails:answers": """
        prompt|prompts|reply|replies|response|responses|respond|responding|answer|answers|answering|generate|
            generating|generation|thinking|image|images|conversation|conversations|history
    """,
    "fails:feed": """
        feed|feeds|timeline|timelines|story|stories|reels|comments|posts|refresh|refreshing|thumbnails
    """,
    "fails:orders": """
        order|orders|ordering|booking|bookings|book|reservation|ride|rides|delivery|check-in|checkin|tickets
    """,
}

CAUSE: Final[Table] = {
    "cause:overload": """
        overload|overloaded|overwhelmed|throttled|throttling
        server|servers is|are|@adv? busy|full|overloaded
        too many people|users|requests|at|of
        everyone|everybody is? using|trying|on|logging|joining
        high|heavy|peak demand|traffic|load|usage|volume
        can't|cant|cannot|couldn't handle|cope|keep
        crashed|broke|crashing|killed _? _? by|from|because everyone|people|all|the
        servers|server are? melting|fried|dying|melted|full
        at capacity
    """,
    "cause:maintenance": """
        maintenance|migration|migrating
        scheduled|planned downtime|outage|work|works
        server upgrade|upgrades|move
    """,
    "cause:attack": """
        ddos|ddosed|ddos'd|hackers|hacker|cyberattack|cyber-attack|ransomware|sabotage|botnet|malware
        SVC|they|servers|server|site|someone|somebody got|been|is|was|were|being|has|have @adv* hacked|breached
        someone|somebody|did|who|hackers hacked|hack
        cyber|denial attack|of
        under attack
        cyber|ddos|being|hacker attack|attacked|attacks
    """,
    "cause:update": """
        after|since|with|ever the|this|that|your|an|a|last|since|their? new|latest|last|today's|yesterday's|
            recent|ios|app|os? update|upgrade|patch|deploy|release|rollout
        update|patch|upgrade|deploy broke|killed|ruined|bricked|fucked|messed|borked
        bad|botched|pushed|new|latest|recent|faulty update|patch|deploy|upgrade|release|config|build|push
        someone|somebody|intern pushed|deployed|tripped
        it|they|started|stopped _? _? after _? _? update|updating
        the intern
    """,
    "cause:certificate": """
        ssl|tls
        expired|expire|invalid|renew|ssl|tls|their|the domain|cert|certs|certificate
        cert|certs|certificate|domain has|is|was|had? expired|expire|expires|invalid|error|errors
    """,
    "cause:dns": """
        dns|nameserver|nameservers|bgp
    """,
    "cause:cable": """
        fiber|fibre|cable|line|lines cut|cuts|damage|damaged|severed|down
        cut|severed|damaged|hit|dug _? _? cable|cables|fiber|fibre|line|pole|transformer
    """,
    "cause:weather": """
        storm|storms|hurricane|snow|wind|winds|tornado|lightning|thunderstorm|blizzard|flood|flooding|heatwave|
            heat|ice|rain|typhoon|earthquake|fire|wildfire|tree|squirrel
    """,
    "cause:power loss": """
        power|electrical outage|failure|cut|loss at|in _? _? datacenter|data|dc|center|centre
    """,
    "cause:data center": """
        datacenter|datacentre|data-center
        data center|centre|centers
        us-east-1|us-west-2|eu-west-1|eu-central-1
        us - east|west - 1|2|NUM
    """,
}

PLATFORM: Final[Table] = {
    "platform:iOS": """
        ios|iphone|ipad|iphones|ipados
    """,
    "platform:Android": """
        android|samsung|galaxy|pixel|oneplus|xiaomi|huawei|oppo
    """,
    "platform:Windows": """
        windows|pc|win10|win11|laptop
    """,
    "platform:macOS": """
        mac|macbook|macos|imac|osx
    """,
    "platform:Linux": """
        linux|ubuntu|debian|fedora|arch
    """,
    "platform:web": """
        web|browser|chrome|firefox|safari|edge|website|brave|opera
    """,
    "platform:desktop": """
        desktop
    """,
    "platform:mobile": """
        on|my|from|via|the|both my|the|mobile|and? phone|mobile|tablet|cell
        mobile app|version|site
    """,
    "platform:console": """
        ps4|ps5|playstation|xbox|console|psn
        nintendo|my|on|the switch
    """,
    "platform:TV": """
        roku|firestick|chromecast|smart-tv|appletv
        on|my my|the? tv
        fire|smart|apple|google|samsung|lg tv|stick
    """,
    "platform:car": """
        carplay
        in my|the car
        android auto
    """,
}

WORK: Final[Table] = {
    "work:study": """
        homework|assignment|assignments|exam|exams|finals|midterm|midterms|thesis|dissertation|coursework|revision
        my|the|our|for|in|an|due essay|essays|class|classes|lecture|lesson|quiz|test|schoolwork|studies
        study|studying for|tonight|tomorrow
        for school|class|uni|university|college
    """,
    "work:writing": """
        novel|manuscript|screenplay|fanfic|fanfiction|newsletter|copywriting
        my|the|a|this|writing draft|chapter|article|script|story|report|blog|poem
    """,
    "work:business": """
        my|our|the business|clients|client|customers|staff|payroll|invoices|orders|shop|employees
        at|for|from|during work|office
        do|doing my|our job|jobs
        deadline|deadlines|workday|payroll
        losing|lost|costing|costs _? sales|money|revenue|business|orders
    """,
    "work:coding": """
        coding|debugging|codebase|deploying|deploy|deployment|deployments|devops
        my|our|the code|pipeline|builds|repo|repos|ci|prod|production
    """,
    "work:play": """
        my|our|the|a|mid|middle raid|match|ranked|tournament|campaign|playthrough
        game|movie|film night
        roleplay|roleplaying
    """,
    "work:travel": """
        my|our|the flight|train|commute|trip|ride|booking|boarding
    """,
}

MEANS: Final[Table] = {
    "leaving": """
        cancelling|canceling|cancelled|canceled|cancel|cancelling my|the|our|your|this? SVC|subscription|
            subscriptions|membership|premium|plan|plus|service
        unsubscribing|unsubscribed|uninstalling|uninstalled|ditching|quitting|boycotting|dumping|ditched|
            deleting|deleted SVC|this|it|app|the|your
        switching|moving|migrating|jumping|defecting _? _? to|from|away|back|over|ship|providers|carriers|elsewhere
        i|we|i've|we've|just|finally|already|i'm|gonna|will|i'll|must|should|have|time|going to? switched|moved|
            switch|switching|move|migrate|leave _? to|from|providers|carriers|away|elsewhere
        leaving SVC|you|y'all|u|for
        done|finished|through with SVC|you|this|y'all|them|u
        last straw
        never using|use|coming|buying|paying|flying|going SVC|you|this|it|for|with|back? again|anymore
        time to @adv* switch|leave|cancel|quit|migrate|ditch
        looking|look|searching for|into an|a|new|other|some? alternative|alternatives|replacement|provider|carrier
        any good|better|decent? alternatives|alternative
        lost|losing a|me|another as? a? customer|customers|subscriber
        taking my|our business|money elsewhere|to
        gonna|will|to|should|might cancel|unsubscribe|uninstall|quit|ditch
        bye|goodbye SVC
    """,
    "asks": """
        any update|updates|eta|idea|word|news|info|estimate|timeline|plans|explanation
        when|whens|when's|wen will|is|are|can|do|does|it|u|you _? _? _? back|fixed|up|fix|work|working|restored|
            resolved|return|again
        what|what's|whats|wtf is|are? going|happening|wrong|up|the _? _? on|with|QM?
        eta|etas
        can|could|will|would|please|pls|plz you|someone|anyone|u|somebody _? fix|help|explain|look|confirm|
            check|sort|update|tell
        fix|sort|resolve this|it|your|the|ur|that please|pls|asap|now|QM
        are|r you|u|y'all|they aware|investigating|working|looking|having|planning|down|experiencing
        how long will|until|till|is|before|do|does
        why is|are|isn't|can't|won't|has|does|do|am|cant|isnt|wont|doesn't|did _? _? _? _? down|working|load|
            loading|log|connect|open|happening|work|broken|slow|login|sending|send|not
        please|pls|plz fix|help|sort|restore|resolve|respond
        is there an|a|any outage|issue|problem|known|service|eta
        what's|whats up|happening|wrong with
    """,
    "asks others": """
        anyone|anybody|someone|everyone|any else|elses|else's|one
        is it just|only me
        just me QM|or
        am i the only
        anyone|anybody having|getting|experiencing|seeing|know|facing|got|can
    """,
    "works": """
        works|working|loads fine|ok|great|perfectly|good|for|here me|here|us?
        SVC works|working|fine
        no problem|problems|issues|issue here|for|with|on
        fine|ok|works here|for me|us?
    """,
}

BEFORE_ALTERNATIVE: Final = """
    switching|switched|switch|moving|moved|move|migrating|migrate|jumping|over|turned|turning|
        defecting _? _? to|over|back to? ALT
    going|go|went|back back? to ALT
    i'll|we'll|gonna|guess|could|might|should|just|i|let's|lets|time|back|try|will try|use|using|to|stick|go|
        trying|prefer|recommend|test to|with|use|using|out|on? ALT instead|now|it|for|today|then|.|!|?
    guess|gonna|will|i'll|we'll|should|let's|lets i'll|i|we|we'll|i'm? use|try|using|trying|switch|go|stick to|
        with|back? ALT
    try|use|trying|using|tried|prefer ALT instead|meanwhile|now
    ALT instead
    alternative|alternatives|replacement such|e.g|to|are|is|:|like? as|like? ALT
    thank|thanks god|to|heavens|goodness for? ALT
    hello|welcome ALT
    good thing i|we? have|got ALT
"""
"""How another service is named as the way out. ``ALT`` stands for its name."""

BEFORE_UPSTREAM: Final = """
    because|due|thanks|cause|cuz|owing|blame|blaming|since of|to|that? the|an|a? UP
    caused|triggered|related|affected|hit|knocked|brought|taken by|to|from|out|down by? the|an|a? UP
    UP takes|took|knocks|knocked|brought|brings|taking|broke|killed|kills _? _? down|out|offline|with|SVC
    UP outage|issue|issues|incident|problem|problems|failure|is|being|went|down @adv* _? affecting|impacting|
        taking|takes|took|down|causing|so|hits|means|hitting|again
    runs|run|hosted|relies|depends|based|built|depend on UP
    must|probably|likely|maybe|prob|guess|think|looks|bet|suspect|sounds|seems|apparently be|it's|its|is|like|to? UP
    it's|its|blame the|all|an|another|probably? UP
    UP again
    related to UP
"""
"""How another service is named as the cause. ``UP`` stands for its name."""
