#!/usr/bin/env bash
# Runs SyncNorm on Kubernetes, with driver and executors in pods:
#   submit/kubernetes.sh --master k8s://https://HOST:PORT --image NAME [options of this script]
#                        [command] [options]
# Commands (default: compare) and their options are those of submit/local.sh. Files are read from the
# image. To build it: docker build -f submit/kubernetes/Dockerfile -t NAME . Options of this script:
#   --namespace NAME              namespace of the pods (default)
#   --service-account NAME        service account of the driver (spark); must be able to create pods
#   --claim NAME                  a volume claim to mount at /runs, for --out /runs; user 185 must be
#                                 able to write to it
#   --executors N, --executor-cores C    number of executors (2), task slots of each (1)
#   --executor-memory M, --driver-memory M    heap sizes (1g, 2g)
#   --event-log DIR               folder for Spark's event log, an address that pods can reach
#   --conf KEY=VALUE              any Spark setting; repeatable, overrides this script
# Needs SPARK_HOME (a Spark 3.5 with Kubernetes). Results go to --out and to the driver pod's log. The
# script waits for the driver and exits with the driver's exit code, or with 1 if that is unknown, for
# instance because the pod was deleted. Ctrl-C stops the wait, not the driver. With
# --conf spark.kubernetes.submission.waitAppCompletion=false the script exits with 0 once the driver is
# submitted.
set -euo pipefail
home=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"

parse_options "--master --image --namespace --service-account --claim $shared_options" "$@"
shift "$taken"
announce "$@"
deploy_mode=cluster
[[ ${master:=} == k8s://?* ]] || fail "--master must be k8s://https://HOST:PORT: found --master=$master" 2
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
  --conf "spark.kubernetes.allocation.batch.size=$executors" # all ranks start together
  --conf spark.kubernetes.submission.waitAppCompletion=true # for the driver's exit code
  --conf "spark.driver.defaultJavaOptions=-Dlog4j2.configurationFile=file:$in_image/conf/log4j2.properties"
)
if [ -n "${claim:-}" ]; then
  volume=spark.kubernetes.driver.volumes.persistentVolumeClaim.runs
  own+=(--conf "$volume.options.claimName=$claim" --conf "$volume.mount.path=/runs")
fi
cluster_options "${own[@]}"

# Returns the last exit code of the driver's container in Spark's log. If a pod template has renamed that
# container, returns the code of the first container that failed. A container whose end Spark did not see
# has no exit code.
driver_code() {
  local line name='' driver='' other='' waits=yes
  while next_line; do
    case $line in
      *'Deployed Spark application '*) waits= ;; # Spark does not wait for the driver
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
[ "${codes[0]}" -eq 0 ] || exit "${codes[0]}" # not submitted, or Spark stopped watching it
[ "${codes[1]}" -eq 0 ] ||
  fail "the driver did not end with 0: run kubectl logs on its pod, which is named above" "${codes[1]}"
