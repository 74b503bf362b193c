#!/usr/bin/env bash
# Runs SyncNorm on Kubernetes, with driver and executors in pods:
#   submit/kubernetes.sh --master k8s://https://HOST:PORT --image NAME [options of this script]
#                        [command] [options]
# Commands (default: compare) and their options are those of submit/local.sh. Files are read from the
# image. To build it: docker build -f submit/kubernetes/Dockerfile -t NAME . Options of this script:
#   --deploy-mode client|cluster  where the driver runs: here, or in a pod (default)
#   --namespace NAME              namespace of the pods (default)
#   --service-account NAME        service account of the driver (spark); must be able to create pods
#   --claim NAME                  a volume claim to mount at /runs, for --out /runs; user 185 must be
#                                 able to write to it
#   --start-timeout SECONDS       how long the driver's pod may stay pending (600)
#   --executors N, --executor-cores C    number of executors (2), task slots of each (1)
#   --executor-memory M, --driver-memory M    heap sizes (1g, 2g)
#   --event-log DIR               folder for Spark's event log, an address that pods can reach
#   --conf KEY=VALUE              any Spark setting; repeatable, overrides this script
# Spark comes from SPARK_HOME (a Spark 3.5 with Kubernetes) if set, otherwise from Maven. In cluster mode
# results go to --out and to the driver pod's log. The script waits for the driver and exits with the
# driver's exit code, or with 1 if that is unknown. If the driver's pod does not start, the script deletes
# it and exits with 4. Ctrl-C stops the wait, not the driver. With
# --conf spark.kubernetes.submission.waitAppCompletion=false the script exits with 0 once the driver is
# submitted. In client mode pods must be able to reach this machine: --conf spark.driver.host=ADDRESS
set -euo pipefail
home=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"

parse_options "--master --deploy-mode --image --namespace --service-account --claim --start-timeout $shared_options" "$@"
shift "$taken"
announce "$@"
deploy_mode=${deploy_mode:-cluster}
require_deploy_mode
[[ ${master:=} == k8s://?* ]] || fail "--master must be k8s://https://HOST:PORT: found --master=$master" 2
[ -n "${image:-}" ] || fail "--image is needed: build it from submit/kubernetes/Dockerfile" 2
require_count --executors "${executors:=2}"
require_count --start-timeout "${start_timeout:=600}"
if [ -n "${SPARK_HOME:-}" ] && [ "$deploy_mode" = cluster ]; then
  require_java # the job jar is in the image
else
  require_java_and_jar kubernetes
fi
use_spark
require_spark_module kubernetes

in_image=/opt/syncnorm
own=(
  --conf "spark.kubernetes.container.image=$image"
  --conf "spark.kubernetes.namespace=${namespace:-default}"
  --conf "spark.executor.instances=$executors"
  --conf "spark.kubernetes.allocation.batch.size=$executors" # all ranks start together
)
if [ "$deploy_mode" = client ]; then
  [ -z "${claim:-}" ] || fail "--claim is for cluster mode: in client mode --out is on this machine" 2
  cluster_options "${own[@]}"
  file_address "$(job_jar)"
  spark_submit "${options[@]}" "$address" "$@"
fi

own+=(
  --conf "spark.kubernetes.authenticate.driver.serviceAccountName=${service_account:-spark}"
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
# has no exit code. Returns 4 if the pod or its container did not start, or had too little memory.
driver_code() {
  local line name='' driver='' other='' waits=yes pod='' space='' since='' reason='' lost=''
  while next_line; do
    case $line in
      *'Deployed Spark application '*) waits= ;; # Spark does not wait for the driver
      *'Container final statuses:'*) driver='' other='' ;;
      *'container name: '*) name=${line##*: } ;;
      *'pod name: '*) pod=${line##*: } ;;
      *'namespace: '*) space=${line##*: } ;;
      *'pending reason: '*) reason=${line##*: } ;;
      *'exit code: '*)
        line=${line##*: }
        [ "$name" != spark-kubernetes-driver ] || driver=$line
        [ "${other:-0}" -ne 0 ] || other=$line
        ;;
      *'termination reason: '*)
        [[ $name != spark-kubernetes-driver || ! ${line##*: } =~ ^(StartError|ContainerCannotRun|OOMKilled)$ ]] ||
          lost=${line##*: }
        ;;
      *'(phase: Pending)'*)
        since=${since:-$SECONDS}
        if [ -n "$pod" ] && [ $((SECONDS - since)) -ge "$start_timeout" ]; then
          lost="it was still pending after $start_timeout s: ${reason:-no node has taken it}"
          delete_driver "$space:$pod"
          since=$SECONDS
        fi
        ;;
      *'(phase: '*) since='' ;;
    esac
  done
  [ -n "$waits" ] || return 0
  if [ -n "$lost" ]; then
    echo "the driver's pod could not run: $lost, pod=$pod" >&2
    return 4
  fi
  return "${driver:-${other:-1}}"
}

# Deletes a pod that does not start. Spark sees that, and ends the submission.
delete_driver() { # namespace:pod
  echo "deleting the driver's pod, which does not start: $1" >&2
  (spark_submit --master "$master" ${confs[@]+"${confs[@]}"} --kill "$1") >/dev/null </dev/null ||
    echo "the pod could not be deleted: run kubectl delete pod ${1#*:}" >&2
}

submit_and_read driver_code "${options[@]}" "local://$in_image/jars/syncnorm-job.jar" "$@"
[ "${codes[0]}" -eq 0 ] || exit "${codes[0]}" # not submitted, or Spark stopped watching it
[ "${codes[1]}" -eq 0 ] ||
  fail "the driver did not end with 0: see above, and run kubectl logs on its pod if it has started" "${codes[1]}"
