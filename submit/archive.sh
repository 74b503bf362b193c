# shellcheck shell=bash
# shellcheck disable=SC2154 # home, java_build and the options' variables are set elsewhere
# The class-data archive of submit/local.sh; sourced by it. With the archive, Java maps the classes of a run into
# memory instead of reading, verifying and linking ten thousand of them at every start.

# Succeeds if the class path can be the build's jars alone, with the job jar last. An archive is valid only for the
# class path that it was created with, and it holds no classes of Spark's own class loader, which loads the job jar
# otherwise. A user's jars must stay in one class loader with the job jar, because each may use classes of the other.
can_archive() { # job jar
  [[ $1 != *:* && ! -x $SPARK_HOME/bin/spark-class ]] || return 1
  [ -z "${SPARK_CONF_DIR:-}${HADOOP_CONF_DIR:-}${YARN_CONF_DIR:-}${SPARK_DIST_CLASSPATH:-}" ] || return 1
  case " ${confs[*]-} " in
    *" --jars "* | *" --packages "* | *" spark.jars"* | *" spark.driver.extraClassPath"*) return 1 ;;
    *" spark.driver.userClassPathFirst"*) return 1 ;;
  esac
}

# Puts the job jar on the class path and looks for the archive of this class path and this JDK. The
# archive is stored next to the links to Spark's jars, which are the rest of the class path.
use_archive() { # job jar
  export SPARK_DIST_CLASSPATH=$1
  archive_key=$(printf '%s\n' "$1" "$(ls -lLn -- "$1")" "$java_build" | cksum | tr ' ' -)
  find_archive
}

# Sets archive to the file, or to nothing if there is none. An empty file means that creating the archive
# failed. Java crashes on a truncated archive, which a machine crash can leave behind: the file's name
# therefore contains its size.
find_archive() {
  local each size
  archive=
  for each in "$SPARK_HOME/$archive_key".*.jsa; do
    size=${each%.jsa}
    [ ! -e "$each" ] || [ "$SPARK_DIST_CLASSPATH" -nt "$each" ] ||
      [ "$(wc -c <"$each")" -ne "${size##*.}" ] || archive=$each
  done
}

# Creates the archive after this process, which will become Java, has ended. Nothing waits for it, and it
# takes no time from a run. The kernel closes the pipe however the process ends.
archive_afterwards() { # function that trains, given a Java option and arguments
  exec 8> >(
    trap '' HUP INT
    exec >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 9>&-
    cat
    make_archive "$1"
  )
}

# Creates the archive with a short training and writes it atomically. If the training itself fails, an
# empty file records that, and there is no other attempt until the jar changes.
make_archive() {
  local made code=0 size=0
  exec 9>"$SPARK_HOME/archive.lock" || return
  ! command -v flock || flock -n 9 || [ $? -gt 1 ] || return # another process is creating it
  find_archive
  [ -z "$archive" ] || return
  rm -rf "$SPARK_HOME"/archive.new.* # left by a process that was killed
  made=$(mktemp -d "$SPARK_HOME/archive.new.XXXXXX") || return
  renice -n 5 -p "$BASHPID" || true
  unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
  cd "$home" && ("$1" "-XX:ArchiveClassesAtExit=$made/jsa" compare --config conf/smoke.conf \
    --set training.epochs=1 --out "$made/runs" --quiet) || code=$?
  [ "$code" -eq 0 ] || : >"$made/jsa"
  sync "$made/jsa" || true
  if [ "$code" -lt 128 ] && size=$(wc -c <"$made/jsa"); then # otherwise a signal ended it
    rm -f "$SPARK_HOME"/*.jsa
    mv -f "$made/jsa" "$SPARK_HOME/$archive_key.$((size)).jsa"
  fi
  rm -rf "$made"
}
