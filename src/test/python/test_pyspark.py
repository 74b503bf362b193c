"""Tests of the package in a real PySpark, with the classes and the Python of the built jar."""

import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

from syncnorm_paths import ROOT, SOURCES, cells, find_pyspark, jar

MISSING = find_pyspark() or (None if jar() else "no slim jar: run mvn package")

# So that a session that does not start fails and does not hang.
DEADLINE_SECONDS = 240

spark = None
folder = None


def settings(builder):
    return (
        builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
    )


def setUpModule():
    if MISSING:
        raise unittest.SkipTest(MISSING)
    from pyspark.sql import SparkSession

    global spark, folder
    folder = tempfile.mkdtemp(prefix="syncnorm-python")
    # The page's cells name files below the working directory, and so does the JVM that starts here.
    os.symlink(os.path.join(ROOT, "data"), os.path.join(folder, "data"))
    os.chdir(folder)
    spark = (
        settings(SparkSession.builder)
        .config("spark.jars", jar())
        .config("spark.submit.pyFiles", jar())
        .getOrCreate()
    )


def tearDownModule():
    if spark is not None:
        spark.stop()
    os.chdir(ROOT)
    if folder is not None:
        shutil.rmtree(folder)


def frame(seed=1):
    """Returns rows of three clouds of points, a third of them for validation."""
    from pyspark.ml.linalg import Vectors

    numbers = random.Random(seed)
    rows = []
    for i in range(300):
        features = [numbers.gauss(2.0 if j % 3 == i % 3 else 0.0, 1.0) for j in range(6)]
        rows.append((float(i % 3), Vectors.dense(features), 1.0 + i % 2, i % 4 == 3))
    columns = ["label", "features", "weight", "validation"]
    return spark.createDataFrame(rows, columns).coalesce(1).cache()


def small(**more):
    from syncnorm import SyncBatchNormClassifier

    values = dict(hiddenLayers=[8], batchSize=16, stepSize=0.01, momentum=0.9, maxIter=4)
    return SyncBatchNormClassifier(numWorkers=2, **{**values, **more})


def predictions(model, rows):
    return [row.rawPrediction for row in model.transform(rows).select("rawPrediction").collect()]


def path(name):
    return os.path.join(folder, name)


class StageTest(unittest.TestCase):
    def test_should_come_out_of_the_jar_and_leave_io_alone(self):
        import syncnorm

        self.assertIn(".jar" + os.sep, syncnorm.__file__)
        self.assertIs(io, sys.modules["io"])
        self.assertFalse(hasattr(io, "syncnorm"))

    def test_should_have_the_params_of_java_with_their_defaults_and_docs(self):
        from syncnorm import SyncBatchNormClassifier
        from syncnorm._params import _SyncBatchNormParams

        stage = SyncBatchNormClassifier()
        java = spark._jvm.io.syncnorm.ml.SyncBatchNormClassifier()
        names = {param.name() for param in java.params()}
        self.assertEqual(names, {param.name for param in stage.params})
        for name in names:
            param, of_java = stage.getParam(name), java.getParam(name)
            if name in vars(_SyncBatchNormParams):
                self.assertEqual(of_java.doc(), param.doc)
            self.assertEqual(java.hasDefault(of_java), stage.hasDefault(param), name)
            if stage.hasDefault(param):
                value = java.getOrDefault(of_java)
                found = stage.getOrDefault(param)
                self.assertEqual(list(value) if isinstance(found, list) else value, found, name)

    def test_should_fit_transform_and_evaluate(self):
        rows = frame()
        model = small(validationIndicatorCol="validation", weightCol="weight").fit(rows)
        self.assertEqual((6, 3), (model.numFeatures, model.numClasses))
        columns = rows.columns + ["rawPrediction", "probability", "prediction"]
        self.assertEqual(columns, model.transform(rows).columns)
        self.assertGreater(model.evaluate(rows).accuracy, 0.6)
        first = rows.first().features
        self.assertEqual(model.predictRaw(first), predictions(model, rows)[0])
        self.assertEqual(128, model.setBlockSize(128).getBlockSize())
        model.exportOnnx(path("model.onnx"))
        self.assertGreater(os.path.getsize(path("model.onnx")), 0)

    def test_should_give_the_model_of_java(self):
        rows = frame()
        java = spark._jvm.io.syncnorm.ml.SyncBatchNormClassifier("java")
        java.setBatchSize(16).setStepSize(0.01).setMomentum(0.9).setMaxIter(4).setNumWorkers(2)
        widths = spark.sparkContext._gateway.new_array(spark._jvm.int, 1)
        widths[0] = 8
        java.setHiddenLayers(widths)
        from syncnorm import SyncBatchNormClassificationModel

        of_java = SyncBatchNormClassificationModel(java.fit(rows._jdf))
        self.assertEqual(predictions(of_java, rows), predictions(small().fit(rows), rows))

    def test_should_tell_of_the_training(self):
        summary = small(validationIndicatorCol="validation", telemetry=True).fit(frame()).summary
        self.assertEqual(4, summary.totalIterations)
        self.assertEqual((4, 2), (summary.bestEpoch, summary.numWorkers))
        epochs = summary.history
        self.assertEqual([1, 2, 3, 4], [epoch.epoch for epoch in epochs])
        self.assertEqual(summary.objectiveHistory, [epoch.trainLoss for epoch in epochs])
        self.assertEqual(summary.accuracyHistory, [epoch.trainAccuracy for epoch in epochs])
        self.assertEqual(summary.validationLossHistory, [epoch.testLoss for epoch in epochs])
        self.assertEqual(summary.validationAccuracyHistory, [e.testAccuracy for e in epochs])
        self.assertGreater(epochs[0].times.seconds, 0)
        self.assertGreaterEqual(epochs[0].layers[0].meanDrift, 0)
        self.assertEqual("start", summary.hosts[0].why)
        self.assertGreater(summary.hosts[0].time.year, 2000)

    def test_should_leave_params_that_are_none(self):
        stage = small(weightCol=None)
        self.assertFalse(stage.isSet("weightCol"))
        self.assertEqual(7, stage.setParams(maxIter=7, weightCol=None).getMaxIter())
        self.assertFalse(stage.isSet("weightCol"))

    def test_should_refuse_wrong_types_and_words(self):
        with self.assertRaises(TypeError):
            small(maxIter="many")
        with self.assertRaises(TypeError):
            small(noParam=1)
        with self.assertRaisesRegex(Exception, "maxIter given invalid value 0"):
            small(maxIter=0).fit(frame())

    def test_should_copy(self):
        stage = small()
        self.assertEqual(9, stage.copy({stage.maxIter: 9}).getMaxIter())
        self.assertEqual(4, stage.getMaxIter())


class SavingTest(unittest.TestCase):
    def test_should_load_in_both_languages_what_python_saved(self):
        stage = small(thresholds=[0.5, 0.2, 0.3], checkpointEvery="5m")
        stage.save(path("stage"))
        again = type(stage).load(path("stage"))
        self.assertEqual(stage.uid, again.uid)
        self.assertEqual(stage.extractParamMap(), again.extractParamMap())
        java = spark._jvm.io.syncnorm.ml.SyncBatchNormClassifier.load(path("stage"))
        self.assertEqual([8], list(java.getHiddenLayers()))
        self.assertEqual("5m", java.getOrDefault(java.getParam("checkpointEvery")))

    def test_should_load_models(self):
        rows = frame()
        model = small().fit(rows)
        model.save(path("model"))
        again = type(model).load(path("model"))
        self.assertEqual(predictions(model, rows), predictions(again, rows))
        self.assertEqual(4, again.getMaxIter())
        self.assertTrue(model.hasSummary)
        self.assertFalse(again.hasSummary)
        with self.assertRaisesRegex(RuntimeError, "it is not saved with a model"):
            again.summary  # noqa: B018
        java = spark._jvm.io.syncnorm.ml.SyncBatchNormClassificationModel.load(path("model"))
        self.assertEqual(6, java.numFeatures())

    def test_should_load_the_model_of_the_first_release(self):
        from syncnorm import SyncBatchNormClassificationModel

        saved = os.path.join(ROOT, "src/test/resources/io/syncnorm/ml/model-0.1.0")
        model = SyncBatchNormClassificationModel.load(saved)
        self.assertEqual(
            ("golden", 3, "guess"), (model.uid, model.getBatchSize(), model.getPredictionCol())
        )

    def test_should_load_pipelines_in_both_languages(self):
        from pyspark.ml import Pipeline, PipelineModel
        from pyspark.ml.feature import StandardScaler

        rows = frame()
        scaler = StandardScaler(inputCol="features", outputCol="scaled")
        pipeline = Pipeline(stages=[scaler, small(featuresCol="scaled")])
        pipeline.save(path("pipeline"))
        stage = Pipeline.load(path("pipeline")).getStages()[1]
        self.assertIs(type(small()), type(stage))
        self.assertEqual("scaled", stage.getFeaturesCol())
        java = spark._jvm.org.apache.spark.ml.Pipeline.load(path("pipeline"))
        self.assertIn("io.syncnorm.ml", java.getStages()[1].getClass().getName())
        model = pipeline.fit(rows)
        model.save(path("pipeline-model"))
        self.assertEqual(
            predictions(model, rows), predictions(PipelineModel.load(path("pipeline-model")), rows)
        )
        of_java = spark._jvm.org.apache.spark.ml.PipelineModel.load(path("pipeline-model"))
        of_java.write().save(path("pipeline-of-java"))
        self.assertEqual(
            predictions(model, rows),
            predictions(PipelineModel.load(path("pipeline-of-java")), rows),
        )

    def test_should_load_pipelines_with_stages_of_python(self):
        from pyspark.ml import Pipeline, PipelineModel

        import python_stage

        rows = frame()
        pipeline = Pipeline(stages=[python_stage.Nothing(), small()])
        pipeline.save(path("mixed"))
        self.assertIs(type(small()), type(Pipeline.load(path("mixed")).getStages()[1]))
        model = pipeline.fit(rows)
        model.save(path("mixed-model"))
        again = PipelineModel.load(path("mixed-model"))
        self.assertEqual(predictions(model, rows), predictions(again, rows))


class TuningTest(unittest.TestCase):
    def validator(self):
        from pyspark.ml.evaluation import MulticlassClassificationEvaluator
        from pyspark.ml.tuning import CrossValidator, ParamGridBuilder

        stage = small()
        grid = ParamGridBuilder().addGrid(stage.hiddenLayers, [[8], [4, 4]])
        return CrossValidator(
            estimator=stage,
            estimatorParamMaps=grid.build(),
            evaluator=MulticlassClassificationEvaluator(metricName="accuracy"),
            numFolds=2,
            parallelism=2,
            seed=1,
        )

    def test_should_cross_validate_save_and_load(self):
        from pyspark.ml.tuning import CrossValidator, CrossValidatorModel

        rows = frame()
        validator = self.validator()
        model = validator.fit(rows)
        best = model.bestModel
        self.assertEqual(type(small().fit(rows)), type(best))
        self.assertTrue(best.hasSummary)
        validator.save(path("validator"))
        again = CrossValidator.load(path("validator"))
        widths = [list(each.values())[0] for each in again.getEstimatorParamMaps()]
        self.assertEqual([[8], [4, 4]], [list(each) for each in widths])
        model.save(path("validated"))
        loaded = CrossValidatorModel.load(path("validated"))
        self.assertEqual(predictions(best, rows), predictions(loaded.bestModel, rows))
        java = spark._jvm.org.apache.spark.ml.tuning.CrossValidatorModel.load(path("validated"))
        self.assertEqual(best.getHiddenLayers(), list(java.bestModel().getHiddenLayers()))

    def test_should_be_one_of_many_classifiers(self):
        from pyspark.ml.classification import OneVsRest, OneVsRestModel

        rows = frame()
        model = OneVsRest(classifier=small(maxIter=2)).fit(rows)
        model.save(path("one-vs-rest"))
        again = OneVsRestModel.load(path("one-vs-rest"))
        self.assertEqual(
            model.transform(rows).select("prediction").collect(),
            again.transform(rows).select("prediction").collect(),
        )


class PageTest(unittest.TestCase):
    def test_should_run_the_cells_in_order(self):
        names = {"spark": spark}
        for cell in cells():
            exec(compile(cell, "python.md", "exec"), names)
        self.assertGreater(names["model"].evaluate(names["test"]).accuracy, 0.8)
        self.assertGreater(names["validated"].avgMetrics[0], 0.7)


class MissingJarTest(unittest.TestCase):
    def run_python(self, program):
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join([SOURCES] + sys.path))
        for name in ("PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET"):
            environment.pop(name, None)
        done = subprocess.run(
            [sys.executable, "-B", "-c", program],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            timeout=DEADLINE_SECONDS,
        )
        return done.stdout

    def test_should_name_the_jar_that_is_missing(self):
        out = self.run_python(
            "from pyspark.sql import SparkSession\n"
            "from syncnorm import SyncBatchNormClassifier\n"
            "spark = SparkSession.builder.master('local[1]')"
            ".config('spark.ui.enabled', 'false').config('spark.driver.host', '127.0.0.1')"
            ".config('spark.driver.bindAddress', '127.0.0.1').getOrCreate()\n"
            "for call in (SyncBatchNormClassifier, SyncBatchNormClassifier.read):\n"
            "    try:\n"
            "        call()\n"
            "    except RuntimeError as e:\n"
            "        print('told:', e)\n"
        )
        self.assertEqual(2, out.count("told: SyncNorm's jar is not on the class path"), out)
        self.assertIn("--packages io.syncnorm:syncnorm-slim_2.12:", out)
        self.assertNotIn("JavaPackage", out)

    def test_should_name_the_session_that_is_missing(self):
        out = self.run_python("import syncnorm; syncnorm.SyncBatchNormClassifier()")
        self.assertIn("RuntimeError: no active Spark session in this process", out)


if __name__ == "__main__":
    unittest.main()
