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
        message|messages|messaging|dm|dms|texts|chats|inbox|sms|imessage|voicemail
        send|sending|receive|receiving|deliver|delivering|sent _? _? message|messages|text|texts|dm|dms|anything
        notification|notifications
    """,
    "fails:mail": """
        email|emails|mail|mails|e-mail|outlook|gmail|imap|smtp
    """,
    "fails:calls": """
        call|calls|calling|dial|dialing|dialtone|voice|landline|voip|ring|ringing|meeting|meetings|facetime|vc
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
        api|apis|endpoint|endpoints|webhook|webhooks|sdk|requests|curl|token|tokens|rate-limit|latency
        429|500
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
        overload|overloaded|overwhelmed|capacity|traffic|throttled|throttling|busy
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
        ddos|ddosed|ddos'd|hacked|hackers|hacker|cyberattack|cyber-attack|ransomware|breach|sabotage|hack|
            botnet|malware
        cyber|denial attack|of
        under attack
        attack|attacked
    """,
    "cause:update": """
        after|since|with|from|because the|this|that|your|an|a|new|latest|last|today's|yesterday's|
            of? _? _? update|upgrade|patch|deploy|release|version|deployment|rollout
        update|patch|upgrade|deploy broke|killed|ruined|bricked|fucked|messed|borked
        bad|botched|pushed|new|latest|recent|faulty update|patch|deploy|upgrade|release|config|build|push
        someone|somebody|intern pushed|deployed|tripped
        it|they|started|stopped _? _? after _? _? update|updating
        the intern
    """,
    "cause:certificate": """
        cert|certs|certificate|certificates|ssl|tls
        expired domain|cert|certificate|ssl
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
        ios|iphone|ipad|iphones|ipados|apple
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
        mobile|phone|phones|cell|tablet
    """,
    "platform:console": """
        ps4|ps5|playstation|xbox|switch|console|psn
    """,
    "platform:TV": """
        roku|firestick|chromecast|smart-tv|appletv|tv
        fire|smart|apple|google|samsung|lg tv|stick
    """,
    "platform:car": """
        carplay|car
        android auto
    """,
}

MEANS: Final[Table] = {
    "leaving": """
        cancelling|canceling|cancelled|canceled|cancel my|the|our|your|this|SVC|subscription|membership|account|
            it|plan|premium|everything
        unsubscribing|unsubscribed|uninstalling|uninstalled|deleting|ditching|quitting|boycotting|dumping|
            ditched SVC|my|the|this|your|it|app
        switching|switched|switch|moving|migrating|jumping|going|migrate|moved|move _? _? to|from|away|over|
            back|providers|carriers
        leaving|leave|done|finished|through|quit|quits|ditch SVC|with|this|you|the|your|y'all
        last straw|chance|time
        never using|again|use|coming|buying
        time to switch|leave|cancel|move|quit|find|look|change|migrate|ditch
        looking|look|searching for|into _? _? alternative|alternatives|replacement|another|provider|other
        any|good|better|best alternatives|alternative
        lost|losing a|me|another as? a? customer|customers|subscriber|user|client
        taking my|our business|money elsewhere?
        want|demand|need my|a money|refund
        gonna|will|to cancel|switch|leave|unsubscribe|uninstall|quit
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
    switching|switched|switch|moving|moved|move|migrating|migrate|going|go|back|jumping|over|onto|turned|
        turning to|over|back _? _? ALT
    try|trying|use|using|tried|testing|prefer|recommend|choose|get ALT
    ALT instead
    ALT is|works|are @adv* better|works|fine|working|up|great|faster
    alternative|alternatives|replacement|like|such|e.g as|to|are|is|:|like? ALT
    with|for|and ALT from now|instead
    thank|thanks god|to|heavens|goodness for? ALT
    at least ALT
    hello|hi|welcome ALT
    good thing i? have|got ALT
    i|i'll|we|we'll use|try|stick|go with|to|on|back? ALT
    should|could|might|gonna|can @fill* try|use|switch to? ALT
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
    UP again|issue|problem|related
"""
"""How another service is named as the cause. ``UP`` stands for its name."""
