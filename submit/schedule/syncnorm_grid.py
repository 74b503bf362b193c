"""Runs a grid of SyncNorm experiments every night, on the cluster of the connection spark_default.

For Airflow 2 or 3 with apache-airflow-providers-apache-spark. Copy this file to the DAGs folder. Its syntax
and the arguments that it passes to spark-submit were checked; it did not run on an Airflow installation.
"""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

# Paths on the driver's machine. RUNS must be on storage that outlives that machine.
HOME = "/opt/syncnorm"
RUNS = "/var/lib/syncnorm/runs"

with DAG(
    dag_id="syncnorm_grid",
    description="Nightly grid of experiments; complete cells are skipped",
    schedule="0 3 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,  # the next start runs the remaining cells of a missed one
    max_active_runs=1,
    default_args={
        # A retry resumes. The grid itself stops retrying cells that keep failing.
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "execution_timeout": timedelta(hours=8),
    },
) as dag:
    SparkSubmitOperator(
        task_id="grid",
        conn_id="spark_default",
        name="syncnorm-grid",
        java_class="io.syncnorm.cli.Main",
        application=f"{HOME}/syncnorm-job.jar",
        application_args=[
            "experiment",
            "--config", f"{HOME}/conf/grid.conf",
            "--out", RUNS,
            "--limit-time", "7h",
        ],
        num_executors=2,
        executor_cores=1,
        executor_memory="1g",
        driver_memory="2g",
        conf={
            # All ranks start together and stay until the end.
            "spark.dynamicAllocation.enabled": "false",
            "spark.scheduler.minRegisteredResourcesRatio": "1.0",
            "spark.scheduler.maxRegisteredResourcesWaitingTime": "60s",
            "spark.locality.wait": "0s",
            # Spark must neither run a rank twice nor retry it: the driver restarts all ranks.
            "spark.speculation": "false",
            "spark.task.maxFailures": "1",
            "spark.executorEnv.OPENBLAS_NUM_THREADS": "1",
            "spark.executorEnv.LC_ALL": "C.UTF-8",
        },
        # For file names, in spark-submit and, in cluster mode, in the driver. Airflow refuses env_vars for
        # a standalone cluster in cluster mode: remove this argument there.
        env_vars={"LC_ALL": "C.UTF-8"},
    )
