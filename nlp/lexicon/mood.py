"""Words and sayings of feeling: how a post sounds, and how much its author has had enough."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

MOOD: Final[Table] = {
    "glad": """
        good|great|nice|fine|better|best|cool|awesome|amazing|excellent|perfect|fantastic|wonderful|brilliant|
            superb|lovely|sweet|neat|solid|impressive|incredible|outstanding|stellar|terrific|fab|fabulous|
            beautiful|gorgeous|delightful
        happy|glad|pleased|excited|thrilled|grateful|proud|delighted|stoked|relieved|thankful|blessed|enjoying|
            enjoyed|enjoy
        yay|woohoo|hooray|congrats|congratulations|bravo|kudos|yess|yesss|welcome|cheers
        win|won|winning|success|successful|helpful|useful|easy|fast|smooth|reliable|recommend|recommended|worth
        😊|😀|😁|😃|😄|😍|🥰|😂|🤣|👍|🎉|❤️|❤|💙|💜|🙌|👏|😎|🥳|😘|💪|🔥|✨|:)|:-)|:d|;)|<3
    """,
    "love": """
        love|loved|loves|loving|adore|favorite|favourite|beloved|fav
        best app|ever|service|thing|airline|day
        so happy|excited|good|cool|grateful|proud|cute
        can't wait
        well done
        great|awesome|good|excellent|amazing job|work|service|app|experience|flight|news|support
    """,
    "thanks": """
        thanks|thank|thx|thnx|ty|thankyou|tysm|thks|tks|appreciate|appreciated|🙏
        thank|thanks you|so|for|a
    """,
    "not good": """
        not|n't|never|isn't|isnt|wasn't|ain't|aren't|don't|doesn't|no _? good|great|nice|happy|helpful|cool|fun|
            funny|impressed|acceptable|working|better|worth|fair|like|love|enjoy|recommend|pleased
        less|barely|hardly than|helpful|useful
    """,
    "bad": """
        bad|poor|poorly|wrong|worse|weak|slow|annoying|annoyed|frustrating|frustrated|frustration|disappointed|
            disappointing|disappointment|unhappy|upset|confusing|confused|boring|ugly|lame|sad|sadly|
            unfortunately|sorry|trouble|difficult|impossible|unable|missing|miss|lost|lose|broken|broke|break|
            useless|pointless|unfair|dirty|cheap|expensive|overpriced|buggy|bug|bugs|glitch|glitchy|crash|
            crashes|crashing|crashed|fail|fails|failed|failing|failure|error|errors|problem|problems|issue|
            issues|trouble|stuck|delayed|delay|delays|cancelled|late|waiting|waste|wasted|wtf|ugh|meh|smh|tired|
            sick|pain|hurt|dead|die|dying|kill|afraid|scared|worried|worry|cry|crying|hard|stupid|dumb|weird|
            ridiculous
        😭|😢|😞|😔|😩|😫|😤|😒|🙄|😕|☹️|😑|😪|😥|💔|👎|:(|:-(|:/|:'(|😐|😳
        doesn't|doesnt|won't|wont|can't|cant|cannot|isn't|isnt|didn't|didnt|not|stopped work|working|load|
            loading|play|playing|open|connect|help|let|log|send|get|login|access|find|use|see|do|answer|respond|even
    """,
    "awful": """
        worst|terrible|horrible|awful|pathetic|disgusting|disgusted|garbage|trash|rubbish|crap|crappy|shit|
            shitty|bullshit|bs|sucks|suck|sucked|hate|hated|hates|atrocious|abysmal|appalling|dreadful|
            horrendous|horrid|shameful|disgrace|disgraceful|nightmare|disaster|joke|unacceptable|unbelievable|
            inexcusable|outrageous|infuriating|furious|pissed|livid|fuming|angry|mad|rage|raging|scam|scammers|
            fraud|theft|thieves|robbery|liars|liar|lies|lied|criminal|evil|greedy|incompetent|incompetence|rude|
            unprofessional|disrespectful|moron|morons|idiots|idiot|clowns|clown|ripoff|absurd|insane|laughable|
            useless
        #fail|#worst|#worstever|#sucks|#neveragain|#unacceptable|#pathetic|#sarcasm|#epicfail|#disappointed|
            #frustrated|#badservice|#ridiculous|#annoyed|#pissed|#customerservice|#poorservice|#horrible|
            #terrible|#furious
        😡|🤬|😠|🖕|💩|🤦|🤦‍♂️|🤮|👿
    """,
    "swearing": """
        fuck|fucking|fuckin|fucked|fucks|fck|fkn|f*ck|wtf|ffs|shit|shitty|bullshit|damn|damnit|dammit|goddamn|
            ass|asshole|assholes|bitch|bastards|hell|piss|pissed|crap|fcuk|freaking|frickin|effing|bloody|af
        what the
        * *
    """,
    "enough": """
        tired|sick|fed of|up|and
        had|have|i've enough|it
        enough is|already|of
        every|each|all single|damn|the? time|day|week|night|morning
        second|third|fourth|fifth|3rd|4th|2nd|5th|NUM|multiple|several|hundredth|10th|6th time|times|outage|day|
            week|month|call|attempt
        yet|once again|another|more
        again
        still no|not|waiting|nothing|can't|doesn't|won't|having|haven't|down|getting|unable
        how|why many|hard|long|difficult|is|are|do|does|can't|would|the|did|haven't _? times|long|is|so|can|am|
            i|you|should|keep|still|there
        for over|more|the|NUM|almost|hours|days|weeks|months
        seriously|honestly|literally|come|really|absolutely|completely|totally|utterly|constantly|continuously|
            continually|repeatedly on|QM|!|ridiculous|useless|unacceptable|pathetic|not|no|the
        NUM|two|three|several|many|few hours|days|weeks|months|times|hrs
        no|zero|nobody|nothing|without one|response|reply|answer|help|communication|update|idea|explanation|
            apology|excuse|sense|success|luck|avail
    """,
    "demands": """
        fix it|this|your|ur|the|that|asap|now|please|yo|already
        get your|it|this|ur act|shit|together|fixed|sorted
        do something|better|your
        wake|sort|hurry|step up|it|out|yourselves
        what|where is|the|are|kind wrong|hell|fuck|heck|my|you|of|going|your
        asap|immediately|now !|please?
        please|pls|plz|can|could|when fix|help|resolve|will|do|sort|someone|you|respond|answer
        help|help! !|me|asap|please
        i want|need|demand|expect|deserve my|a|compensation|refund|answers|an
        explain|respond|answer|reply
    """,
    "sarcasm": """
        thanks|thank|great|nice|way|good|lovely|awesome|well|wonderful|brilliant|congratulations|bravo|
            kudos for|to|job|done|work|going|you|on nothing|go|ruining|not|making|wasting|losing|screwing|
            ignoring|the|having|leaving|canceling|cancelling|keeping|delaying|being
        so|gotta|just much love|for|great|perfect|what|lovely|wonderful
        love|loving how|when|that|it|having|waiting|paying|being|sitting
        really QM|?|!
        lol|haha|lmao|smdh|smfh
        must be nice
        apparently|supposedly|obviously|clearly|guess
        not|aren't like|impressed|you|that
    """,
    "leaving": """
        cancel|cancelling|canceling|cancelled|canceled|switching|switch|switched|leaving|unsubscribing|
            uninstalled|uninstalling|uninstall|quit|ditch|ditching|boycott|lawsuit|sue|bbb|fcc|complaint
        never|not|no|last again|using|flying|longer|time|buying|ever|going|use|fly
        lost|lose|losing a|my|me|customers|customer|business
        going|moving|switching|back|over to
        want|demand|need|give|like|get|expect my|a|me|full money|refund|compensation|credit
        done with
        #boycott|#cancel
    """,
    "shouting": """
        ! !
        ? ?
        ?!|!?
        ! ! !
    """,
    "money": """
        paying|pay|paid|money|charge|charged|charging|refund|bill|billed|fee|fees|cost|expensive
    """,
    "polite": """
        please|pls|plz|kindly|hi|hello|hey|dear|sorry|could|would|possible|wondering|help
    """,
}
