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
    void accept(int vector, int at, int position, int length);
  }

  static int length(List<float[]> vectors) {
    int length = 0;
    for (float[] vector : vectors) {
      length = Math.addExact(length, vector.length);
    }
    return length;
  }

  /** Cuts the elements from {@code from} to {@code to} where vectors end. */
  static void parts(List<float[]> vectors, int from, int to, Part part) {
    int start = 0;
    for (int vector = 0; vector < vectors.size(); vector++) {
      int end = start + vectors.get(vector).length;
      int first = Math.max(from, start);
      int last = Math.min(to, end);
      if (first < last) {
        part.accept(vector, first - start, first, last - first);
      }
      start = end;
    }
  }

  static void put(List<float[]> vectors, int from, int to, FloatBuffer into) {
    parts(
        vectors,
        from,
        to,
        (vector, at, position, length) -> into.put(vectors.get(vector), at, length));
  }

  static void get(FloatBuffer source, List<float[]> vectors, int from, int to) {
    parts(
        vectors,
        from,
        to,
        (vector, at, position, length) -> source.get(vectors.get(vector), at, length));
  }
}
