#!/usr/bin/env bash
# A Spark cluster on this machine: Spark's own Master and Workers in the background, on loopback.
#   submit/cluster.sh start [--workers N] [--cores C] [--memory M] [--dir DIR] [--while-pid PID]
#   submit/cluster.sh stop | status [--dir DIR]
# start   waits until all Workers (2; each offers 1 core and 4g) have registered, then prints the
#         address for submit/standalone.sh as the last line of standard output. With --while-pid the
#         cluster ends when that process has ended, even by kill -9: --while-pid $$ in a script
# stop    ends the processes that start began, and what they run
# status  lists them; exit code 0 when all are alive, 3 when not
# DIR (target/cluster) keeps process ids, logs, and a folder per Worker with its executors' logs,
# until the next start. The Spark is that of submit/local.sh: $SPARK_HOME, or Maven's jars.
set -euo pipefail
home=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/submit/common.sh"

start_seconds=60
stop_seconds=20 # a Worker gives its executors ten seconds

has_on_command_line() { # pid text
  { tr '\0' ' ' <"/proc/$1/cmdline" || ps -ww -o args= -p "$1"; } 2>/dev/null |
    grep -F -- "$2 " >/dev/null
}

# A process is known by its id and by a mark on its command line: ids are used again.
is_alive() { # pid mark
  if [ -n "${starting:-}" ]; then # a child of this shell, which may not have become Java yet
    kill -0 "$1" 2>/dev/null
  else
    has_on_command_line "$1" "-Dsyncnorm.cluster=$2"
  fi
}

require_no_other_start() {
  local pid
  if pid=$(cat "$dir/starting" 2>/dev/null) && has_on_command_line "$pid" "cluster.sh start"; then
    fail "another start is under way in dir=$dir, pid=$pid: wait for it"
  fi
  rm -f "$dir/starting"
}

# Prints "name pid mark" of each process that start began and that is alive.
list_alive() {
  local name pid mark
  [ -e "$dir/processes" ] || return 0
  while read -r name pid mark; do
    if is_alive "$pid" "$mark"; then
      echo "$name $pid $mark"
    fi
  done <"$dir/processes"
}

# Waits until none of the processes is alive: await_end "$processes" seconds
await_end() {
  local end=$((SECONDS + $2)) pid mark
  while read -r _ pid mark; do
    while is_alive "$pid" "$mark"; do
      [ $SECONDS -lt $end ] || return 1
      sleep 0.1
    done
  done <<<"$1"
}

# Each process leads a group with all that it started: what outlives its leader goes with it.
end_processes() {
  local processes pid
  processes=$(list_alive)
  if [ -n "$processes" ]; then
    while read -r _ pid _; do
      kill -TERM "$pid" 2>/dev/null || true
    done <<<"$processes"
    await_end "$processes" "$stop_seconds" ||
      echo "some did not end within $stop_seconds s and are killed" >&2
    while read -r _ pid _; do
      kill -KILL -- "-$pid" 2>/dev/null || true
    done <<<"$processes"
    await_end "$processes" 5 || fail "these processes cannot be ended: $(list_alive)"
  fi
  rm -f "$dir/processes" "$dir/url" "$dir/starting"
}

launch() { # name, class, arguments
  local name=$1
  shift
  set -m # a process group of its own
  (
    trap '' HUP # it outlives the terminal
    spark_class "$@"
  ) </dev/null >"$dir/$name.log" 2>&1 &
  set +m
  echo "$name $! $mark" >>"$dir/processes"
}

# Something that is true of this process alone and while it lives, or nothing.
birth() { # pid
  local stat
  if [ ! -d /proc/self ]; then
    ps -o lstart= -p "$1" 2>/dev/null || true
  elif stat=$(cat "/proc/$1/stat" 2>/dev/null); then
    read -r -a stat <<<"${stat##*) }" # after its name
    case ${stat[0]} in
      Z | X) ;; # ended, though its parent has not heard of it
      *) echo "${stat[19]}" ;; # when it started
    esac
  fi
}

# Ends this cluster when a process has ended, looking once a second.
end_with() { # pid
  local born
  born=$(birth "$1")
  set -m
  (
    trap '' HUP INT
    while [ -n "$born" ] && [ "$(birth "$1")" = "$born" ]; do
      sleep 1
      grep -q " $mark\$" "$dir/processes" || exit 0 # it was stopped
    done
    [ -e "$dir/starting" ] || starting=
    end_processes
  ) </dev/null >"$dir/end-with-$1.log" 2>&1 &
  set +m
}

# Waits until the log of a process has a line with the text, and prints that line.
await_line() { # name text
  local name=$1 text=$2 pid line
  pid=$(awk -v name="$name" '$1 == name { print $2 }' "$dir/processes")
  while ! line=$(grep -m 1 -F -- "$text" "$dir/$name.log"); do
    if ! is_alive "$pid" "$mark"; then
      fail "$name ended while it was starting; the end of $dir/$name.log:
$(tail -n 15 "$dir/$name.log")" 4
    fi
    [ $SECONDS -lt $start_seconds ] ||
      fail "$name has not said \"$text\" within $start_seconds s; the end of $dir/$name.log:
$(tail -n 15 "$dir/$name.log")" 4
    sleep 0.1
  done
  echo "$line"
}

start() {
  require_count --workers "$workers"
  require_count --cores "$cores"
  [[ $memory =~ ^[1-9][0-9]*[mMgG]$ ]] ||
    fail "--memory is a number with m or g, such as 2g: found --memory=$memory" 2
  [ -z "$while_pid" ] || [ -n "$(birth "$while_pid")" ] ||
    fail "--while-pid is the id of a process: found none with --while-pid=$while_pid" 2
  require_no_other_start
  if [ -n "$(list_alive)" ]; then
    [ -s "$dir/url" ] || fail "a start broke off in dir=$dir: stop it first"
    [ -z "$while_pid" ] ||
      fail "a cluster is running already in dir=$dir and would not end with --while-pid=$while_pid: stop it first"
    echo "a cluster is running already in dir=$dir" >&2
    cat "$dir/url"
    return
  fi
  require_java
  [ -n "${SPARK_HOME:-}" ] || [ -s "$home/target/spark.classpath" ] || build_if_needed
  use_spark

  mkdir -p "$dir"
  (set -C && echo $$ >"$dir/starting") 2>/dev/null ||
    fail "another start is under way in dir=$dir: wait for it"
  rm -rf "$dir"/processes "$dir"/url "$dir"/master.log "$dir"/worker-* "$dir"/end-with-*
  mark=$(date +%s)-$$-$RANDOM
  starting=yes SECONDS=0
  trap end_processes EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # Web pages listen there too. Folders of old applications, each with a job jar, are cleared.
  export SPARK_LOCAL_IP=127.0.0.1
  file_address "$home/conf/cluster-log4j2.properties"
  export SPARK_DAEMON_JAVA_OPTS="-Dspark.worker.cleanup.enabled=true
    -Dspark.worker.cleanup.interval=600 -Dspark.worker.cleanup.appDataTtl=3600
    -Dlog4j2.configurationFile=$address
    ${SPARK_DAEMON_JAVA_OPTS:-} -Dsyncnorm.cluster=$mark"
  SPARK_DAEMON_JAVA_OPTS=${SPARK_DAEMON_JAVA_OPTS//$'\n'/ }

  echo "starting a master and $workers workers of $cores cores and $memory in $dir ..." >&2
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
