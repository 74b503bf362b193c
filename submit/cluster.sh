#!/usr/bin/env bash
# Runs a Spark cluster on this machine: Spark's own Master and Workers in the background, on loopback.
#   submit/cluster.sh start [--workers N] [--cores C] [--memory M] [--dir DIR] [--while-pid PID]
#   submit/cluster.sh stop | status [--dir DIR]
# start   waits until all Workers have registered (default: 2 Workers with 1 core and 4g each), then
#         prints the master's address for submit/standalone.sh as the last line of standard output.
#         With --while-pid the cluster ends when that process ends, even by kill -9. In a script, use
#         --while-pid $$
# stop    ends the processes of the cluster and everything that they run
# status  lists the processes; the exit code is 0 if all are alive, otherwise 3
# DIR (target/cluster) holds process ids, logs, and a folder per Worker with its executors' logs. The
# next start clears them. Spark comes from $SPARK_HOME if set, otherwise from Maven, as in
# submit/local.sh.
set -euo pipefail
home=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"

start_seconds=60
stop_seconds=20 # a Worker waits ten seconds for its executors

has_on_command_line() { # pid text
  { tr '\0' ' ' <"/proc/$1/cmdline" || ps -ww -o args= -p "$1"; } 2>/dev/null |
    grep -F -- "$2 " >/dev/null
}

# A process is identified by its id and a mark on its command line, because ids are reused.
is_alive() { # pid mark
  if [ -n "${starting:-}" ]; then # a child of this shell that may not have become Java yet
    kill -0 "$1" 2>/dev/null
  else
    has_on_command_line "$1" "-Dsyncnorm.cluster=$2"
  fi
}

require_no_other_start() {
  local pid
  if pid=$(cat "$dir/starting" 2>/dev/null) && has_on_command_line "$pid" "cluster.sh start"; then
    fail "another start is running in dir=$dir, pid=$pid: wait until it has ended"
  fi
  rm -f "$dir/starting"
}

# Prints "name pid mark" of each live process of the cluster.
list_alive() {
  local name pid mark
  [ -e "$dir/processes" ] || return 0
  while read -r name pid mark; do
    if is_alive "$pid" "$mark"; then
      echo "$name $pid $mark"
    fi
  done <"$dir/processes"
}

# Waits until none of the processes is alive; fails after a deadline: await_end "$processes" seconds
await_end() {
  local end=$((SECONDS + $2)) pid mark
  while read -r _ pid mark; do
    while is_alive "$pid" "$mark"; do
      [ $SECONDS -lt $end ] || return 1
      sleep 0.1
    done
  done <<<"$1"
}

# Each process leads a group of everything that it started. Members that outlive the leader are killed.
end_processes() {
  local processes pid
  processes=$(list_alive)
  if [ -n "$processes" ]; then
    while read -r _ pid _; do
      kill -TERM "$pid" 2>/dev/null || true
    done <<<"$processes"
    await_end "$processes" "$stop_seconds" ||
      echo "some processes did not end within $stop_seconds s; killing them" >&2
    while read -r _ pid _; do
      kill -KILL -- "-$pid" 2>/dev/null || true
    done <<<"$processes"
    await_end "$processes" 5 || fail "cannot end these processes: $(list_alive)"
  fi
  rm -f "$dir/processes" "$dir/url" "$dir/starting"
}

launch() { # name, class, arguments
  local name=$1
  shift
  set -m # in a new process group
  (
    trap '' HUP # the process outlives the terminal
    spark_class "$@"
  ) </dev/null >"$dir/$name.log" 2>&1 &
  set +m
  echo "$name $! $mark" >>"$dir/processes"
}

# Prints a value that identifies this process as long as it is alive, or nothing.
birth() { # pid
  local stat
  if [ ! -d /proc/self ]; then
    ps -o lstart= -p "$1" 2>/dev/null || true
  elif stat=$(cat "/proc/$1/stat" 2>/dev/null); then
    read -r -a stat <<<"${stat##*) }" # the fields after the process name
    case ${stat[0]} in
      Z | X) ;; # ended, but its parent has not waited for it yet
      *) echo "${stat[19]}" ;; # the start time
    esac
  fi
}

# Ends this cluster when a process has ended. Checks once a second.
end_with() { # pid
  local born
  born=$(birth "$1")
  set -m
  (
    trap '' HUP INT
    while [ -n "$born" ] && [ "$(birth "$1")" = "$born" ]; do
      sleep 1
      grep -q " $mark\$" "$dir/processes" || exit 0 # the cluster was stopped
    done
    [ -e "$dir/starting" ] || starting=
    end_processes
  ) </dev/null >"$dir/end-with-$1.log" 2>&1 &
  set +m
}

# Waits until the log of a process contains the text, and prints that line.
await_line() { # name text
  local name=$1 text=$2 pid line
  pid=$(awk -v name="$name" '$1 == name { print $2 }' "$dir/processes")
  while ! line=$(grep -m 1 -F -- "$text" "$dir/$name.log"); do
    if ! is_alive "$pid" "$mark"; then
      fail "$name ended while it was starting; the end of $dir/$name.log:
$(tail -n 15 "$dir/$name.log")" 4
    fi
    [ $SECONDS -lt $start_seconds ] ||
      fail "timed out after $start_seconds s waiting for $name to log \"$text\"; the end of $dir/$name.log:
$(tail -n 15 "$dir/$name.log")" 4
    sleep 0.1
  done
  echo "$line"
}

start() {
  require_count --workers "$workers"
  require_count --cores "$cores"
  [[ $memory =~ ^[1-9][0-9]*[mMgG]$ ]] ||
    fail "--memory must be a number with m or g, such as 2g: found --memory=$memory" 2
  [ -z "$while_pid" ] || [ -n "$(birth "$while_pid")" ] ||
    fail "--while-pid must be the id of a live process: found --while-pid=$while_pid" 2
  require_no_other_start
  if [ -n "$(list_alive)" ]; then
    [ -s "$dir/url" ] || fail "an interrupted start left processes in dir=$dir: run submit/cluster.sh stop first"
    [ -z "$while_pid" ] ||
      fail "a cluster is running already in dir=$dir and would ignore --while-pid=$while_pid: stop it first"
    echo "a cluster is running already in dir=$dir" >&2
    cat "$dir/url"
    return
  fi
  require_java
  [ -n "${SPARK_HOME:-}" ] || [ -s "$target/spark.classpath" ] || build_if_needed
  use_spark

  mkdir -p "$dir"
  (set -C && echo $$ >"$dir/starting") 2>/dev/null ||
    fail "another start is running in dir=$dir: wait until it has ended"
  rm -rf "$dir"/processes "$dir"/url "$dir"/master.log "$dir"/worker-* "$dir"/end-with-*
  mark=$(date +%s)-$$-$RANDOM
  starting=yes SECONDS=0
  trap end_processes EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # Web pages listen on loopback, too. Workers remove the folders of old applications, which hold job jars.
  export SPARK_LOCAL_IP=127.0.0.1
  file_address "$home/conf/cluster-log4j2.properties"
  export SPARK_DAEMON_JAVA_OPTS="-Dspark.worker.cleanup.enabled=true
    -Dspark.worker.cleanup.interval=600 -Dspark.worker.cleanup.appDataTtl=3600
    -Dlog4j2.configurationFile=$address
    ${SPARK_DAEMON_JAVA_OPTS:-} -Dsyncnorm.cluster=$mark"
  SPARK_DAEMON_JAVA_OPTS=${SPARK_DAEMON_JAVA_OPTS//$'\n'/ }

  echo "starting a master and $workers workers with $cores cores and $memory each in $dir ..." >&2
  local url worker
  launch master org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0
  [ -z "$while_pid" ] || end_with "$while_pid"
  url=$(await_line master "Starting Spark master at spark://")
  url=spark://${url##*spark://}
  for worker in $(seq "$workers"); do
    launch "worker-$worker" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --port 0 \
      --webui-port 0 --cores "$cores" --memory "$memory" --work-dir "$dir/worker-$worker" "$url"
  done
  for worker in $(seq "$workers"); do
    await_line "worker-$worker" "Successfully registered with master" >/dev/null
  done
  trap - EXIT INT TERM
  rm "$dir/starting"
  echo "$url" | tee "$dir/url"
}

stop() {
  require_no_other_start
  if [ -z "$(list_alive)" ]; then
    echo "no cluster is running in dir=$dir" >&2
  fi
  end_processes
}

status() {
  if [ ! -e "$dir/processes" ]; then
    echo "no cluster is running in dir=$dir"
    return 3
  fi
  local name pid mark state code=0
  while read -r name pid mark; do
    state=alive
    is_alive "$pid" "$mark" || { state="dead   see $dir/$name.log" && code=3; }
    printf '%-10s pid %-8s %s\n' "$name" "$pid" "$state"
  done <"$dir/processes"
  cat "$dir/url" 2>/dev/null || code=3
  return $code
}

action=${1:-}
case $action in
  start) own="--workers --cores --memory --dir --while-pid" ;;
  stop | status) own=--dir ;;
  -h | --help)
    print_help
    exit 0
    ;;
  *) fail "expected start, stop or status: found ${action:-nothing}; --help shows the options" 2 ;;
esac
shift
workers=2 cores=1 memory=4g dir=$home/target/cluster while_pid=
parse_options "$own" "$@"
shift "$taken"
[ $# -eq 0 ] || fail "unknown option for $action: $1; --help shows the options" 2
case $dir in
  /*) ;;
  *) dir=$PWD/$dir ;;
esac
"$action"
