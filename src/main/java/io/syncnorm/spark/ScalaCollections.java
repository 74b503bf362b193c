package io.syncnorm.spark;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import scala.collection.JavaConverters;

/**
 * Collections of Spark's methods as Java's, and the reverse. Compiles with Scala 2.12 and 2.13, of
 * which only the later one has converters that are not deprecated. Results are views of what they
 * are made from, except lists for Spark, which are copies.
 */
@SuppressWarnings("deprecation")
public final class ScalaCollections {
  private ScalaCollections() {}

  /** Elements for Java. */
  public static <T> List<T> javaList(scala.collection.Seq<T> elements) {
    return JavaConverters.seqAsJavaList(elements);
  }

  /** Elements for Java. */
  public static <T> Iterator<T> javaIterator(scala.collection.Iterator<T> elements) {
    return JavaConverters.asJavaIterator(elements);
  }

  /** Elements for Java. */
  public static <T> Iterable<T> javaIterable(scala.collection.Iterable<T> elements) {
    return JavaConverters.asJavaIterable(elements);
  }

  /** Elements for Java. */
  public static <T> Set<T> javaSet(scala.collection.Set<T> elements) {
    return JavaConverters.setAsJavaSet(elements);
  }

  /** Entries for Java. */
  public static <K, V> Map<K, V> javaMap(scala.collection.Map<K, V> entries) {
    return JavaConverters.mapAsJavaMap(entries);
  }

  /** Elements for Spark, as a list because it is a {@code Seq} of both versions of Scala. */
  public static <T> scala.collection.immutable.List<T> list(List<T> elements) {
    return JavaConverters.asScalaBuffer(elements).toList();
  }

  /** Numbers for Spark. */
  static scala.collection.immutable.Seq<Object> ints(int[] numbers) {
    return list(IntStream.of(numbers).<Object>mapToObj(Integer::valueOf).toList());
  }

  /** Elements for Spark. */
  public static <T> scala.collection.Iterator<T> iterator(Iterator<T> elements) {
    return JavaConverters.asScalaIterator(elements);
  }
}
