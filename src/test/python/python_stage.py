"""A stage in Python, with which PySpark writes a pipeline in its own format."""

from pyspark.ml import Transformer
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable


class Nothing(Transformer, DefaultParamsReadable, DefaultParamsWritable):
    def _transform(self, dataset):
        return dataset
