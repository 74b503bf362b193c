#!/usr/bin/env bash
# Runs SyncNorm on Kubernetes, driver and executors in pods:
#   submit/kubernetes.sh --master k8s://https://HOST:PORT --image NAME [options of this script]
#                        [command] [options]
# The command (compare) and its options are those of submit/local.sh; files are those of the image,
# built by: docker build -f submit/kubernetes/Dockerfile -t NAME . Options of this script:
#   --namespace NAME, --service-account NAME    (default, spark) with the right to make pods
#   --claim NAME                  a volume claim mounted at /runs, writable for user 185: --out /runs
#   --executors N, --executor-cores C    how many (2), and the task slots of each (1)
#   --executor-memory M, --driver-memory M    heaps (1g, 2g)
#   --event-log DIR               writes Spark's event log there, an address that pods can reach
#   --conf KEY=VALUE              any setting of Spark's; repeatable, overrules this script
# Needs SPARK_HOME (a Spark 3.5 with Kubernetes). Results are in --out and in the driver pod's log;
# so is how it ended, which Spark does not tell by its exit code.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"

parse_options "--master --image --namespace --service-account --claim $shared_options" "$@"
shift "$taken"
deploy_mode=cluster
[[ ${master:=} == k8s://?* ]] || fail "--master is k8s://https://HOST:PORT: found --master=$master" 2
[ -n "${image:-}" ] || fail "--image is needed: build it from submit/kubernetes/Dockerfile" 2
require_count --executors "${executors:=2}"
require_java
use_spark
require_spark_module kubernetes

in_image=/opt/syncnorm
own=(
  --conf "spark.kubernetes.container.image=$image"
  --conf "spark.kubernetes.namespace=${namespace:-default}"
  --conf "spark.kubernetes.authenticate.driver.serviceAccountName=${service_account:-spark}"
  --conf "spark.executor.instances=$executors"
  --conf "spark.kubernetes.allocation.batch.size=$executors" # ranks wait for the last of them
  --conf "spark.driver.defaultJavaOptions=-Dlog4j2.configurationFile=file:$in_image/conf/log4j2.properties"
)
if [ -n "${claim:-}" ]; then
  volume=spark.kubernetes.driver.volumes.persistentVolumeClaim.runs
  own+=(--conf "$volume.options.claimName=$claim" --conf "$volume.mount.path=/runs")
fi
cluster_options "${own[@]}"
spark_submit "${options[@]}" "local://$in_image/syncnorm-job.jar" "$@"
