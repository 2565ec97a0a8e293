"""To which of several services in one post the trouble belongs.

``SVC`` is the service that is asked about, ``ALT`` any other one. `TROUBLED` ties trouble to it, `SPARED` says that it
works or is only mentioned by the way.
"""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

TROUBLED: Final[Table] = {
    "said to be down": """
        SVC 's|'|s? @thing? is|are|was|were|be|been|went|goes|going|has|have|seems|appears|looks @adv* to|
            like? @adv* @dead|stuck|hanging|queued|timing|buffering|loading|having|experiencing|giving|throwing|
                acting|glitching|lagging|crashing|failing|
            slow|messed|tripping|refusing|unusable|struggling|cooked
        SVC that|which is|'s|has|keeps|isn't|won't @adv* @dead|@verb|crashing|not|having
        SVC 's|s? @thing? @adv* down|outage|outages|offline|crashed|crashing|broken|broke|died|lagging|froze|
            dead|downtime|error|errors|issues|problems
        SVC 's|s? @thing? @adv* @cant|keeps|kept|stopped|refuses|fails|failed|not @fill* @verb|crashing|
            freezing|disconnecting|kicking|logging|buffering|dying|timing|failing|giving|throwing|dropping|at|me
        SVC 's|s? @thing? throws|throwing|gives|giving|shows|showing|returns|returning|says|got me|a|an|only|
            nothing|just? error|errors|404|500|502|503|504|try|unavailable|nothing|blank|timeouts|timeout
        SVC 's|s? @thing? goes|went|gone|going down|dark|offline|under
        SVC 's|s? @thing? took|shit|crapped the|a|itself|out
        only|just SVC or|that|which
        SVC 's|s? has|have|having|got|with|gives|shows no|zero service|signal|internet|connection|data|bars|
            reception|picture|sound
        no|zero service|signal|internet|connection|data|bars|reception|access on|with|from|via|at SVC
        SVC outage|issue|issues|problem|problems|error|errors|crash|login|downtime|meltdown
        SVC 's|s? @thing? is @adv* so? slow|useless|bad|laggy
    """,
    "asked about": """
        is|are|was|has|did|isn't SVC 's|s? @thing? @adv* @dead|working|crash|not|having|loading|lagging|slow|
            broken|gone|acting
        what|whats|what's|wtf is|happened|'s? up|wrong|going|happening|to on? with|to|at? SVC
        why is|are|isn't|can't|won't|does|has SVC @adv* @dead|not|slow|so|loading|working|lagging|keep|still|having
        anyone|anybody else|else's|having|got|getting? having|with|getting|problems|issues|trouble|unable|'s|
            s? _? _? SVC
        SVC QM|for? anyone|anybody|down
        when|will is|will|are|the SVC|it? @adv* be|coming|back|up|fixed
    """,
    "not reached": """
        @cant|can @not? @fill* log|logging|sign|signing|get|getting|connect|connecting|access|accessing|open|
            opening|load|loading|use|using|reach|reaching|enter|join|play|post|send|pay|login|stream|watch|
            search|see|talk|upload @fill* in|into|on|onto|to|with|through|from|via|for|anything|videos|music|
            messages|my|the? into|to|on|at|with? my|the|your? SVC
        trouble|problem|problems|issue|issues|errors|error|outage|outages|difficulties|fail|failing|
            downtime logging|getting|connecting|accessing|loading|with|on|at|in|from|hitting|using|for|of? into|
            to|in|on|with? my|the? SVC
        logged|kicked|locked|signed|booted me|us|everyone? out|off of|from? my|the? SVC
        lost|losing|without|no|missing|lose access|connection? to? my? SVC
        @not|nothing|can't|won't @verb|@fill _? on|in|at|with|through SVC
        fix|bring|restore|sort your|back? SVC
        waiting|wait|still for|on SVC to
        reinstalled|restarted|reinstalling|restarting|refresh|refreshing SVC
        nothing|none|no messages|one on|in|from|at|works? on? SVC
        server|servers|outage|status|meltdown of|at|for|on SVC
        down|broken|out _? : SVC
        killed|broke|breaks|breaking|crashed SVC
        stop|stops|stopped|knocked|knocks|took|takes|taking|brought|takes|taken|wiped|kills down|out? SVC down|
            out|offline|with?
        SVC suddenly|completely|totally? dead|gone
    """,
    "blamed": """
        SVC outage|issue|issues|problem|problems|@be|going|went|goes @adv* down|takes|took|taking|knocks|
            knocked|affecting|breaking|broke
        because|due|thanks|cause|blame|blaming to|of|on|that? the|an|a? SVC 's|s? outage|being|is|going|issues|
            having|problems|again|are|@dead
        SVC takes|took|taking|broke|brought|brings|knocks|knocked|kills|killed
        because|due|thanks of|to|that? the|an|a? SVC
        caused|triggered by SVC
        SVC having|has a bad|moment|rough
        SVC 's|s? fault
    """,
}

SPARED: Final[Table] = {
    "said to work": """
        SVC 's|s? @thing? @adv* work|works|working|fine|ok|okay|up|loads|online|unaffected|great|alive|good|
            perfect|perfectly|survives|survived|stable|runs
        SVC 's|s? @thing? is|are|seems|seem|appears|looks|has|was|remains|still @adv* to? @adv* be|
            been? @adv* working|fine|ok|okay|up|online|good|unaffected|great|alive|perfect|loading|running|
            responding|stable|fast|faster|better|solid|back|reliable
        SVC 's|s? @thing? isn't|wasn't|hasn't|never|not @adv* down|affected|been|having|crashed|goes|went|broken
        is SVC @not down
        no problem|problems|issues|issue|trouble|outage with|on|at|for|in SVC
        SVC never|doesn't|hasn't|didn't goes|go|went|crash|crashes|fail|fails|crashed|failed|have|let
        only|just SVC works|working|left|survives|is up|working|left|fine
        everything|but|except|other|all|apart|besides|aside on|than|but|for|from SVC
        at least|luckily|thankfully|fortunately|glad|good|still|lucky|thank have|has|thing|i|we|got|for|god|
            is? have|got|still|for|is? SVC
        works|working|fine on|in|with|for SVC
        can still use|log|open|get|access|reach|connect|send|watch|play into|on|to? SVC
        unlike|instead|not not? SVC
        SVC instead|meanwhile|ftw|wins|winning|ftw
    """,
    "used to tell or to flee": """
        came|come|coming|here|ran|running|rushed|rushing|went|going|run|go|hop|hopped|hopping|checking|checked|
            check|opened|open|flocking|flock|everyone|everybody|jumped|turned|turning|heading|head|fled|logged|
            logging|back|hello to|on|onto|in|over|into|open|into|from|to|at? to|on|onto|in|over|the? SVC to|and|
            for|because|like|when|whenever|,|.|!|after|since|so|?|while|if
        came|come|coming|ran|running|rushed|rushing|run|flocking|jumped|hello|fled|heading|flee|fleeing to|on|
            onto|in|into|over|here to|on? SVC
        switching|switched|switch|moving|moved|move|migrating|migrate|going|go|back|jump|jumping|over|onto|
            turning|using|use|try|trying|used|stick|sticking|rely|relying to|over|back|onto|with|on? to|on|with? SVC
        complain|complaining|complained|tweet|tweeting|tweeted|post|posting|posted|ask|asking|asked|rant|
            ranting|read|reading|saw|seen|trending|trend|told|vent|venting|talk|talking|discussing|found|status|
            search|searching|searched|looking|look|googling|googled|hearing|heard|everyone|everybody|we|i|we're|
            i'm it|this|about|is|are|all|am|back|now? on|via|through|in|at|over|from|to SVC
        ran|rushed|flocked|fled|came|running|heading|rushing|flocking|hopped|jumped|hello|hi back|over|straight|
            right? to|on|onto|over|into? SVC
        moving|moved|taking|move|take the|my|this|our|it|everything|everyone _? to|over|onto SVC
        SVC is|are|was not
        on|via|from|through SVC is|are|asking|people|everyone|says|say|saying|that|complaining|to|because|right|
            about|instead|,|i|with|while|it|they|now|for|today
        thank|thanks god|goodness|to|for heavens|for? SVC
        SVC users|twitter|people|subreddit|post|thread|reports|search @be|are|say|saying|says|report|reporting|
            rn|laughing|complaining|right|about|is
        posted|shared|according to|on|by? SVC
        ask|asked|asking|told|like|love|prefer|miss SVC
        better|worse|faster|like than|to? SVC
        SVC stays|remains @adv* up|online|fine|alive
        per|see|via|follow SVC
        from|my|on SVC account|playlist|stock|shares|support|feed|timeline
    """,
}
