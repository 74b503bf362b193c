"""The estimator, its model and the summary of a training."""

from typing import Any, List

from py4j.java_gateway import JavaObject
from pyspark.ml.classification import MultilayerPerceptronClassificationSummary
from pyspark.ml.util import HasTrainingSummary, JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaWrapper
from pyspark.sql import DataFrame

from syncnorm._java import Reader, to_records
from syncnorm._params import _SyncBatchNormEstimator, _SyncBatchNormModel
from syncnorm._records import EpochResult, HostsEvent


class SyncBatchNormTrainingSummary(JavaWrapper):
    """The summary of a training. Losses are in nats, accuracies are fractions of the rows."""

    @property
    def history(self) -> List[EpochResult]:
        """Results of all trained epochs. Their test figures are those of the validation rows, NaN
        if there are none; their layers hold the drift of the workers, NaN unless telemetry is on.
        """
        return to_records(EpochResult, self._call("history"))

    @property
    def bestEpoch(self) -> int:
        """The epoch of the returned model, from 1."""
        return self._call("bestEpoch")

    @property
    def numWorkers(self) -> int:
        """Number of workers that trained the model."""
        return self._call("numWorkers")

    @property
    def hosts(self) -> List[HostsEvent]:
        """On how many hosts the workers were, from when on: one entry, and another one each time
        that the workers were restarted.
        """
        return to_records(HostsEvent, self._call("hosts"))

    @property
    def totalIterations(self) -> int:
        """Number of trained epochs."""
        return self._call("totalIterations")

    @property
    def objectiveHistory(self) -> List[float]:
        """Each epoch's mean training loss."""
        return list(self._call("objectiveHistory"))

    @property
    def accuracyHistory(self) -> List[float]:
        """Each epoch's fraction of correctly classified training rows."""
        return list(self._call("accuracyHistory"))

    @property
    def validationLossHistory(self) -> List[float]:
        """The mean loss on the validation rows after each epoch."""
        return list(self._call("validationLossHistory"))

    @property
    def validationAccuracyHistory(self) -> List[float]:
        """The fraction of correctly classified validation rows after each epoch."""
        return list(self._call("validationAccuracyHistory"))

    def _call(self, name: str) -> Any:
        return getattr(self._java_obj, name)()


class SyncBatchNormClassificationModel(
    _SyncBatchNormModel,
    JavaMLWritable,
    JavaMLReadable["SyncBatchNormClassificationModel"],
    HasTrainingSummary[SyncBatchNormTrainingSummary],
):
    """A trained SyncBatchNormClassifier. It predicts with the running statistics of batch
    normalization, in an ordinary transformation on executors.
    """

    @property
    def summary(self) -> SyncBatchNormTrainingSummary:
        """The summary of the training.

        Raises
        ------
        RuntimeError
            If there is none, because the model was loaded; a summary is not saved with a model.
        """
        if not self.hasSummary:
            raise RuntimeError(
                f"no training summary available for uid={self.uid}: it is not saved with a model"
            )
        return SyncBatchNormTrainingSummary(self._call_java("summary"))

    def evaluate(self, dataset: DataFrame) -> MultilayerPerceptronClassificationSummary:
        """Evaluates the model on a dataset with labels; weighted if weightCol is set."""
        if not isinstance(dataset, DataFrame):
            raise TypeError(f"expected a DataFrame, found {type(dataset)}")
        self._transfer_params_to_java()
        return MultilayerPerceptronClassificationSummary(self._call_java("evaluate", dataset))

    def exportOnnx(self, path: str) -> None:
        """Writes the network as an ONNX file, on any file system, as Spark reads paths."""
        self._call_java("exportOnnx", path)

    @classmethod
    def read(cls) -> JavaMLReader["SyncBatchNormClassificationModel"]:
        """Returns a reader of saved models."""
        return Reader(cls)


class SyncBatchNormClassifier(
    _SyncBatchNormEstimator,
    JavaMLWritable,
    JavaMLReadable["SyncBatchNormClassifier"],
):
    """A multilayer perceptron or convolutional network whose batch normalization computes its
    statistics over the mini-batches of all workers.

    Values are checked by the Java estimator when a fit begins.

    Examples
    --------
    >>> classifier = SyncBatchNormClassifier(hiddenLayers=[64], maxIter=5, numWorkers=2)
    >>> model = classifier.fit(training)
    >>> model.transform(test).select("prediction")
    """

    def _create_model(self, java_model: JavaObject) -> SyncBatchNormClassificationModel:
        return SyncBatchNormClassificationModel(java_model)

    @classmethod
    def read(cls) -> JavaMLReader["SyncBatchNormClassifier"]:
        """Returns a reader of saved estimators."""
        return Reader(cls)
