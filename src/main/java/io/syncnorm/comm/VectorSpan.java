package io.syncnorm.comm;

import java.nio.FloatBuffer;
import java.util.List;

/** Several vectors seen as one, end to end. */
final class VectorSpan {
  private VectorSpan() {}

  /** Takes a run of elements that lie in one vector. */
  @FunctionalInterface
  interface Part {
    /**
     * @param vector index of the vector
     * @param at where the run begins in it
     * @param position where the run begins in the span
     */
    void accept(int vector, int at, long position, int length);
  }

  static long length(List<float[]> vectors) {
    return vectors.stream().mapToLong(vector -> vector.length).sum();
  }

  /** Cuts the elements from {@code from} to {@code to} where vectors end. */
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
