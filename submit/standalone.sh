#!/usr/bin/env bash
# Runs SyncNorm on a standalone Spark cluster, such as that of submit/cluster.sh:
#   submit/standalone.sh --master spark://HOST:PORT [options of this script] [command] [options]
# The command (compare) and its options are those of submit/local.sh. Options of this script:
#   --deploy-mode client|cluster  where the driver runs: here (default) or on a Worker
#   --executors N                 Spark waits until so many have registered; otherwise it takes all
#                                 that Workers offer, one executor each
#   --executor-cores C            task slots of an executor: 1 if --executors is given, otherwise all
#                                 cores of its Worker
#   --executor-memory M, --driver-memory M    heaps (1g, 2g)
#   --event-log DIR               writes Spark's event log there
#   --jar URI                     where Workers find the job jar in cluster deploy mode
#   --conf KEY=VALUE              any setting of Spark's; repeatable, overrules this script
# In client mode the exit code and the last line of standard output are those of submit/local.sh.
# In cluster mode Spark runs the driver in a folder of its own on a Worker. The job jar, the files
# named on the command line (made absolute here) and the data (absolute, hdfs: or s3a: addresses)
# must be readable there. The result is in --out (name one that is shared) and in the driver's stdout
# file on that Worker; the exit code is 0 when the driver ended with 0, otherwise 1. The driver takes
# a core and its memory from a Worker, beside those of the executors.
set -euo pipefail
home=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"

parse_options "--master --deploy-mode --jar $shared_options" "$@"
shift "$taken"
announce "$@"
master=${master:-} deploy_mode=${deploy_mode:-client}
case $master in
  spark://127.0.0.1:* | spark://localhost:*) export SPARK_LOCAL_IP=127.0.0.1 ;; # so is the driver
  spark://*:*) ;;
  *) fail "--master is spark://HOST:PORT, as submit/cluster.sh start prints it: found --master=$master" 2 ;;
esac
require_deploy_mode
own=()
if [ -n "${executors:-}" ]; then
  executor_cores=${executor_cores:-1}
  require_count --executors "$executors"
  require_count --executor-cores "$executor_cores"
  own=(--conf "spark.cores.max=$((executors * executor_cores))")
fi

require_java
build_if_needed
use_spark
if [ -z "${jar:-}" ]; then
  file_address "$(job_jar)"
  jar=$address
fi
if [ "$deploy_mode" = client ]; then
  cluster_options ${own[@]+"${own[@]}"}
  spark_submit "${options[@]}" "$jar" "$@"
fi

# Spark gives every other JVM what it needs on Java 17, but not this driver.
driver_java="spark.driver.extraJavaOptions=$(spark_module_options)"
for word in ${confs[@]+"${confs[@]}"}; do
  case $word in spark.driver.extraJavaOptions=*) driver_java+=${word#*=} ;; esac
done
confs+=(--conf "$driver_java")
cluster_options ${own[@]+"${own[@]}"} --conf spark.standalone.submit.waitAppCompletion=true
absolute_paths "$@"
echo "the driver runs on a Worker: $jar and the files of the command must be readable there" >&2
# Spark exits with 0 however the driver ended; how it did is in the log.
driver_code() {
  local line code=1
  while next_line; do
    [[ $line != *' is FINISHED'* ]] || code=0
  done
  return "$code"
}

submit_and_read driver_code "${options[@]}" "$jar" ${job[@]+"${job[@]}"} >/dev/null
[ "${codes[1]}" -eq 0 ] ||
  fail "the driver failed: see stderr in its folder on the Worker, driver-.../stderr"
