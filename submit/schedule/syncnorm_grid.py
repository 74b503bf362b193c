"""A grid of SyncNorm experiments every night, on the cluster of the connection spark_default.

For Airflow 2 or 3 with apache-airflow-providers-apache-spark; copy it to the DAGs folder. Tried for its
syntax and for what it hands to spark-submit, not on an Airflow installation.
"""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

# On the machine of the driver; the folder of runs must outlive it.
HOME = "/opt/syncnorm"
RUNS = "/var/lib/syncnorm/runs"

with DAG(
    dag_id="syncnorm_grid",
    description="Nightly grid of experiments; cells that are done are not run again",
    schedule="0 3 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,  # the next grid resumes what a missed one left
    max_active_runs=1,
    default_args={
        # A retry resumes; the grid itself gives up cells that fail again and again.
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
            # All ranks start together and stay.
            "spark.dynamicAllocation.enabled": "false",
            "spark.scheduler.minRegisteredResourcesRatio": "1.0",
            "spark.scheduler.maxRegisteredResourcesWaitingTime": "60s",
            "spark.locality.wait": "0s",
            # A rank cannot run twice, nor again by itself.
            "spark.speculation": "false",
            "spark.task.maxFailures": "1",
            "spark.executorEnv.OPENBLAS_NUM_THREADS": "1",
            "spark.executorEnv.LC_ALL": "C.UTF-8",
        },
        # Of spark-submit and, in cluster mode, of the driver: names of files. Airflow refuses it for a
        # standalone cluster in cluster mode: take it out there.
        env_vars={"LC_ALL": "C.UTF-8"},
    )
