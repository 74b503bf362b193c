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
# Needs SPARK_HOME (a Spark 3.5 with Kubernetes). Results are in --out and in the driver pod's log. The
# script waits for the driver, and its exit code is the driver's; where that cannot be known, because the
# pod was deleted, say, it is 1. Ctrl-C ends the wait and not the driver. With
# --conf spark.kubernetes.submission.waitAppCompletion=false it is 0 once the driver is submitted.
set -euo pipefail
home=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"

parse_options "--master --image --namespace --service-account --claim $shared_options" "$@"
shift "$taken"
announce "$@"
deploy_mode=cluster
[[ ${master:=} == k8s://?* ]] || fail "--master is k8s://https://HOST:PORT: found --master=$master" 2
[ -n "${image:-}" ] || fail "--image is needed: build it from submit/kubernetes/Dockerfile" 2
require_count --executors "${executors:=2}"
require_java
[ -n "${SPARK_HOME:-}" ] || [ -s "$home/target/spark.classpath" ] ||
  fail "SPARK_HOME is needed: set it to a full Spark 3.5 with Scala 2.12" 4
use_spark
require_spark_module kubernetes

in_image=/opt/syncnorm
own=(
  --conf "spark.kubernetes.container.image=$image"
  --conf "spark.kubernetes.namespace=${namespace:-default}"
  --conf "spark.kubernetes.authenticate.driver.serviceAccountName=${service_account:-spark}"
  --conf "spark.executor.instances=$executors"
  --conf "spark.kubernetes.allocation.batch.size=$executors" # ranks wait for the last of them
  --conf spark.kubernetes.submission.waitAppCompletion=true # for its exit code
  --conf "spark.driver.defaultJavaOptions=-Dlog4j2.configurationFile=file:$in_image/conf/log4j2.properties"
)
if [ -n "${claim:-}" ]; then
  volume=spark.kubernetes.driver.volumes.persistentVolumeClaim.runs
  own+=(--conf "$volume.options.claimName=$claim" --conf "$volume.mount.path=/runs")
fi
cluster_options "${own[@]}"

# The exit code that Spark's log names last for the driver's container, or for the first that failed
# where a pod template has given that another name. A container that Spark has not seen end has none.
driver_code() {
  local line name='' driver='' other='' waits=yes
  while next_line; do
    case $line in
      *'Deployed Spark application '*) waits= ;; # Spark was told not to
      *'Container final statuses:'*) driver='' other='' ;;
      *'container name: '*) name=${line##*: } ;;
      *'exit code: '*)
        line=${line##*: }
        [ "$name" != spark-kubernetes-driver ] || driver=$line
        [ "${other:-0}" -ne 0 ] || other=$line
        ;;
    esac
  done
  [ -n "$waits" ] || return 0
  return "${driver:-${other:-1}}"
}

submit_and_read driver_code "${options[@]}" "local://$in_image/jars/syncnorm-job.jar" "$@"
[ "${codes[0]}" -eq 0 ] || exit "${codes[0]}" # it was not submitted, or no longer watched
[ "${codes[1]}" -eq 0 ] ||
  fail "the driver did not end with 0: see kubectl logs of its pod, which is named above" "${codes[1]}"
