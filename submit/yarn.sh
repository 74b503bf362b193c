#!/usr/bin/env bash
# Runs SyncNorm on YARN: submit/yarn.sh [options of this script] [command] [options]
# Commands (default: compare) and their options are those of submit/local.sh. Options of this script:
#   --deploy-mode client|cluster  where the driver runs: here (default) or in the application master
#   --executors N, --executor-cores C    number of executors (2), task slots of each (1)
#   --executor-memory M, --driver-memory M    heap sizes (1g, 2g)
#   --queue NAME                  YARN queue
#   --java-home DIR               Java 17 on the nodes, if it is not their default Java
#   --event-log DIR               folder for Spark's event log
#   --conf KEY=VALUE              any Spark setting; repeatable, overrides this script
# Needs HADOOP_CONF_DIR, the folder of yarn-site.xml. Spark comes from SPARK_HOME (a Spark 3.5 with
# YARN) if set, otherwise from Maven. The exit code is the command's. In cluster mode this script ships
# the --config files, but not the files that they include. The nodes must be able to reach the data and
# --out. Standard output is in the logs of the application.
set -euo pipefail
home=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"

# Ships every --config FILE and replaces its path with the file's name in the driver's folder.
ship_configs() {
  local word option=''
  job=() files='' names=' '
  for word in "$@"; do
    case $word in
      --config=*) ship_config "${word#*=}" && job+=("--config=$name") ;;
      *)
        name=$word
        [ "$option" != --config ] || ship_config "$word"
        job+=("$name")
        ;;
    esac
    option=$word
  done
}

ship_config() { # file; sets name
  [ -r "$1" ] || fail "cannot read the --config file: $1" 2
  local file=$1
  name=${1##*/}
  # Spark reads other characters as lists, patterns or URIs: ship a copy with a plain name.
  if [[ $file == *[!A-Za-z0-9/._-]* ]]; then
    [ -n "${copies:-}" ] || copies=$(mktemp -d /tmp/syncnorm-configs.XXXXXX)
    name=$(LC_ALL=C tr -c 'A-Za-z0-9._-' _ <<<"$name")
    name=${name%_} # the newline
    cp -- "$file" "$copies/$name"
    file=$copies/$name
  fi
  [[ $names != *" $name "* ]] || fail "two --config files are named $name: rename one" 2
  names+="$name "
  files+=${files:+,}$file
}

parse_options "--deploy-mode --queue --java-home $shared_options" "$@"
shift "$taken"
announce "$@"
master=yarn deploy_mode=${deploy_mode:-client}
require_deploy_mode
require_count --executors "${executors:=2}"
[ -n "${HADOOP_CONF_DIR:-${YARN_CONF_DIR:-}}" ] ||
  fail "HADOOP_CONF_DIR is needed to find YARN: set it to the folder of yarn-site.xml" 2
require_java_and_jar yarn
use_spark
require_spark_module yarn

# YARN restarts a lost application master; the job then resumes from its last checkpoint.
own=(--conf "spark.executor.instances=$executors" --conf spark.yarn.maxAppAttempts=2)
[ -z "${queue:-}" ] || own+=(--conf "spark.yarn.queue=$queue")
[ -z "${java_home:-}" ] ||
  own+=(--conf "spark.executorEnv.JAVA_HOME=$java_home" --conf "spark.yarn.appMasterEnv.JAVA_HOME=$java_home")
file_address "$(job_jar)"
jar=$address
if [ "$deploy_mode" = client ]; then
  cluster_options "${own[@]}"
  spark_submit "${options[@]}" "$jar" "$@"
fi

own+=(--conf spark.yarn.appMasterEnv.LC_ALL=C.UTF-8) # for file names
trap 'rm -rf ${copies:+"$copies"}' EXIT
ship_configs "$@"
[ -z "$files" ] || own+=(--files "$files")
cluster_options "${own[@]}"
# Spark exits with 1 whatever the driver's exit code was. YARN's report has the driver's exit code.
driver_code() {
  local line code=0
  while next_line; do
    [[ ! $line =~ 'exited with status '([0-9]+) ]] || code=${BASH_REMATCH[1]}
  done
  return "$code"
}

submit_and_read driver_code "${options[@]}" "$jar" ${job[@]+"${job[@]}"}
[ "${codes[0]}" -ne 0 ] || exit 0
[ "${codes[1]}" -ne 0 ] || exit "${codes[0]}"
exit "${codes[1]}"
