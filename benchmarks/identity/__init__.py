"""How well identity resolution does its work: a noisy world with a known truth, the real models, the measures.

``kinds``, ``words``, ``spelling``, ``population`` and ``evidence`` make the noise. They know the sandbox's
world and nothing of the rules that undo the noise: they import neither macros nor seeds nor
``contactable.identity``.
"""
