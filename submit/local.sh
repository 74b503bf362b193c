#!/usr/bin/env bash
# Runs SyncNorm on this machine: submit/local.sh [command] [options], by default the main experiment.
# Needs JDK 17 and Maven. Builds the job jar when its sources have changed, then starts it through Spark's own
# SparkSubmit on local[*]: that of $SPARK_HOME if set, else of the Spark jars that Maven resolved.
#   SYNCNORM_MASTER  another local master, such as local[2]     SYNCNORM_MEMORY  driver heap (default 2g)
set -euo pipefail
home=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"
announce "$@"

export SPARK_LOCAL_IP=127.0.0.1 # nothing here needs to be reached from outside

master=${SYNCNORM_MASTER:-local[*]}
case $master in
  local | local\[*\]) ;;
  *) fail "this script runs on this machine: expected local, local[<cores>] or local[*], found SYNCNORM_MASTER=$master" 2 ;;
esac
# Spark splits these options as a shell would. Not where somebody has chosen a collector: Java
# refuses to have two.
options=${home//\\/\\\\}
options="\"@${options//\"/\\\"}/conf/local-jvm.options\""
case "${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${_JAVA_OPTIONS:-}" in *-XX:+Use*GC*) options= ;; esac
require_java
build_if_needed
file_address "$home/conf/log4j2.properties"
log=$address
file_address "$(job_jar)"
spark_submit \
  --master "$master" \
  --driver-memory "${SYNCNORM_MEMORY:-2g}" \
  --conf spark.ui.enabled=false \
  --driver-java-options "$options -Dlog4j2.configurationFile=$log" \
  --class io.syncnorm.cli.Main "$address" "$@"
