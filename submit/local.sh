#!/usr/bin/env bash
# Runs SyncNorm on this machine: submit/local.sh [options of this script] [command] [options]
# Without a command it runs compare, the main experiment. Options of this script:
#   --master local[N]             task slots; local[*], the default, is one for each core
#   --driver-memory M             Java's heap (2g)
#   --conf KEY=VALUE              any setting of Spark's, such as spark.ui.enabled=true; repeatable
#   --jars FILES, --packages COORDINATES, --repositories URLS    more for Spark's class path
# Needs JDK 17 and Maven. Builds the job jar when its sources have changed, then starts it through
# Spark's own SparkSubmit. Environment variables:
#   SYNCNORM_MASTER, SYNCNORM_MEMORY    what --master and --driver-memory say, without them
#   SYNCNORM_ARCHIVE=no           no class-data archive in target/spark: it is made in the background
#                                 after the first run, and saves the next ones a third of their start
#   SPARK_HOME                    an installed Spark 3.5 instead of the jars that Maven resolved
#   JAVA_HOME                     a JDK 17
set -euo pipefail
home=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"
. "$home/submit/archive.sh"

case ${1:-} in
  -h | --help) print_help && echo ;;
  *) parse_options "--master --driver-memory $sparks_own" "$@" && shift "$taken" ;;
esac
announce "$@"

export SPARK_LOCAL_IP=127.0.0.1 # nothing here needs to be reached from outside

: "${master:=${SYNCNORM_MASTER:-local[*]}}"
case $master in
  local | local\[*\]) ;;
  *) fail "this script runs on this machine: expected local, local[<cores>] or local[*], found master=$master" 2 ;;
esac
require_java
build_if_needed
use_spark

# Spark splits Java's options as a shell would.
quote() {
  quoted=${1//\\/\\\\}
  quoted="\"${quoted//\"/\\\"}\""
}

file_address "$home/conf/log4j2.properties"
java_options="-Dlog4j2.configurationFile=$address -Dlog4j2.disableJmx=true"
# Not where somebody has chosen a collector: Java refuses to have two.
defaults=$(grep -s '^spark\.driver\..*JavaOptions' "${SPARK_CONF_DIR:-$SPARK_HOME/conf}/spark-defaults.conf") || true
case "${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${_JAVA_OPTIONS:-} ${confs[*]-} $defaults" in
  *-XX:+Use*GC*) ;;
  *) quote "@$home/conf/local-jvm.options" && java_options+=" $quoted" ;;
esac

submit() { # option of Java, words
  quote "$1"
  shift
  spark_submit \
    --master "$master" \
    --driver-memory "${driver_memory:-${SYNCNORM_MEMORY:-2g}}" \
    --conf spark.ui.enabled=false \
    --conf "spark.driver.defaultJavaOptions=$java_options $quoted" \
    ${confs[@]+"${confs[@]}"} \
    --class io.syncnorm.cli.Main "$resource" "$@"
}

jar=$(job_jar)
if can_archive "$jar"; then
  use_archive "$jar"
  resource=spark-internal # nothing that Spark would have to add to the class path
  if [ "${SYNCNORM_ARCHIVE:-}" = no ]; then
    archive=
  elif [ -z "$archive" ] && ! is_among " $questions " "$@"; then
    archive_afterwards submit
  fi
else
  file_address "$jar"
  resource=$address archive=
fi
[ -s "$archive" ] || archive=
submit "${archive:+-XX:SharedArchiveFile=}${archive:--Xshare:auto}" "$@"
