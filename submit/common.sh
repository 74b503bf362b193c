# shellcheck shell=bash
# shellcheck disable=SC2154 # home, java and the options' variables are set elsewhere
# Functions that the submit scripts share. They source this file with $home set to the project's folder.

fail() {
  echo "error: $1" >&2
  exit "${2:-1}"
}

# Words that a command answers at once.
questions="-h --help -V --version completion"

# Prints which command starts, before anything slow happens. Prints nothing with --quiet.
announce() {
  local command=compare
  case ${1:-} in "" | -*) ;; *) command=$1 ;; esac
  is_among " --quiet $questions " "$@" || echo "starting syncnorm $command ..." >&2
}

is_among() { # " words ", arguments
  local words=$1 each
  shift
  for each in "$@"; do
    [[ $words != *" $each "* ]] || return 0
  done
  return 1
}

require_count() { # option value
  [[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || fail "$1 must be a number from 1 to 9999: found $1=$2" 2
}

require_deploy_mode() {
  case $deploy_mode in
    client | cluster) ;;
    *) fail "--deploy-mode must be client or cluster: found --deploy-mode=$deploy_mode" 2 ;;
  esac
}

require_java() {
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  local found=none
  java_build=$("$java" -version 2>&1 | grep -v '^\(NOTE: \)*Picked up') || true # lines about environment variables
  [[ ! $java_build =~ version\ \"([^\"]*)\" ]] || found=${BASH_REMATCH[1]}
  [[ " $javas " == *" ${found%%[!0-9]*} "* ]] ||
    fail "Java $javas is needed: found java=$found; install JDK 17 and set JAVA_HOME" 4
}

# Java encodes file names as the locale says. An ASCII locale, such as cron's, would turn all other
# characters into question marks. If no locale has UTF-8, SyncNorm refuses such names.
use_utf8_names() {
  case $(locale charmap 2>/dev/null) in ANSI_X3.4-1968 | US-ASCII | 646 | '') ;; *) return 0 ;; esac
  local each
  for each in C.UTF-8 C.utf8 en_US.UTF-8; do
    if [ "$(LC_ALL=$each locale charmap 2>/dev/null)" = UTF-8 ]; then
      export LC_ALL=$each
      return
    fi
  done
  command -v locale >/dev/null || export LC_ALL=C.UTF-8 # such systems rarely have another
}
use_utf8_names

. "${BASH_SOURCE[0]%/*}/build.sh"
. "${BASH_SOURCE[0]%/*}/spark.sh"

# Sets address to a form that Spark and log4j read as a local file, whatever its name: the path if it
# has only safe characters, otherwise a URI. Options are split at blanks, and # ends the path of a URI.
file_address() { # path
  local LC_ALL=C path=$1 byte i # byte by byte
  [[ $path == /* ]] || path=$PWD/$path
  address=$path
  [[ $path == *[!A-Za-z0-9/._-]* ]] || return 0
  address=file://
  for ((i = 0; i < ${#path}; i++)); do
    byte=${path:i:1}
    if [[ $byte == [!A-Za-z0-9/._-] ]]; then
      printf -v byte %d "'$byte"
      printf -v byte %%%02X $((byte & 255))
    fi
    address+=$byte
  done
}

# Submits in cluster deploy mode, where Spark's exit code does not say how the driver ended but Spark's
# log does. The function in $1 reads that log; our log4j file makes sure that it is written, whatever an
# installed Spark configures. Sets the array codes to the exit codes of Spark and of the function.
submit_and_read() { # function, arguments of spark_submit
  local reader=$1
  shift
  local address
  file_address "$home/conf/cluster-log4j2.properties"
  export SPARK_SUBMIT_OPTS="${SPARK_SUBMIT_OPTS:-} -Dlog4j2.configurationFile=$address"
  codes=()
  set +e
  {
    (spark_submit "$@") 2>&1 >&3 | "$reader"
    codes=("${PIPESTATUS[@]}")
  } 3>&1
  set -e
}

# Sets line to the next line of a log on standard input, and copies it to standard error at once; awk
# would buffer it.
next_line() {
  IFS= read -r line || [ -n "$line" ] || return 1
  printf '%s\n' "$line" >&2
}

# Prints the head comment of the calling script, which is its help.
print_help() {
  sed -n '2,/^[^#]/{s/^# \{0,1\}//p;}' "$0"
}

# Reads the leading options, each with a value, and stops at the first word that is not an option named
# in $1: "--executor-cores 2" sets executor_cores=2. Spark's own options, such as "--conf k=v", are
# appended to the array confs. Sets taken to the number of words read.
parse_options() {
  local known=" $1 " name
  shift
  taken=0
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help)
        print_help
        exit 0
        ;;
      *' '*) return 0 ;;
      *) [[ $known == *" $1 "* ]] || return 0 ;;
    esac
    [ $# -gt 1 ] || fail "$1 needs a value; --help shows the options" 2
    if [[ " $sparks_own " == *" $1 "* ]]; then
      confs+=("$1" "$2")
    else
      name=${1#--}
      printf -v "${name//-/_}" '%s' "$2"
    fi
    shift 2
    taken=$((taken + 2))
  done
}

# Options come only from the command line: ignore environment variables of these names.
unset confs master deploy_mode executors executor_cores executor_memory driver_memory event_log
unset jar queue java_home image namespace service_account claim copies starting is_user_named

# For parse_options: the options that are passed to Spark unchanged, and those that all cluster scripts
# share.
sparks_own="--conf --jars --packages --repositories"
# shellcheck disable=SC2034 # used by the scripts
shared_options="--executors --executor-cores --executor-memory --driver-memory --event-log $sparks_own"

# Sets the array options for spark-submit: the settings that training needs on any cluster, then those of
# this cluster (the arguments), then the user's --conf, which override both.
cluster_options() {
  options=(
    --master "$master"
    --deploy-mode "$deploy_mode"
    --class io.syncnorm.cli.Main
    # Executors that stay make the times of runs comparable; a user's --conf turns it on.
    --conf spark.dynamicAllocation.enabled=false
    --conf spark.scheduler.minRegisteredResourcesRatio=1.0
    --conf spark.scheduler.maxRegisteredResourcesWaitingTime=60s
    --conf spark.locality.wait=0s
    # Spark must not run a rank twice or retry it: the driver resumes from the last checkpoint.
    --conf spark.speculation=false
    --conf spark.task.maxFailures=1
    --conf spark.executorEnv.OPENBLAS_NUM_THREADS=1 # ranks are the parallelism
    --conf spark.executorEnv.LC_ALL=C.UTF-8         # for file names
    --conf spark.ui.enabled=false
    --conf "spark.driver.memory=${driver_memory:-2g}"
  )
  # Under dynamic allocation no executor registers before there are tasks: Spark must not wait for any.
  [[ " ${confs[*]-} " != *" spark.dynamicAllocation.enabled=true "* ]] ||
    options+=(--conf "spark.scheduler.minRegisteredResourcesRatio=0")
  local address
  if [ "$deploy_mode" = client ]; then
    file_address "$home/conf/log4j2.properties"
    options+=(--conf "spark.driver.defaultJavaOptions=-Dlog4j2.configurationFile=$address")
  fi
  [ -z "${executor_cores:-}" ] || options+=(--conf "spark.executor.cores=$executor_cores")
  [ -z "${executor_memory:-}" ] || options+=(--conf "spark.executor.memory=$executor_memory")
  if [ -n "${event_log:-}" ]; then
    address=$event_log
    is_address "$event_log" || file_address "$event_log"
    options+=(--conf spark.eventLog.enabled=true --conf "spark.eventLog.dir=$address")
  fi
  options+=("$@" ${confs[@]+"${confs[@]}"})
}

# Sets the array job to the arguments with absolute paths, for drivers whose working directory is not
# that of this shell.
absolute_paths() {
  job=()
  local word option=
  for word in "$@"; do
    if is_path_option "$option"; then
      absolute "$option" "$word"
      word=$path option=
    else
      option=$word
    fi
    if [[ $word == --*=* ]] && is_path_option "${word%%=*}"; then
      absolute "${word%%=*}" "${word#*=}"
      word=${word%%=*}=$path
    fi
    job+=("$word")
  done
}

is_path_option() {
  case $1 in
    --config | --out | --registry | --model | --images | --output | --resume) ;;
    *) return 1 ;;
  esac
}

# The rule of the commands: a path with a scheme and a slash is an address, any other is a local name.
is_address() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9+.-]+:/ ]]
}

absolute() { # option word; sets path
  path=$2
  case "$1 $2" in "--resume auto" | "--resume never") return 0 ;; esac
  is_address "$2" || [[ $2 == /* ]] || path=$PWD/$2
}
