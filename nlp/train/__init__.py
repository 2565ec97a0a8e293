"""Makes the model that `nlp/model/` ships; needs the extra `train`.

`python -m nlp.train --labelled DIR --base DIR --out nlp/model`
"""
