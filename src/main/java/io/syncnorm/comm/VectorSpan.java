package io.syncnorm.comm;

import java.nio.FloatBuffer;
import java.util.List;

/** Treats several vectors as one, end to end. */
final class VectorSpan {
  private VectorSpan() {}

  /** Receives a run of elements that lies in one vector. */
  @FunctionalInterface
  interface Part {
    /**
     * @param vector index of the vector
     * @param at start of the run in it
     * @param position start of the run in the span
     */
    void accept(int vector, int at, long position, int length);
  }

  static long length(List<float[]> vectors) {
    return vectors.stream().mapToLong(vector -> vector.length).sum();
  }

  /** Splits the elements from {@code from} to {@code to} at the ends of vectors. */
  static void parts(List<float[]> vectors, long from, long to, Part part) {
    long start = 0;
    for (int vector = 0; vector < vectors.size(); vector++) {
      long end = start + vectors.get(vector).length;
      long first = Math.max(from, start);
      long last = Math.min(to, end);
      if (first < last) {
        part.accept(vector, (int) (first - start), first, (int) (last - first));
      }
      start = end;
    }
  }

  static void put(List<float[]> vectors, long from, long to, FloatBuffer into) {
    parts(
        vectors,
        from,
        to,
        (vector, at, position, length) -> into.put(vectors.get(vector), at, length));
  }

  static void get(FloatBuffer source, List<float[]> vectors, long from, long to) {
    parts(
        vectors,
        from,
        to,
        (vector, at, position, length) -> source.get(vectors.get(vector), at, length));
  }
}
