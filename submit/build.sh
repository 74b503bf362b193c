# shellcheck shell=bash
# shellcheck disable=SC2154 # home is set elsewhere
# The job jar of the submit scripts, built when its sources have changed; sourced by common.sh.

# The job jar of the POM's version, the first in it.
version_jar() {
  printf '%s/target/syncnorm_2.12-%s-job.jar\n' "$home" \
    "$(sed -n '/<version>/{s/.*<version>\(.*\)<\/version>.*/\1/p;q;}' "$home/pom.xml")"
}

# That one, else the newest, or nothing: that must not end the script, which then builds one.
job_jar() {
  local jar
  jar=$(version_jar)
  if [ -e "$jar" ]; then
    printf '%s\n' "$jar"
  else
    local newest='' each
    for each in "$home"/target/syncnorm_2.12-*-job.jar; do
      [ ! -e "$each" ] || { [ -n "$newest" ] && [ ! "$each" -nt "$newest" ]; } || newest=$each
    done
    printf '%s\n' "$newest"
  fi
}

# All that the job jar is made of.
sources=(pom.xml src/main src/license conf/syncnorm.conf LICENSE NOTICE)

# A checksum of it, names included.
sources_sum() {
  cd "$home" && { find -L "${sources[@]}" -type f -print0 2>/dev/null || true; } |
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
    [ -z "$(cd "$home" && find "${sources[@]}" -newer "$jar" -print -quit 2>/dev/null)" ] &&
      { set_built "$1" 2>/dev/null || true; } # where nothing can be written, another time
  fi
}

set_built() { # checksum
  local made
  made=$(mktemp "$home/target/job.sources.XXXXXX") || return 1
  printf '%s\n' "$1" >"$made"
  chmod +r "$made"
  touch -r "$(job_jar)" "$made"
  mv -f "$made" "$home/target/job.sources"
}

# Builds the job jar, without tests, when there is none or its sources have changed. Where Maven's
# Spark is used, also when that lacks a module: it comes with the profile of its name.
build_if_needed() { # [module]
  local module=${1:-} sum code=0
  [ -z "${SPARK_HOME:-}" ] || module=
  sum=$(sources_sum)
  ! is_built "$sum" "$module" || return 0
  command -v mvn >/dev/null || fail "Maven is needed to build the job jar: install it and try again" 4
  { mkdir -p "$home/target" && [ -w "$home/target" ]; } 2>/dev/null ||
    fail "the sources have changed since the job jar was built, and it cannot be built again here: cannot write to $home/target; build it as its owner: mvn -Pjar package" 4
  (
    # One build at a time; the kernel opens the lock when its holder ends, however that is.
    ! command -v flock >/dev/null || flock -n 9 2>/dev/null || code=$?
    if [ "$code" -eq 1 ]; then # held; other codes mean a mount without locks
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
