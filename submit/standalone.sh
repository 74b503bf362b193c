#!/usr/bin/env bash
# Runs SyncNorm on a standalone Spark cluster, such as one that submit/cluster.sh has started:
#   submit/standalone.sh --master spark://HOST:PORT [options of this script] [command] [options]
# Commands (default: compare) and their options are those of submit/local.sh. Options of this script:
#   --deploy-mode client|cluster  where the driver runs: here (default) or on a Worker
#   --executors N                 number of executors; Spark waits until all have registered. Default:
#                                 one executor on each Worker
#   --executor-cores C            task slots of an executor. Default: 1 with --executors, otherwise
#                                 all cores of its Worker
#   --executor-memory M, --driver-memory M    heap sizes (1g, 2g)
#   --event-log DIR               folder for Spark's event log
#   --jar URI                     where Workers find the job jar in cluster deploy mode
#   --conf KEY=VALUE              any Spark setting; repeatable, overrides this script
# In client mode the exit code and the last line of standard output are those of submit/local.sh.
# In cluster mode Spark runs the driver on a Worker, in a new folder. That Worker must be able to read
# the job jar, the files named on the command line (this script makes their paths absolute) and the
# data (absolute paths, or hdfs: or s3a: addresses). The result goes to --out, which should be on a
# shared mount, and to the driver's stdout file on that Worker. The exit code is 0 if the driver ended
# with 0, otherwise 1. The driver takes a core and its memory from a Worker, in addition to those of
# the executors.
set -euo pipefail
home=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"

parse_options "--master --deploy-mode --jar $shared_options" "$@"
shift "$taken"
announce "$@"
master=${master:-} deploy_mode=${deploy_mode:-client}
case $master in
  spark://127.0.0.1:* | spark://localhost:*) export SPARK_LOCAL_IP=127.0.0.1 ;; # the driver listens on loopback, too
  spark://*:*) ;;
  *) fail "--master must be spark://HOST:PORT, as printed by submit/cluster.sh start: found --master=$master" 2 ;;
esac
require_deploy_mode
own=()
if [ -n "${executors:-}" ]; then
  executor_cores=${executor_cores:-1}
  require_count --executors "$executors"
  require_count --executor-cores "$executor_cores"
  own=(--conf "spark.cores.max=$((executors * executor_cores))")
fi

require_java_and_jar
use_spark
if [ -z "${jar:-}" ]; then
  file_address "$(job_jar)"
  jar=$address
fi
if [ "$deploy_mode" = client ]; then
  cluster_options ${own[@]+"${own[@]}"}
  spark_submit "${options[@]}" "$jar" "$@"
fi

# Spark passes its options for this Java to every JVM except this driver.
driver_java="spark.driver.extraJavaOptions=$(spark_module_options)"
for word in ${confs[@]+"${confs[@]}"}; do
  case $word in spark.driver.extraJavaOptions=*) driver_java+=${word#*=} ;; esac
done
confs+=(--conf "$driver_java")
cluster_options ${own[@]+"${own[@]}"} --conf spark.standalone.submit.waitAppCompletion=true
absolute_paths "$@"
echo "the driver runs on a Worker: it must be able to read $jar and the files of the command" >&2
# Spark exits with 0 however the driver ended. Its log says whether the driver finished.
driver_code() {
  local line code=1
  while next_line; do
    [[ $line != *' is FINISHED'* ]] || code=0
  done
  return "$code"
}

submit_and_read driver_code "${options[@]}" "$jar" ${job[@]+"${job[@]}"} >/dev/null
[ "${codes[1]}" -eq 0 ] ||
  fail "the driver failed: see driver-.../stderr in the work folder of its Worker"
