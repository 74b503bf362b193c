package io.syncnorm.keras;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** An HDF5 file, with the few things that Keras stores in it. */
final class Hdf5 implements AutoCloseable {
  private final HdfFile file;

  private Hdf5(HdfFile file) {
    this.file = file;
  }

  static Hdf5 open(Path path) throws IOException {
    return new Hdf5(readable(() -> new HdfFile(path)));
  }

  static Hdf5 of(byte[] content) throws IOException {
    return new Hdf5(readable(() -> HdfFile.fromBytes(content)));
  }

  /**
   * Returns an attribute with text, of a fixed length or not.
   *
   * @param group path from the root; empty for the root
   */
  Optional<String> text(String group, String attribute) throws IOException {
    List<String> values = texts(group, attribute);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }

  /** Returns an attribute with any number of texts; empty if there is none. */
  List<String> texts(String group, String attribute) throws IOException {
    return readable(
        () -> {
          Optional<Attribute> found = node(group).map(each -> each.getAttributes().get(attribute));
          if (found.isEmpty() || found.get().isEmpty()) {
            return List.of();
          }
          Object data = found.get().getData();
          List<String> texts = new ArrayList<>();
          if (data.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(data); i++) {
              texts.add(String.valueOf(Array.get(data, i)));
            }
          } else {
            texts.add(String.valueOf(data));
          }
          return texts;
        });
  }

  boolean has(String path) throws IOException {
    return readable(() -> node(path).isPresent());
  }

  /** Returns the shape of a dataset; empty if there is none at this path. */
  Optional<int[]> shape(String path) throws IOException {
    return readable(() -> dataset(path).map(Dataset::getDimensions));
  }

  /**
   * Reads a dataset of floating-point numbers.
   *
   * @throws IOException if there is none, or its numbers are of another type
   */
  Variable variable(String path) throws IOException {
    Optional<Dataset> found = readable(() -> dataset(path));
    if (found.isEmpty()) {
      throw new IOException("it has no dataset " + path);
    }
    Dataset dataset = found.get();
    if (readable(() -> dataset.getAttributes().containsKey("dtype"))) {
      throw new IOException(
          "dataset %s is of a type that cannot be read: bfloat16".formatted(path));
    }
    Object data = readable(dataset::getDataFlat);
    if (data instanceof float[] floats) {
      return new Variable(dataset.getDimensions(), floats);
    }
    if (data instanceof double[] doubles) {
      float[] floats = new float[doubles.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) doubles[i];
      }
      return new Variable(dataset.getDimensions(), floats);
    }
    throw new IOException(
        "dataset %s has values of type %s: expected float32 or float64"
            .formatted(path, dataset.getJavaType().getSimpleName()));
  }

  private Optional<Dataset> dataset(String path) {
    return node(path).filter(Dataset.class::isInstance).map(Dataset.class::cast);
  }

  private Optional<Node> node(String path) {
    if (path.isEmpty()) {
      return Optional.of(file);
    }
    Node node = file;
    for (String name : path.split("/", -1)) {
      if (!(node instanceof Group group)) {
        return Optional.empty();
      }
      node = group.getChildren().get(name);
    }
    return Optional.ofNullable(node);
  }

  /** The library reports damage with whatever exception it meets first. */
  private static <T> T readable(Supplier<T> reading) throws IOException {
    try {
      return reading.get();
    } catch (RuntimeException | StackOverflowError e) {
      throw new IOException(
          "its HDF5 content is damaged, incomplete or of an unknown kind; copy the file again (%s)"
              .formatted(e.getMessage() == null ? e : e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
