# shellcheck shell=bash
# shellcheck disable=SC2154 # home and java are set elsewhere
# The Spark that the submit scripts start, and how; sourced by common.sh.

# Java and Hadoop ask the system for the user's name, and fail where a user id has none, as those that
# OpenShift gives out: then they are told, in every JVM. Needs the job jar.
name_user() {
  ! id -un >/dev/null 2>&1 && [ -z "${is_user_named:-}" ] || return 0
  is_user_named=yes
  local folder=${HOME:-} jar option
  [[ $folder == /* && -w $folder ]] || folder=${TMPDIR:-/tmp}
  export SPARK_USER=${SPARK_USER:-${HADOOP_USER_NAME:-$(id -u)}}
  jar=$(job_jar)
  for option in "-Duser.name=$SPARK_USER" "-Duser.home=$folder" ${jar:+"-javaagent:$jar"}; do
    JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS:-} '${option//\'/\'\"\'\"\'}'"
  done
  export JAVA_TOOL_OPTIONS
}

# Sets folder to one of this user alone.
private_folder() {
  folder=${TMPDIR:-/tmp}
  [[ $folder != *:* ]] || folder=/tmp
  folder+=/syncnorm-$(id -u)
  (umask 077 && mkdir -p "$folder")
  [ -O "$folder" ] && [ ! -L "$folder" ] || fail "this folder belongs to somebody else: $folder" 4
}

# Sets SPARK_HOME for what follows: as it is if set, else a folder of the shape that Spark expects,
# with links to the Spark jars that Maven resolved. Other jars get a folder of their own,
# because a cluster may be running from them.
use_spark() {
  name_user
  case ${SPARK_HOME:-} in
    "" | "$home"/target/spark/* | */"syncnorm-$(id -u)"/*) ;;
    *)
      [ -x "$SPARK_HOME/bin/spark-class" ] ||
        fail "SPARK_HOME is not a Spark installation: no bin/spark-class in SPARK_HOME=$SPARK_HOME" 2
      return
      ;;
  esac
  # A class path cannot hold a name with a colon; and the project may be somebody else's.
  local links=$home/target/spark folder name
  name=$(cksum <"$home/target/spark.classpath" | tr ' ' -)
  if [[ $links == *:* ]] ||
    { [ ! -x "$links/$name" ] && ! { mkdir -p "$links" 2>/dev/null && [ -w "$links" ]; }; }; then
    private_folder
    links=$folder
  fi
  # Named by its content and made aside: other runs may be starting, or running, meanwhile.
  export SPARK_HOME=$links/$name SPARK_SCALA_VERSION=2.12
  if [ ! -d "$SPARK_HOME" ]; then
    local jars made
    IFS=: read -r -a jars <"$home/target/spark.classpath" || true # no line feed at its end
    mkdir -p "$links"
    made=$(mktemp -d "$links/new.XXXXXX")
    mkdir "$made/jars"
    ln -s "${jars[@]}" "$made/jars"
    chmod +rx "$made"
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
  done < <(spark_launcher "$@")
  [ ${#command[@]} -gt 1 ] || fail "Spark's launcher made no command of: $*"
  command=("${command[@]:1}")
  command[0]=${command[0]#$'\n'}
  exec "${command[@]}"
}

# Needs its own jar alone, and no threads for a tenth of a second.
spark_launcher() {
  "$java" -Xmx128m -XX:ActiveProcessorCount=1 -XX:TieredStopAtLevel=1 \
    -cp "$(compgen -G "$SPARK_HOME/jars/spark-launcher_*.jar")" org.apache.spark.launcher.Main "$@"
}

# A cluster manager of Spark's that the jars of the build do not hold; after use_spark.
require_spark_module() {
  (cd "$SPARK_HOME/jars" 2>/dev/null && compgen -G "spark-$1_*.jar") >/dev/null ||
    fail "this Spark has no spark-$1: found SPARK_HOME=$SPARK_HOME; set SPARK_HOME to a full Spark 3.5 with Scala 2.12" 4
}

# Prints the options that Spark itself gives to JVMs that need them on Java 17; after use_spark.
spark_module_options() {
  spark_launcher org.apache.spark.deploy.SparkSubmit --version |
    tr '\0' '\n' | grep -E '^(--add-opens=|-XX:[+]Ignore|-Djdk[.])' | tr '\n' ' '
}

spark_submit() {
  use_spark
  spark_class org.apache.spark.deploy.SparkSubmit "$@"
}
