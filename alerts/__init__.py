"""Tells people and machines what changed: the mirror image of the collectors.

In the order in which an alert passes: `events` names what happened, `messages` writes the body, `routing` says who is
told, `outbox` makes the rows; `sender` hands them to a `courier` per channel (with `lanes`, `retry`, `breaker`,
`bundle`, `flapping`), which calls the channel; `brief` is a body in words, `safety` keeps strangers' words harmless,
`wire` and `guard` are the network.
"""
