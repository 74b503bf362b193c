#!/usr/bin/env bash
# Runs SyncNorm on YARN: submit/yarn.sh [options of this script] [command] [options]
# The command (compare) and its options are those of submit/local.sh. Options of this script:
#   --deploy-mode client|cluster  where the driver runs: here (default) or in the application master
#   --executors N, --executor-cores C    how many (2), and the task slots of each (1)
#   --executor-memory M, --driver-memory M    heaps (1g, 2g)
#   --queue NAME
#   --java-home DIR               Java 17 on the nodes, where their own Java is another
#   --event-log DIR               writes Spark's event log there
#   --conf KEY=VALUE              any setting of Spark's; repeatable, overrules this script
# Needs SPARK_HOME (a Spark 3.5 with YARN) and HADOOP_CONF_DIR. In cluster mode the files of --config
# travel along, though not what they include; data and --out must be where the nodes can reach them.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"

# Every --config FILE goes along and is named as the driver's folder there has it.
ship_configs() {
  local word option='' names=' ' name
  job=() files=
  for word in "$@"; do
    if [ "$option" = --config ]; then
      [ -r "$word" ] || fail "--config cannot be read: $word" 2
      name=$(basename "$word")
      [[ $names != *" $name "* ]] || fail "two --config files are named $name: rename one" 2
      names+="$name "
      files+=${files:+,}$word
      word=$name
    fi
    option=$word
    job+=("$word")
  done
}

parse_options "--deploy-mode --queue --java-home $shared_options" "$@"
shift "$taken"
master=yarn deploy_mode=${deploy_mode:-client}
require_deploy_mode
require_count --executors "${executors:=2}"
[ -n "${HADOOP_CONF_DIR:-${YARN_CONF_DIR:-}}" ] ||
  fail "YARN is found through its configuration: set HADOOP_CONF_DIR to the folder of yarn-site.xml" 2
require_java
build_if_needed
use_spark
require_spark_module yarn

# A lost application master is started once more: the job goes on from its last checkpoint.
own=(--conf "spark.executor.instances=$executors" --conf spark.yarn.maxAppAttempts=2)
[ -z "${queue:-}" ] || own+=(--conf "spark.yarn.queue=$queue")
[ -z "${java_home:-}" ] ||
  own+=(--conf "spark.executorEnv.JAVA_HOME=$java_home" --conf "spark.yarn.appMasterEnv.JAVA_HOME=$java_home")
job=("$@")
if [ "$deploy_mode" = cluster ]; then
  ship_configs "$@"
  [ -z "$files" ] || own+=(--files "$files")
fi
cluster_options "${own[@]}"
spark_submit "${options[@]}" "$(job_jar)" ${job[@]+"${job[@]}"}
