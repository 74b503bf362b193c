"""Where the tests find the package, the built jar and PySpark."""

import glob
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
SOURCES = os.path.join(ROOT, "src", "main", "python")
PACKAGE = os.path.join(SOURCES, "syncnorm")
PAGE = os.path.join(ROOT, "src", "docs", "python.md")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def jar():
    """Returns the slim jar, of SYNCNORM_JAR or of this build; None if there is none."""
    built = os.path.join(ROOT, "target", "syncnorm-slim_*.jar")
    for path in (
        [os.environ.get("SYNCNORM_JAR")] if "SYNCNORM_JAR" in os.environ else glob.glob(built)
    ):
        if os.path.isfile(path):
            return os.path.abspath(path)
    return None


def find_pyspark():
    """Puts the PySpark of PYSPARK or SPARK_HOME on Python's path, as spark-submit does.

    Returns what is missing; None if there is a real PySpark.
    """
    home = os.environ.get("PYSPARK") or os.environ.get("SPARK_HOME")
    if not home:
        return "no PySpark: neither PYSPARK nor SPARK_HOME names a Spark"
    python = os.path.join(home, "python")
    py4j = glob.glob(os.path.join(python, "lib", "py4j-*-src.zip"))
    for path in [python] + py4j:
        if path not in sys.path:
            sys.path.insert(0, path)
    try:
        import pyspark  # noqa: F401
    except ImportError as e:
        return f"no PySpark in {python}: {e}"
    os.environ["SPARK_HOME"] = home
    return None


def cells():
    """Returns the Python of the page, cell by cell, each with the lines above it left blank."""
    found, cell = [], None
    for number, line in enumerate(read(PAGE).splitlines()):
        if line == "```python":
            cell = [""] * (number + 1)
        elif line == "```" and cell is not None:
            found.append("\n".join(cell) + "\n")
            cell = None
        elif cell is not None:
            cell.append(line)
    return found


if __name__ == "__main__":
    sys.exit(find_pyspark() or ("no slim jar: run mvn package" if jar() is None else 0))
