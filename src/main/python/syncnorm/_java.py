"""Access to SyncNorm's classes in the JVM of Spark's driver."""

from datetime import datetime, timezone
from typing import Any, List, Type, TypeVar, get_type_hints

from py4j.java_gateway import JavaClass, JavaObject
from pyspark import SparkContext
from pyspark.ml.util import JavaMLReadable, JavaMLReader, MLReadable

VERSION = "0.1.0"
JAVA_PACKAGE = "io.syncnorm.ml"

R = TypeVar("R")
RL = TypeVar("RL", bound="MLReadable[Any]")


def java_class(name: str) -> JavaClass:
    """Returns a class of the jar.

    Raises
    ------
    RuntimeError
        If there is no session, or if its JVM does not have the jar.
    """
    context = SparkContext._active_spark_context
    if context is None:
        raise RuntimeError(
            "no active Spark session in this process: expected a SparkSession with its own JVM, "
            "found none (Spark Connect has none either); create one first"
        )
    path = JAVA_PACKAGE + "." + name
    found: Any = context._jvm
    for part in path.split("."):
        found = getattr(found, part)
    # Py4J makes a package of every name that is no class.
    if not isinstance(found, JavaClass):
        raise RuntimeError(
            f"SyncNorm's jar is not on the class path of Spark's driver: expected class={path}, "
            f"found no such class; start Spark with --packages "
            f"io.syncnorm:syncnorm-slim_2.12:{VERSION} or with --jars "
            f"syncnorm-slim_2.12-{VERSION}.jar (in a program: spark.jars.packages or spark.jars, "
            f"set before the first session starts; a running session cannot add it)"
        )
    return found


def new_stage(name: str, uid: str) -> JavaObject:
    """Makes a Java stage with this uid."""
    return java_class(name)(uid)


class Reader(JavaMLReader[RL]):
    """Reads stages of this package, which PySpark would look for in its own Java packages."""

    @classmethod
    def _load_java_obj(cls, clazz: Type["JavaMLReadable[RL]"]) -> Any:
        return java_class(clazz.__name__)


def to_record(kind: Type[R], record: JavaObject) -> R:
    """Copies a Java record into a named tuple with fields of the same names."""
    types = get_type_hints(kind)
    return kind(*[_to_value(getattr(record, name)(), of) for name, of in types.items()])


def to_records(kind: Type[R], records: JavaObject) -> List[R]:
    """Copies a Java list of records."""
    return [to_record(kind, records.get(i)) for i in range(records.size())]


def _to_value(value: Any, kind: Any) -> Any:
    if kind is datetime:
        return datetime.fromtimestamp(value.toEpochMilli() / 1000, timezone.utc)
    if getattr(kind, "__origin__", None) is list:
        return to_records(kind.__args__[0], value)
    return to_record(kind, value) if hasattr(kind, "_fields") else value
