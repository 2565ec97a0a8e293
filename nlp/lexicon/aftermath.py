"""What people say when it works again, and when they tell of an outage that is not theirs."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

RECOVERY: Final[Table] = {
    "service is back": """
        SVC|it @be @adv* back up|online|on|now|again|!|.|working|QM?
        SVC @be|has @adv* fixed|resolved|restored|returned
        SVC @be|seems|looks @adv* working|up|fine|ok again|now
        SVC works|working again|now
        service|power|internet|access|connection|electricity @be? @adv* restored|returned
        SVC back up|online|again|!
    """,
    "said plainly": """
        everything|@thing @be @adv* back|restored|resolved|fixed up|online|on|now|again|!|.
        it @be @adv* fixed|resolved|restored
        working|works|up|online again|now|fine?
        back up|online|to|working running|normal|again|now|and|!|.|for
        @adv* works|working again|now
        @be back up|online|working
        service|power|internet|access|everything|@thing|SVC restored|resolved
        @user fixed|sorted|resolved|working|solved|works
        thanks|thank|thx it|it's|that|for|all works|working|fixed|fixing|worked|resolving|sorted
    """,
    "is back": """
        @be|it's|its|we're|and|all|are|came|come|comes|finally|got|now|coming|ok|okay|now @adv* back|backup up|
            on|online|now|to|again|in|QM?
        back up|online|on|working|to|in|again|now and|now|normal|again|running|business|.|!
        restored|resolved|reinstated
        @be|has|have been|now|just|all|finally|already? fixed|resolved|restored|sorted|solved
        up and running
        back to normal
        service|services|power|internet|access|connection|it returned|back|restored|resumed
        power|lights|internet|service|electricity|water|cable|wifi|we just|is|are|came|was|got|have|'s back|
            restored|on
    """,
    "works now": """
        working|works|worked|fine|good|ok|okay|up|loading|playing|connected|running|fixed|sorted|resolved now|
            again|today|perfectly|properly|since|finally|thanks|thank|thx|ty|tho|though
        now|again|finally|seems|seem|appears|looks|everything|all|is|it's|its|started @be? to|like|it|have|be|
            been|of|all? @adv* working|fine|fixed|resolved|works|sorted|solved|good|ok
        started|starting|start working|works|playing|loading again?
        it works|worked|working
        problem|issue|problems|issues @be|has|have|got|been|seems|went|resolved|fixed|solved|sorted @adv* fixed|
            resolved|solved|gone|sorted|itself|away|over
        all|it|now|good|is|everything good|sorted|set|fixed|clear|working|resolved now|thanks|again|thank|!|.
        nvm|nevermind|never mind
        no longer having|an|happening|down
        did|does the|it|work trick|!|thanks|thank|well
    """,
    "fixed it": """
        fixed|sorted|solved|resolved|worked it|itself|that|this|out|!|.|thanks|ty|thank|for|up
        that|this|it|which|reinstalling|restarting|logging|clearing|deleting|rebooting|seems|to|just|have|has|
            actually fixed|worked|helped|works|solved|sorted
        got it|mine|this|that working|fixed|to|sorted|figured|back
        figured it out
        seems|seem|appears|looks|think|like to|it|have|be|that|i? fixed|resolved|worked|working|sorted|done
        was able to
        managed to
        can|could|able|i|now to|now|i|can log|access|connect|play|send|get|login|finally
        fixed
        worked
        sorted
        resolved
        working
    """,
    "thanks": """
        thanks|thank|thx|thnx|ty|thankyou|cheers|appreciate|tysm|thks|kudos|tks
        🙏|👍|😊|:)|❤️|🙌|👌
        great|awesome|amazing|excellent|perfect|brilliant|yay|woohoo|finally|hooray|phew
    """,
    "yes": """
        yes|yep|yeah|yup|ok|okay
    """,
}

RELAY: Final[Table] = {
    "said plainly": """
        thousands|millions|hundreds of users|customers|people|homes|accounts
        we|we're are|'re|currently? @adv* investigating|monitoring|aware|identified|experiencing
        elevated|increased|degraded error|errors|latency|performance
        post|- mortem
        postmortem|post-mortem
        explains|apologizes|apologises|blames|confirms|acknowledges|apologized|explained _? _? _? outage|
            outages|downtime|disruption|crash
        outage|outages caused|hits|hit|affects|leaves|knocks|due|blamed|triggered|shows|reveals
        users report|reporting|reported
        yesterday's|monday's|tuesday's|wednesday's|thursday's|friday's|saturday's|sunday's|last _? outage|
            downtime|incident|crash
        takes|took|knocks|brings|knocked down|out|offline
        root cause
        worldwide|global|massive|widespread|nationwide outage|blackout|disruption
    """,
    "headline": """
        outage|outages|down|failure|disruption|blackout|crash hits|hit|after|affects|affecting|affected|leaves|
            left|takes|took|knocks|strikes|impacts|impacting|causes|caused|due|amid|disrupts|following|reported|
            across|sparks|shows|map|report
        takes|took|taking|knocked|knocks|brought|brings|bringing|knock down|out|offline|_
        goes|went|go dark|down|offline for|worldwide|globally|after|across|as|in|due|amid|nationwide|and
        hit|affected|caused|plagued|struck by outage|outages|an|a|power|server
        suffers|suffered|experiences|suffer|reports|reported|blames|faces|hits outage|outages|major|global|
            massive|_? outage|outages|disruption
        worldwide|global|massive|widespread|nationwide|huge|largest|hours-long|citywide|statewide|
            island-wide outage|outages|blackout|disruption|disruptions
        thousands|millions|hundreds|customers|users|people|residents of? _? users|customers|without|report|
            reporting|people|homes|say|affected|are|lost|lose
        users|customers|people report|reporting|reported|complain|unable|say|can't|experiencing|without
        back online|up after
        half|part of the internet
    """,
    "explained": """
        post|after mortem|action
        postmortem|post-mortem|aftermath|retrospective|rca
        root cause
        incident report|review|summary|response|analysis
        outage|outages|downtime|incident report|summary|explained|postmortem|analysis|details|update|cost|costs|
            history|information|map|page|lessons|,
        explains|explain|explained|explaining|explanation|details|apologizes|apologises|apologised|apologized|
            summary|update|update|analysis|anatomy|understanding|lessons|learned|behind|why of|for|on|the|about|
            from|how|_? _? _? outage|outages|downtime|incident|crash
        what happened|caused|went|really|we|to
        caused|due|because|blamed|attributed|thanks|cause|blames to|by|on|of|the? a|an|the|power|server|bad|
            internet|faulty|dns|config|fire|weather|outage|outages|storm|cyber|hack|ddos
        due|because to|of the|a|an|power|this? power|internet|water|network|outage|system|computer|it? outage|
            outages|failure|blackout|down
        during|after|before|from|following|since|despite the|a|an|this|our|last|yesterday's|that|today's|recent|
            power|major? _? outage|outages|blackout|downtime|crash
        yesterday's|monday's|today's|last|recent|week's|month's|night's|october|december|june|november|july|
            2021|2020|tuesday's|friday's _? _? outage|outages|downtime|incident|issues
        outage|outages|downtime on|of|from|in yesterday|last|monday|tuesday|wednesday|thursday|friday|saturday|
            sunday|january|february|march|april|may|june|july|august|september|october|november|december|2020|2021
        #hugops
    """,
    "status wording": """
        we|we're|currently|are|is|team|engineers|crews|crew|technicians @be|still|aware|have|currently|continue|
            continuing|now|actively|investigating|working? investigating|aware|working|experiencing|identified|
            monitoring|restoring|assessing|responding|sorry
        increased|elevated|degraded error|errors|performance|rates|latency|latencies|service
        incident|status resolved|update|investigating|identified|monitoring|page|:
        scheduled|planned|emergency|mandatory maintenance|outage|outages|power|work|_? outage|maintenance|outages
        undergoing|under maintenance
        estimated|expected|estimate|time|restoration time|restoration|to|of|be|restored|repair
        apologize|apologise|apologies|sorry|regret|regretted for|the|any inconvenience|for|disruption|the
        crews|officials|utility|company|engineers|authorities|police|councillor|power|electric|co _? are|
            working|say|said|reports|reported|responding|on|have
        customers|homes|businesses without|affected|are|in|lost|out
        service|services @be|has|have been|currently|now|temporarily degraded|interrupted|suspended|disrupted|
            affected
        outage affecting|reported|update|alert|in the|area|_
        alert|update|notice|advisory|reminder|breaking :
        breaking
        closed|closing|closure|closures|cancelled|canceled|delayed|delay|dismissal|dismissed due|because|today|
            for|b|bc|until|at
        due to
    """,
    "no school": """
        no|school|schools|class|classes|work|closed school|class|classes|work|today|closed|cancelled|canceled|
            out|because|tomorrow|due|is
        school|campus|students|classes|teachers|kids|parents|homework|class|teacher|store|university|district|
            elementary
        power outage
        water outage|main
        an? outage at|during|and|but|because
    """,
    "jokes and opinions": """
        if|whenever|every|imagine|when|until|unless|in|next|what|once _? _? _? outage|outages|goes|went|
            blackout|crashes|crashed
        lesson|reminder|proof|shows|why|reason|single|centralized|centralised|monopoly|rely|reliance|dependence|
            depend|productivity
        remember|remembering when|that|the _? _? _? outage|down|crash
        outage|outages and|was|were|made|last|yesterday|had|left|we|lol|in
        survived|surviving|survive|candles|candlelight|generator|generators|flashlight
        was|were|had|experienced @adv* down|an|a|outage|out last|yesterday|for|outage|power|earlier
        was|were having|experiencing|down|out
    """,
    "attack": """
        ddos|cyberattack|ransomware|hackers|breach|hack|attack|attacked|cyber
        shut|shuts|shutting down
        zero|security vulnerability|flaw|bug
    """,
}
