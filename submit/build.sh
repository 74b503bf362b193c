# shellcheck shell=bash
# shellcheck disable=SC2154 # home is set elsewhere
# Builds the job jar of the submit scripts when its sources have changed; sourced by common.sh.

# Sets what differs between the builds for Spark 3.5 and 4. An installed Spark decides, otherwise SYNCNORM_SPARK.
choose_build() {
  local core=''
  [ -z "${SPARK_HOME:-}" ] ||
    core=$(CDPATH='' cd -- "$SPARK_HOME/jars" >/dev/null 2>&1 && compgen -G 'spark-core_*.jar') || true
  case ${core#spark-core_} in
    '') ;;
    2.12-3.*) SYNCNORM_SPARK=3.5 ;;
    2.13-4.*) SYNCNORM_SPARK=4 ;;
    *) fail "SyncNorm needs Spark 3.5 with Scala 2.12, or Spark 4: found $core in SPARK_HOME=$SPARK_HOME" 2 ;;
  esac
  # shellcheck disable=SC2034 # used by the scripts
  case ${SYNCNORM_SPARK:-3.5} in
    3.5) target=$home/target scala=2.12 profiles='' javas=17 ;;
    4) target=$home/target/spark4 scala=2.13 profiles=spark4, javas='17 or 21' ;;
    *) fail "SYNCNORM_SPARK must be 3.5 or 4: found SYNCNORM_SPARK=$SYNCNORM_SPARK" 2 ;;
  esac
}
choose_build

# Prints the path of the job jar of the project's version, the first version in the POM.
version_jar() {
  printf '%s/syncnorm_%s-%s-job.jar\n' "$target" "$scala" \
    "$(sed -n '/<version>/{s/.*<version>\(.*\)<\/version>.*/\1/p;q;}' "$home/pom.xml")"
}

# Prints that path if the jar exists, otherwise the newest job jar's, otherwise an empty line. It never
# fails: a script without a jar builds one.
job_jar() {
  local jar
  jar=$(version_jar)
  if [ -e "$jar" ]; then
    printf '%s\n' "$jar"
  else
    local newest='' each
    for each in "$target"/syncnorm_"$scala"-*-job.jar; do
      [ ! -e "$each" ] || { [ -n "$newest" ] && [ ! "$each" -nt "$newest" ]; } || newest=$each
    done
    printf '%s\n' "$newest"
  fi
}

# Everything that the job jar is built from.
sources=(pom.xml src/main src/spark3 src/spark4 src/license conf/syncnorm.conf LICENSE NOTICE)

# Prints a checksum of the sources, file names included.
sources_sum() {
  cd "$home" && { find -L "${sources[@]}" -type f -print0 2>/dev/null || true; } |
    LC_ALL=C sort -z | xargs -0 cksum | cksum
}

# Succeeds if the job jar was built from the current sources, whose checksum is $1. After a build,
# job.sources in the build's folder holds the checksum and has the jar's time stamp. From then on only content counts:
# a checkout or a clock may change the times of sources. A jar that was built by hand, perhaps with
# other Maven options, is accepted if no source is newer.
is_built() { # checksum [module]
  local jar stamp=$target/job.sources
  jar=$(job_jar)
  [ -n "$jar" ] && [ -s "$jar" ] && [ -s "$target/spark.classpath" ] || return 1
  [ -z "$2" ] || grep -q "/spark-$2_" "$target/spark.classpath" || return 1
  [ ! -e "$target/job.building" ] || return 1 # a build was interrupted
  if [ -e "$stamp" ] && ! [ "$stamp" -nt "$jar" ] && ! [ "$stamp" -ot "$jar" ]; then
    [ "$(cat "$stamp")" = "$1" ]
  else
    [ -z "$(cd "$home" && find "${sources[@]}" -newer "$jar" -print -quit 2>/dev/null)" ] &&
      { set_built "$1" 2>/dev/null || true; } # retried later if the folder is read-only
  fi
}

set_built() { # checksum
  local made
  made=$(mktemp "$target/job.sources.XXXXXX") || return 1
  printf '%s\n' "$1" >"$made"
  chmod +r "$made"
  touch -r "$(job_jar)" "$made"
  mv -f "$made" "$target/job.sources"
}

# Requires Java, and the job jar of the current sources. The two checks take equally long and run together.
require_java_and_jar() { # [module]
  local sum
  exec 6< <(sources_sum)
  require_java
  IFS= read -r sum <&6 || true
  exec 6<&-
  build_if_needed "${1:-}" "$sum"
}

# Builds the job jar, without tests, if there is none or its sources have changed. If Maven's Spark is
# used, also builds if that Spark lacks the module: the profile of the same name adds it.
build_if_needed() { # [module [checksum of the sources]]
  local module=${1:-} sum=${2:-} code=0
  [ -z "${SPARK_HOME:-}" ] || module=
  [ -n "$sum" ] || sum=$(sources_sum)
  ! is_built "$sum" "$module" || return 0
  command -v mvn >/dev/null || fail "Maven is needed to build the job jar: install Maven and repeat the command" 4
  { mkdir -p "$target" && [ -w "$target" ]; } 2>/dev/null ||
    fail "the job jar is missing or out of date and cannot be built: no write access to $target; build it as the owner of that folder: mvn -P${profiles}jar package" 4
  (
    # One build at a time. The kernel releases the lock however its holder ends.
    ! command -v flock >/dev/null || flock -n 9 2>/dev/null || code=$?
    if [ "$code" -eq 1 ]; then # held by another process; other codes mean that the mount has no locks
      echo "waiting for another process to build the job jar ..." >&2
      flock -w "$build_seconds" 9 || fail "timed out after $build_seconds s waiting for another process to build the job jar; repeat the command" 4
      sum=$(sources_sum)
      ! is_built "$sum" "$module" || exit 0
    fi
    echo "building the job jar (only when sources change; the first build downloads Spark and DL4J) ..." >&2
    # Removed, not overwritten: another run may be reading the old jar.
    : >"$target/job.building"
    rm -f "$(version_jar)"
    run_maven -B -q -f "$home/pom.xml" "-P${profiles}jar${module:+,$module}" package ||
      fail "the build failed: see Maven's messages above"
    rm -f "$target/job.building"
    set_built "$sum"
  ) 9>"$target/job.lock" || exit
}

build_seconds=1800 # the first build downloads a gigabyte

# Runs Maven with its output on standard error. Maven prints escape codes even if that is not a terminal
# and no option prevents it, so sed removes them.
run_maven() {
  if [ -t 2 ]; then
    mvn "$@" >&2
  else
    mvn "$@" 2>&1 | sed "s/$(printf '\033')\[[0-9;]*m//g" >&2
  fi
}
