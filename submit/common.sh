# What the submit scripts share; sourced by them with $home set to the project's folder.

fail() {
  echo "error: $1" >&2
  exit "${2:-1}"
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

# The newest job jar, or nothing: that must not end the script, which then builds one.
job_jar() {
  ls -t "$home"/target/syncnorm-*-job.jar 2>/dev/null | head -n 1 || true
}

# Builds the job jar, without tests, when there is none or a source is newer than it.
build_if_needed() {
  local jar
  jar=$(job_jar)
  if [ -n "$jar" ] && [ -s "$home/target/spark.classpath" ] &&
    [ -z "$(find "$home/pom.xml" "$home/src/main" "$home/conf/syncnorm.conf" -newer "$jar" -print -quit)" ]; then
    return
  fi
  command -v mvn >/dev/null || fail "Maven is needed to build the job jar: install it and try again" 4
  echo "building the job jar (once; the first time fetches Spark and DL4J) ..." >&2
  mvn -B -q -f "$home/pom.xml" -Pjar package >&2 || fail "the build failed: see above"
}

# Spark's own SparkSubmit: that of $SPARK_HOME if set, else of the Spark jars that Maven resolved,
# gathered as links in a folder of the shape that Spark expects.
spark_submit() {
  if [ -n "${SPARK_HOME:-}" ]; then
    [ -x "$SPARK_HOME/bin/spark-submit" ] ||
      fail "SPARK_HOME is not a Spark installation: no bin/spark-submit in SPARK_HOME=$SPARK_HOME" 2
    exec "$SPARK_HOME/bin/spark-submit" "$@"
  fi
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
  # Spark's launcher prints a NUL and a line feed, then the words of the command, each ended by NUL.
  local command=() word
  while IFS= read -r -d '' word; do
    command+=("$word")
  done < <("$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \
    org.apache.spark.deploy.SparkSubmit "$@")
  command=("${command[@]:1}")
  command[0]=${command[0]#$'\n'}
  exec "${command[@]}"
}
