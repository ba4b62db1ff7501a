"""SMOTE, then pairs of nearest neighbours of different classes (Tomek links) are dropped.

Batista, Bazzan & Monard 2003, Balancing Training Data for Automated Annotation of Keywords: a Case Study.
"""

CLEANS = True


def make(random_state, sampling_strategy="auto"):
    from imblearn.combine import SMOTETomek

    return SMOTETomek(random_state=random_state, sampling_strategy=sampling_strategy)
