# shellcheck shell=bash
# shellcheck disable=SC2154 # home, java and the options' variables are set elsewhere
# What the submit scripts share; sourced by them with $home set to the project's folder.

fail() {
  echo "error: $1" >&2
  exit "${2:-1}"
}

# The first words of a command, before anything that takes a while; none for who wants quiet.
announce() {
  local word command=compare
  case ${1:-} in "" | -*) ;; *) command=$1 ;; esac
  for word in "$@"; do
    case $word in --quiet | -h | --help | -V | --version) return 0 ;; esac
  done
  echo "starting syncnorm $command ..." >&2
}

require_count() { # option value
  [[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || fail "$1 is a number from 1 to 9999: found $1=$2" 2
}

require_deploy_mode() {
  case $deploy_mode in
    client | cluster) ;;
    *) fail "--deploy-mode is client or cluster: found --deploy-mode=$deploy_mode" 2 ;;
  esac
}

require_java() {
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  local found
  # Not always the first line: Java tells of JAVA_TOOL_OPTIONS before.
  found=$("$java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p' | head -n 1) || true
  case $found in
    17*) ;;
    *) fail "Java 17 is needed: found java=${found:-none}; install JDK 17 and set JAVA_HOME" 4 ;;
  esac
}

# The job jar of the POM's version, the first in it.
version_jar() {
  printf '%s/target/syncnorm-%s-job.jar\n' "$home" \
    "$(sed -n '/<version>/{s/.*<version>\(.*\)<\/version>.*/\1/p;q;}' "$home/pom.xml")"
}

# That one, else the newest, or nothing: that must not end the script, which then builds one.
job_jar() {
  local jar
  jar=$(version_jar)
  if [ -e "$jar" ]; then
    printf '%s\n' "$jar"
  else
    ls -t "$home"/target/syncnorm-*-job.jar 2>/dev/null | head -n 1 || true
  fi
}

# A checksum of all that the job jar is made of, names included.
sources_sum() {
  cd "$home" && find -L pom.xml src/main conf/syncnorm.conf -type f -print0 |
    LC_ALL=C sort -z | xargs -0 cksum | cksum
}

# Whether the job jar is that of the sources, whose checksum is $1. After a build, target/job.sources
# has the checksum, and the jar's own time: content counts then, and times do not, which a checkout
# or a clock may move. A jar that Maven was told to build by hand, with options of its own perhaps, is
# taken over if no source is newer.
is_built() { # checksum [module]
  local jar stamp=$home/target/job.sources
  jar=$(job_jar)
  [ -n "$jar" ] && [ -s "$jar" ] && [ -s "$home/target/spark.classpath" ] || return 1
  [ -z "$2" ] || grep -q "/spark-$2_" "$home/target/spark.classpath" || return 1
  [ ! -e "$home/target/job.building" ] || return 1 # it was interrupted
  if [ -e "$stamp" ] && ! [ "$stamp" -nt "$jar" ] && ! [ "$stamp" -ot "$jar" ]; then
    [ "$(cat "$stamp")" = "$1" ]
  else
    [ -z "$(find "$home/pom.xml" "$home/src/main" "$home/conf/syncnorm.conf" -newer "$jar" -print -quit)" ] &&
      { set_built "$1" 2>/dev/null || true; } # where nothing can be written, another time
  fi
}

set_built() { # checksum
  local made
  made=$(mktemp "$home/target/job.sources.XXXXXX") || return 1
  printf '%s\n' "$1" >"$made"
  touch -r "$(job_jar)" "$made"
  mv -f "$made" "$home/target/job.sources"
}

# Builds the job jar, without tests, when there is none or its sources have changed. Where Maven's
# Spark is used, also when that lacks a module: it comes with the profile of its name.
build_if_needed() { # [module]
  local module=${1:-} sum
  [ -z "${SPARK_HOME:-}" ] || module=
  sum=$(sources_sum)
  ! is_built "$sum" "$module" || return 0
  command -v mvn >/dev/null || fail "Maven is needed to build the job jar: install it and try again" 4
  { mkdir -p "$home/target" && [ -w "$home/target" ]; } 2>/dev/null ||
    fail "the sources have changed since the job jar was built, and it cannot be built again here: cannot write to $home/target; build it as its owner: mvn -Pjar package" 4
  (
    # One build at a time; the kernel opens the lock when its holder ends, however that is.
    if command -v flock >/dev/null && ! flock -n 9; then
      echo "waiting for the build of the job jar that another call has started ..." >&2
      flock -w "$build_seconds" 9 || fail "the other build has not ended within $build_seconds s" 4
      sum=$(sources_sum)
      ! is_built "$sum" "$module" || exit 0
    fi
    echo "building the job jar (once; the first time fetches Spark and DL4J) ..." >&2
    # Not into the old jar, which another run may be reading.
    : >"$home/target/job.building"
    rm -f "$(version_jar)"
    run_maven -B -q -f "$home/pom.xml" "-Pjar${module:+,$module}" package ||
      fail "the build failed: see above"
    rm -f "$home/target/job.building"
    set_built "$sum"
  ) 9>"$home/target/job.lock" || exit
}

build_seconds=1800 # the first one fetches a gigabyte

# Maven with its output on standard error, where it prints escape codes, whatever it is told, also
# when that is no terminal.
run_maven() {
  if [ -t 2 ]; then
    mvn "$@" >&2
  else
    mvn "$@" 2>&1 | sed "s/$(printf '\033')\[[0-9;]*m//g" >&2
  fi
}

# Sets SPARK_HOME for what follows: as it is if set, else a folder of the shape that Spark expects,
# with links to the Spark jars that Maven resolved. Other jars get a folder of their own,
# because a cluster may be running from them.
use_spark() {
  case ${SPARK_HOME:-} in
    "" | "$home"/target/spark/*) ;;
    *)
      [ -x "$SPARK_HOME/bin/spark-class" ] ||
        fail "SPARK_HOME is not a Spark installation: no bin/spark-class in SPARK_HOME=$SPARK_HOME" 2
      return
      ;;
  esac
  local links=$home/target/spark
  # Named by its content and made aside: other runs may be starting, or running, meanwhile.
  export SPARK_HOME=$links/$(cksum <"$home/target/spark.classpath" | tr ' ' -) SPARK_SCALA_VERSION=2.12
  if [ ! -d "$SPARK_HOME" ]; then
    local jars made
    IFS=: read -r -a jars <"$home/target/spark.classpath" || true # no line feed at its end
    mkdir -p "$links"
    made=$(mktemp -d "$links/new.XXXXXX")
    mkdir "$made/jars"
    ln -s "${jars[@]}" "$made/jars"
    mv "$made" "$SPARK_HOME" # into it, where another run was faster: does no harm
  fi
}

# Becomes a class of Spark with its arguments, in a JVM as Spark wants it; after use_spark.
spark_class() {
  if [ -x "$SPARK_HOME/bin/spark-class" ]; then
    exec "$SPARK_HOME/bin/spark-class" "$@"
  fi
  # Spark's launcher prints a NUL and a line feed, then the words of the command, each ended by NUL.
  local command=() word
  while IFS= read -r -d '' word; do
    command+=("$word")
  done < <("$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main "$@")
  [ ${#command[@]} -gt 1 ] || fail "Spark's launcher made no command of: $*"
  command=("${command[@]:1}")
  command[0]=${command[0]#$'\n'}
  exec "${command[@]}"
}

# A cluster manager of Spark's that the jars of the build do not hold; after use_spark.
require_spark_module() {
  compgen -G "$SPARK_HOME/jars/spark-$1_*.jar" >/dev/null ||
    fail "this Spark has no spark-$1: found SPARK_HOME=$SPARK_HOME; set SPARK_HOME to a full Spark 3.5 with Scala 2.12" 4
}

# Prints the options that Spark itself gives to JVMs that need them on Java 17; after use_spark.
spark_module_options() {
  "$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \
    org.apache.spark.deploy.SparkSubmit --version |
    tr '\0' '\n' | grep -E '^(--add-opens=|-XX:[+]Ignore|-Djdk[.])' | tr '\n' ' '
}

spark_submit() {
  use_spark
  spark_class org.apache.spark.deploy.SparkSubmit "$@"
}

# Submits to run in cluster deploy mode, where Spark's exit code does not say how the driver ended. Its
# log does: the function that is named first reads it, and that log is written whatever the
# configuration of an installed Spark says. Sets the array codes to Spark's exit code and the function's.
submit_and_read() { # function, arguments of spark_submit
  local reader=$1
  shift
  export SPARK_SUBMIT_OPTS="${SPARK_SUBMIT_OPTS:-} \"-Dlog4j2.configurationFile=$home/conf/cluster-log4j2.properties\""
  codes=()
  set +e
  {
    (spark_submit "$@") 2>&1 >&3 | "$reader"
    codes=("${PIPESTATUS[@]}")
  } 3>&1
  set -e
}

# Sets line to the next one of a log on standard input, and hands it on; awk would hold it back.
next_line() {
  IFS= read -r line || [ -n "$line" ] || return 1
  printf '%s\n' "$line" >&2
}

# The comment at the head of the calling script is its help.
print_help() {
  sed -n '2,/^[^#]/{s/^# \{0,1\}//p;}' "$0"
}

# Reads options, each with a value, from the front of the arguments, up to the first word that is
# none of those named in $1: "--executor-cores 2" sets executor_cores=2, every "--conf k=v" goes to
# the array confs. Sets taken to the number of words read.
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
    if [ "$1" = --conf ]; then
      confs+=(--conf "$2")
    else
      name=${1#--}
      printf -v "${name//-/_}" '%s' "$2"
    fi
    shift 2
    taken=$((taken + 2))
  done
}

# Options come from the command line alone, not from variables that happen to be in the environment.
unset confs master deploy_mode executors executor_cores executor_memory driver_memory event_log
unset jar queue java_home image namespace service_account claim

# The options that every cluster knows, for parse_options.
# shellcheck disable=SC2034 # used by the scripts
shared_options="--executors --executor-cores --executor-memory --driver-memory --event-log --conf"

# Sets the array options for spark-submit: what barrier training needs on any cluster, then what this
# cluster needs (the arguments), then the --conf of the user, which are the last word.
cluster_options() {
  options=(
    --master "$master"
    --deploy-mode "$deploy_mode"
    --class io.syncnorm.cli.Main
    # All ranks start together and stay: Spark refuses barrier stages with dynamic allocation.
    --conf spark.dynamicAllocation.enabled=false
    --conf spark.scheduler.minRegisteredResourcesRatio=1.0
    --conf spark.scheduler.maxRegisteredResourcesWaitingTime=60s
    --conf spark.locality.wait=0s
    # A rank cannot run twice, nor again by itself: the driver goes on from the last checkpoint.
    --conf spark.speculation=false
    --conf spark.task.maxFailures=1
    --conf spark.executorEnv.OPENBLAS_NUM_THREADS=1 # ranks are the parallelism
    --conf spark.ui.enabled=false
    --conf "spark.driver.memory=${driver_memory:-2g}"
  )
  if [ "$deploy_mode" = client ]; then
    options+=(--conf "spark.driver.defaultJavaOptions=-Dlog4j2.configurationFile=file:$home/conf/log4j2.properties")
  fi
  [ -z "${executor_cores:-}" ] || options+=(--conf "spark.executor.cores=$executor_cores")
  [ -z "${executor_memory:-}" ] || options+=(--conf "spark.executor.memory=$executor_memory")
  [ -z "${event_log:-}" ] ||
    options+=(--conf spark.eventLog.enabled=true --conf "spark.eventLog.dir=$event_log")
  options+=("$@" ${confs[@]+"${confs[@]}"})
}

# Sets the array job to the arguments, with the paths in them made absolute: for drivers that run in
# another folder than this shell.
absolute_paths() {
  job=()
  local word option=
  for word in "$@"; do
    case $option in
      --config | --out | --model | --images | --output | --resume) word=$(absolute "$word") ;;
    esac
    option=$word
    case $word in
      --config=* | --out=* | --model=* | --images=* | --output=* | --resume=*)
        word=${word%%=*}=$(absolute "${word#*=}")
        ;;
    esac
    job+=("$word")
  done
}

absolute() {
  case $1 in
    /* | *:/* | auto | never) echo "$1" ;; # two words of --resume
    *) echo "$PWD/$1" ;;
  esac
}
