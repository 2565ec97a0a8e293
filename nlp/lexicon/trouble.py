"""What people say while a service fails them."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

TROUBLE: Final[Table] = {
    "said plainly": """
        SVC @adv* @not @adv* @verb
        SVC @be @adv* @not @adv* @verb|@dead
        SVC @be @adv* down|offline|broken|unavailable|unreachable|dead|borked|glitching|lagging|crashing
        SVC keeps|kept crashing|freezing|disconnecting|logging|kicking|buffering|stopping|timing|dying|loading|
            failing|dropping|closing|glitching
        SVC @thing|@adv? @thing? gives|gave|giving|shows|showing|says|returns|throws|throwing|has|having|
            getting me|an|a|only|just? _? error|errors|try|unavailable|404|500|502|503|504|timeout|timeouts|
            white|blank|issues|problems
        nothing|none|neither plays|loads|works|opens|sends|playing|loading|working|opening|happens|connects
        SVC @thing @be @adv* down|offline|broken|unavailable|dead|crashed|fucked
        is|are SVC @thing? @adv* down|offline|broken|dead|working
        @cant|can @not? @fill* log|sign|get|connect|access|open|load|use|reach|enter|login _? _? _? SVC
        SVC stopped|quit|stops working|loading|responding|playing|connecting
        SVC down|outage QM|again|!|now|today|rn
        @not|won't|keeps @fill* working|load|loading|connect|open|crashing _? _? SVC
        SVC crashed|froze|died
        issues|problems|trouble|issue|problem with SVC right|today|now|anyone|QM|atm|rn|again
    """,
    "is down": """
        @be|went|goes|going|gone|has|seems|appears @adv* to? be? @adv* down|offline|unavailable|unreachable|
            unresponsive|kaput|borked
        SVC|@thing @adv* @dead @adv*
        are|is SVC|@thing and? SVC|@thing? @adv* down|out|offline
        @be @adv* out again|since|here|in
        went|gone dark|dead|offline|black
        has|have gone down
        shit|crapped|took a? dump|out|itself
        down again
        down right|rn now?
        down for @adv* anyone|everyone|me|us|maintenance|NUM
        down since
    """,
    "asks whether down": """
        is|are|was|has|does|r SVC|@thing|your|the|ur|this _? _? down|offline|broken|working|crashed|dead|out
        is|are|was there a|an|any known|widespread|system|service|server|power|internet|major? _? outage|
            outages|problem|problems|issue|issues|disruption
        any outage|outages|issues|problems|known
        is something wrong|up with
        anything|something wrong|up|going with|on
        what|whats|what's is|'s? going on|happening with
        what|whats|what's is|'s? wrong|up with SVC|@thing|your|the
        having|experiencing|got an|a|any|some technical|tech|server|system|network|service|known? issue|issues|
            problem|problems|difficulties|outage|outages QM
        SVC|@thing @adv* down QM
        down QM
        outage QM
        you|u|they guys? down QM|today|right|again
    """,
    "asks others": """
        anyone|anybody|any|everyone|everybody|someone else|elses|elses'|else's|one|body
        anyone|anybody|everyone|people|others|y'all|who|you|guys having|experiencing|getting|seeing|facing|
            noticing|unable|got
        is it just|only me
        just me or|QM
        only one|1 having|with|experiencing|getting|who|that
        or is it me
        does|is anyone|anybody
        am i the only
        is this happening
        me too|either
        same here
    """,
    "cannot reach": """
        @cant @fill* log|sign|logging|signing|login|logon|signin in|into|on|onto|out|up
        @cant|can @not? @fill* login|connect|access|open|load|reach|logon|signin|signup|join|enter
        @cant @fill* get|getting|gets in|into|on|onto|past|through|online|to|back
        @cant @fill* let|letting|lets|allow|allowing|allows me|us|u|you|anyone|people|him|her
        failed|fails|fail|failing|failure|failures to log|login|connect|load|open|sign|send|play|start
        trouble|problem|problems|issue|issues|difficulty|difficulties @fill* logging|signing|accessing|
            connecting|loading|opening|getting|sending|reaching|login|log|using|playing|with login
        having|have trouble|problems|issues|difficulties
        kicked|kicks|kicking|logged|logs|logging|signed|booted|locked me|us|everyone|people|him out|off
        keeps|keep|kept logging|kicking|signing|disconnecting|dropping|failing|timing|booting|asking
        unable to @verb|@fill
        wont|won't|doesn't|doesnt|not|didn't accept|accepting|recognize|recognise|recognizing|taking|take|
            verify|verifying my? _? login|password|email|code|credentials
        code|codes|verification|otp not|never|isn't|won't|doesn't arriving|arrived|arrive|coming|come|received|sent
        incorrect|wrong|invalid password|credentials|login even|but|although|_
        can|could not _
    """,
    "does not work": """
        @cant @fill* work|working|works|load|loading|loads|connect|connecting|send|sending|play|playing|plays|
            respond|responding|function|functioning|open|opening|opens|start|starting|launch|launching|run|
            running|sync|syncing|refresh|refreshing|update|updating|wrk|wrking
        nothing|none|neither|nobody @fill* works|work|working|worked|loads|loading|plays|playing|happens|
            happening|helps|helped|opens
        no longer|more|luck|joy @verb?
        stopped|quit|quits|stops|stop @adv* working|loading|playing|responding|functioning|sending|connecting|
            recording|streaming
        not|aint|isnt|isn't @adv* up|available|loading|reachable|accessible|responding|functional
        barely|hardly|never works|working|loads|work
        broken|borked|busted
        unusable|inaccessible|unplayable|useless|unwatchable
        isn't|wasn't|ain't having any|it
        @cant @fill* do anything|nothing|shit|squat|my
        does|do|did|is|are|was|will|would|can|could not|n't @fill* work|working|load|play|open|connect|send|
            respond|let|start
    """,
    "core function fails": """
        @cant @fill* send|receive|post|tweet|download|upload|generate|reply|chat|message|text|call|type|dm|pay|
            checkout|book|buy|order|transfer|deposit|withdraw|watch|stream|listen|hear|see|view|search|play|
            make|create|verify|register|activate|install|finish|complete|submit|check
        messages|calls|texts|emails|payments|videos|songs|pages|posts|orders|transactions|ads|chats|images @not|
            keep|fail|failing|failed|are|all|never|stopped @adv* @verb|failing|dropping|gone|fail|missing|
            disappeared
        no sound|audio|picture|image|video|results|response|answer
    """,
    "error": """
        error|errors|err
        error|status|http code|message|NUM
        NUM error|errors
        internal|server|network|gateway|connection|bad|service|timeout|proxy|ssl|login|authentication|
            auth error|errors|gateway|timeout|failure|failed|refused|reset|unavailable
        something|things went wrong
        try again later|soon|momentarily
        at capacity
        too many requests
        timed|times|timing|time out
        timeout|timeouts|404|500|502|503|504|522|429
        not found
        blank|white|black|blue|grey|gray|empty screen|page
        says|said|saying|shows|showing|displays it|there|that|to|this? is|was? unavailable|temporarily|error|
            offline|down|busy|wrong|failed|no
        server|servers busy|full|overloaded|crash|crashed
        temporarily unavailable|down|offline
        oops
    """,
    "stuck or crashing": """
        stuck|hung|hanging|hangs|frozen|freezes|freezing|freeze|froze|spinning|spins|buffering|buffers|lagging|
            laggy|lag
        crash|crashes|crashing|crashed|crashs
        keeps|keep|kept crashing|freezing|stopping|closing|loading|buffering|spinning|shutting|restarting|
            skipping|dying|glitching|saying|giving|getting|telling|cutting|pausing
        just|only|endlessly|forever|always loads|loading|spins|spinning|sits|hangs|buffers|closes|crashes|freezes
        loading screen|forever|endlessly|indefinitely|circle|wheel
        glitch|glitches|glitching|glitched|glitchy|bugging|tweaking|tripping
        shuts|closes|closing|shutting|close|force|cuts|cutting|drops|dropping down|itself|off|out|close|closes
        goes|go|going back to home|login
        disconnect|disconnects|disconnecting|disconnected|disconnection
    """,
    "outage": """
        outage|outages|outtage|outtages|blackout|blackouts|downtime|#outage|#down|downdetector
        service|services disruption|interruption|interruptions|failure|down|out
        down detector
    """,
    "no service": """
        no|zero|without|w|lost|lose|losing|wo|haven't|hasn't|dont|don't|not|nothing have|had|got|getting|any|
            having|of|my|all|no|a? @fill* internet|service|signal|power|electricity|wifi|connection|dial|phone|
            cable|reception|bars|network|water|data|4g|3g|lte|5g|coverage|landline|tv|broadband|lights|light|
            heat|channels
        still no|out|down|nothing|waiting|without|not|can't|cant
        internet|power|service|wifi|signal|electricity|cable|phone|network|broadband|tv|lights|water|it is|'s|
            has|have|was|been|went|are|goes|keeps @adv* down|out|off|cut|dead|gone|going|dropping|cutting
        power|internet|service|cable|wifi|tv|phones|water|signal|network out|down|off|again
        outage in|at|around|here|near|my
        in the dark
        #poweroutage|#nopower|#blackout|poweroutage
        spotty|patchy|intermittent
    """,
    "how long": """
        for|over|past|last|since|been|going the? last|past|over|about|like|almost|at|nearly|more|on|now? than|
            least? NUM|a|two|three|four|five|six|several|few|couple|an|2|3 of? @time
        since yesterday|this|last|morning|monday|tuesday|wednesday|thursday|friday|saturday|sunday|NUM|the|
            about|around|early|noon|midnight|friday|like
        NUM @time|days now|and|without|later|of|straight
        all day|morning|night|week|evening|afternoon|weekend
        every|all day|time|night
        how much|long longer|will|until|till|is|before
    """,
    "tried": """
        tried|trying|did|done|i've that|this|it|everything|both|all|again|restarting|reinstalling|logging|to|
            rebooting|resetting|uninstalling|deleting|turning|multiple|several|different|already|every|clearing|
            these
        restarted|rebooted|reinstalled|uninstalled|reset|redownloaded|unplugged|re-installed|re-downloaded|
            relogged|power-cycled|updated|deleted|cleared
        to no avail
        no|without luck|avail|success|joy|dice|change|difference
        already did|done|tried|have
        still|same|even though problem|issue|nothing|error|thing|result|no|having|happening|the|doing|does|getting
        didn't|didnt|doesn't|doesnt|hasn't|not help|helped|helping|fix|fixed|solve|change
        happens|happening|happened|happen on|across|in|with|every|again|to|regardless|both
        same issue|problem|thing|error|message|result|here|on|issues|problems|happening|happens|boat
        on? wifi|4g|3g|data|lte and|or|&|nor
        several|multiple|different|other|both|another|all|any devices|device|browsers|browser|computers|phones|
            networks|times|computer
    """,
    "slow": """
        slow|slowly|slower|laggy|sluggish|crawling|snail
        taking|takes|took forever|ages|so|too|long|hours
        running|super|so|very|really|extremely slow
    """,
    "back?": """
        when|any idea|eta|estimate|time will|is|are|do|can|on|when|of|for? it|you|they|service|SVC|power|this|
            we|the? be|going|expect|get|on|have|gonna? back|fixed|restored|up|working|power
        any update|updates|eta|word|news|idea|timeline|info|estimate
        eta on|for|QM
        please|pls|plz|can|could|when fix|you|will|resolve|look
        fix|fixing it|this|your|the|ur|that|asap|now|soon|pls|please
        being worked|fixed|looked|addressed|resolved
        what's|whats|what is? happening|going|the|wrong
        is it back
    """,
    "is running": """
        SVC down
        SVC|@thing outage|outages|issues|problems|crash|crashing|crashed|errors
        SVC @adv* @not @adv* @verb
        SVC|@thing having|has|experiencing|have a|an|some|major|issues|problems|trouble|technical
        issues|problems|trouble|issue|problem|outage|error with|on|at|for|in SVC|@thing|your|the
    """,
}
