# shellcheck shell=bash
# shellcheck disable=SC2154 # home, java_build and the options' variables are set elsewhere
# The class-data archive of submit/local.sh, which sources this. From it Java maps the classes of a run instead of
# reading, checking and linking ten thousand of them at every start.

# Whether the class path can be the build's jars alone, with the job jar as the last of them: an archive is bound to
# the class path that it was made with, and holds no class of Spark's own class loader, from which the job jar comes
# otherwise. What a user adds there must see the classes of the job jar, and be seen by them.
can_archive() { # job jar
  [[ $1 != *:* && ! -x $SPARK_HOME/bin/spark-class ]] || return 1
  [ -z "${SPARK_CONF_DIR:-}${HADOOP_CONF_DIR:-}${YARN_CONF_DIR:-}${SPARK_DIST_CLASSPATH:-}" ] || return 1
  case " ${confs[*]-} " in
    *" --jars "* | *" --packages "* | *" spark.jars"* | *" spark.driver.extraClassPath"*) return 1 ;;
    *" spark.driver.userClassPathFirst"*) return 1 ;;
  esac
}

# Puts the job jar on the class path, and looks for the archive of this class path and this JDK. It stands
# beside the links to Spark's jars, which are the rest of the class path.
use_archive() { # job jar
  export SPARK_DIST_CLASSPATH=$1
  archive_key=$(printf '%s\n' "$1" "$(ls -lLn -- "$1")" "$java_build" | cksum | tr ' ' -)
  find_archive
}

# Sets archive to the file: empty where it could not be made, and nothing where there is none. Java
# crashes on half an archive, which a machine that broke down may leave: its name has its size.
find_archive() {
  local each size
  archive=
  for each in "$SPARK_HOME/$archive_key".*.jsa; do
    size=${each%.jsa}
    [ ! -e "$each" ] || [ "$SPARK_DIST_CLASSPATH" -nt "$each" ] ||
      [ "$(wc -c <"$each")" -ne "${size##*.}" ] || archive=$each
  done
}

# Makes the archive when this process, which is to become Java, has ended: nobody waits for it, and
# it takes no time from a run. The kernel closes the pipe however that is.
archive_afterwards() { # function that runs a training, given an option of Java and words
  exec 8> >(
    trap '' HUP INT
    exec >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 9>&-
    cat
    make_archive "$1"
  )
}

# Whole or not at all, by a short training. Where that fails for a reason of its own, an empty file
# says so, and it is not tried again until the jar changes.
make_archive() {
  local made code=0 size=0
  exec 9>"$SPARK_HOME/archive.lock" || return
  ! command -v flock || flock -n 9 || [ $? -gt 1 ] || return # another one is making it
  find_archive
  [ -z "$archive" ] || return
  rm -rf "$SPARK_HOME"/archive.new.* # of one that was killed
  made=$(mktemp -d "$SPARK_HOME/archive.new.XXXXXX") || return
  renice -n 5 -p "$BASHPID" || true
  unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
  cd "$home" && ("$1" "-XX:ArchiveClassesAtExit=$made/jsa" compare --config conf/smoke.conf \
    --set training.epochs=1 --out "$made/runs" --quiet) || code=$?
  [ "$code" -eq 0 ] || : >"$made/jsa"
  sync "$made/jsa" || true
  if [ "$code" -lt 128 ] && size=$(wc -c <"$made/jsa"); then # else a signal ended it
    rm -f "$SPARK_HOME"/*.jsa
    mv -f "$made/jsa" "$SPARK_HOME/$archive_key.$((size)).jsa"
  fi
  rm -rf "$made"
}
