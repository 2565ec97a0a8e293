"""Makes the model that `nlp/model/` ships; needs the extra `train`.

`python -m nlp.train --corpora DIR --base DIR --out nlp/model`
"""
