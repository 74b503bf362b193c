"""SyncNorm for PySpark: batch normalization synchronized over all workers at every mini-batch.

The classes wrap those of SyncNorm's jar, which Spark must have on its class path; the jar is also
where Python finds this package.
"""

import sys

from syncnorm import ml
from syncnorm._java import JAVA_PACKAGE, VERSION
from syncnorm.ml import (
    SyncBatchNormClassificationModel,
    SyncBatchNormClassifier,
    SyncBatchNormTrainingSummary,
)

__version__ = VERSION
__all__ = [
    "SyncBatchNormClassificationModel",
    "SyncBatchNormClassifier",
    "SyncBatchNormTrainingSummary",
]

# When PySpark loads a pipeline, it imports the module that is named like the Java package of each
# stage. This name begins with io, which is a module of Python's and no package, so that nothing can
# be found below it. But Python looks a full name up here first, before it imports its parents.
sys.modules[JAVA_PACKAGE] = ml
