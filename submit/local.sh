#!/usr/bin/env bash
# Runs SyncNorm on this machine: submit/local.sh [options of this script] [command] [options]
# The default command is compare, the main experiment. Options of this script:
#   --master local[N]             N task slots; the default, local[*], is one per core
#   --driver-memory M             Java heap size (2g)
#   --conf KEY=VALUE              any Spark setting, such as spark.ui.enabled=true; repeatable
#   --jars FILES, --packages COORDINATES, --repositories URLS    additions to Spark's class path
# Needs JDK 17 and Maven. Builds the job jar when its sources have changed, then starts it with
# Spark's own SparkSubmit. Environment variables:
#   SYNCNORM_MASTER, SYNCNORM_MEMORY    defaults of --master and --driver-memory
#   SYNCNORM_ARCHIVE=no           neither create nor use the class-data archive in target/spark. It is
#                                 created in the background after the first run and saves later runs
#                                 a third of their start-up time
#   SYNCNORM_SPARK=4              Maven's Spark 4 instead of its Spark 3.5
#   SPARK_HOME                    an installed Spark 3.5 or 4 to use instead of Maven's jars
#   JAVA_HOME                     a JDK 17; with Spark 4 also a JDK 21
set -euo pipefail
home=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"
. "$home/submit/archive.sh"

case ${1:-} in
  -h | --help) print_help && echo ;;
  *) parse_options "--master --driver-memory $sparks_own" "$@" && shift "$taken" ;;
esac
announce "$@"

export SPARK_LOCAL_IP=127.0.0.1 # other machines need no connection

: "${master:=${SYNCNORM_MASTER:-local[*]}}"
case $master in
  local | local\[*\]) ;;
  *) fail "this script runs on this machine only: expected local, local[<cores>] or local[*], found master=$master; use submit/standalone.sh, yarn.sh or kubernetes.sh for a cluster" 2 ;;
esac
require_java_and_jar
use_spark

# Sets quoted to an argument in double quotes: Spark splits Java options as a shell does.
quote() {
  quoted=${1//\\/\\\\}
  quoted="\"${quoted//\"/\\\"}\""
}

file_address "$home/conf/log4j2.properties"
java_options="-Dlog4j2.configurationFile=$address -Dlog4j2.disableJmx=true"
# Skipped if the user has chosen a garbage collector: Java refuses two of them.
defaults=$(grep -s '^spark\.driver\..*JavaOptions' "${SPARK_CONF_DIR:-$SPARK_HOME/conf}/spark-defaults.conf") || true
case "${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${_JAVA_OPTIONS:-} ${confs[*]-} $defaults" in
  *-XX:+Use*GC*) ;;
  *) quote "@$home/conf/local-jvm.options" && java_options+=" $quoted" ;;
esac

submit() { # Java option, arguments
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
  resource=spark-internal # the job jar is on the class path already
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
