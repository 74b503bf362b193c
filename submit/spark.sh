# shellcheck shell=bash
# shellcheck disable=SC2154 # home and java are set elsewhere
# Finds Spark and starts its programs; sourced by common.sh.

# Passes a user name to every JVM if the user id has none, as on OpenShift: Java and Hadoop ask the
# system for the name and would fail. Needs the job jar.
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

# Sets folder to a folder that only this user can read and write.
private_folder() {
  folder=${TMPDIR:-/tmp}
  [[ $folder != *:* ]] || folder=/tmp
  folder+=/syncnorm-$(id -u)
  (umask 077 && mkdir -p "$folder")
  [ -O "$folder" ] && [ ! -L "$folder" ] || fail "this folder is a link or belongs to another user: $folder; set TMPDIR to a folder of your own" 4
}

# Sets SPARK_HOME if it is not set: to a folder with the layout that Spark expects, with links to the
# Spark jars that Maven resolved. Each set of jars has its own folder, because a cluster may still be
# running from an older one.
use_spark() {
  name_user
  case ${SPARK_HOME:-} in
    "" | "$target"/spark/* | */"syncnorm-$(id -u)"/*) ;;
    *)
      [ -x "$SPARK_HOME/bin/spark-class" ] ||
        fail "SPARK_HOME is not a Spark installation: no bin/spark-class in SPARK_HOME=$SPARK_HOME" 2
      return
      ;;
  esac
  # A class path cannot contain a name with a colon, and the project may belong to another user.
  local links=$target/spark folder name
  name=$(cksum <"$target/spark.classpath" | tr ' ' -)
  if [[ $links == *:* ]] ||
    { [ ! -x "$links/$name" ] && ! { mkdir -p "$links" 2>/dev/null && [ -w "$links" ]; }; }; then
    private_folder
    links=$folder
  fi
  # Named by its content and created under a temporary name: other runs may be starting or running.
  export SPARK_HOME=$links/$name SPARK_SCALA_VERSION=$scala
  if [ ! -d "$SPARK_HOME" ]; then
    local jars made
    IFS=: read -r -a jars <"$target/spark.classpath" || true # the file has no final newline
    mkdir -p "$links"
    made=$(mktemp -d "$links/new.XXXXXX")
    mkdir "$made/jars"
    ln -s "${jars[@]}" "$made/jars"
    chmod +rx "$made"
    mv "$made" "$SPARK_HOME" # if another run was faster, moves into its folder, which is harmless
  fi
}

# Replaces this shell with a JVM that runs a class of Spark, with the options that Spark adds. Call
# use_spark first.
spark_class() {
  if [ -x "$SPARK_HOME/bin/spark-class" ]; then
    exec "$SPARK_HOME/bin/spark-class" "$@"
  fi
  # Spark's launcher prints a NUL and a newline, then the words of the command, each followed by a NUL.
  local command=() word
  while IFS= read -r -d '' word; do
    command+=("$word")
  done < <(spark_launcher "$@")
  [ ${#command[@]} -gt 1 ] || fail "Spark's launcher printed no command for: $*"
  command=("${command[@]:1}")
  command[0]=${command[0]#$'\n'}
  exec "${command[@]}"
}

# Spark's launcher needs only its own jar. It runs for a tenth of a second, so one thread is enough.
spark_launcher() {
  "$java" -Xmx128m -XX:ActiveProcessorCount=1 -XX:TieredStopAtLevel=1 \
    -cp "$(compgen -G "$SPARK_HOME/jars/spark-launcher_*.jar")" org.apache.spark.launcher.Main "$@"
}

# Fails if this Spark lacks a cluster manager, as Maven's jars may. Call use_spark first.
require_spark_module() {
  (cd "$SPARK_HOME/jars" 2>/dev/null && compgen -G "spark-$1_*.jar") >/dev/null ||
    fail "this Spark has no spark-$1: found SPARK_HOME=$SPARK_HOME; set SPARK_HOME to a full Spark" 4
}

# Prints the options that Spark itself passes to JVMs on this Java. Call use_spark first.
spark_module_options() {
  spark_launcher org.apache.spark.deploy.SparkSubmit --version |
    tr '\0' '\n' | grep -E '^(--add-opens=|-XX:[+]Ignore|-Djdk[.])' | tr '\n' ' '
}

spark_submit() {
  use_spark
  spark_class org.apache.spark.deploy.SparkSubmit "$@"
}
