package io.syncnorm.dl4j.layer;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.nd4j.common.loader.Loader;
import org.nd4j.common.loader.SourceFactory;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Reads an RDD's element as a data set, on the rank.
 *
 * @param <T> elements of the RDD
 */
@FunctionalInterface
public interface RowSource<T> extends Serializable {
  MultiDataSet read(T element);

  /** Reads elements one by one, as they are asked for. */
  default Iterator<MultiDataSet> over(Iterator<T> elements) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public MultiDataSet next() {
        return read(elements.next());
      }
    };
  }

  /** Whether an element is all that decides what is read, as neither a file nor its loader is. */
  default boolean isOfElementsAlone() {
    return false;
  }

  static RowSource<DataSet> dataSets() {
    return new DataSets();
  }

  /** Elements are data sets themselves. */
  record DataSets() implements RowSource<DataSet> {
    private static final long serialVersionUID = 1;

    @Override
    public MultiDataSet read(DataSet element) {
      return element.toMultiDataSet();
    }

    @Override
    public boolean isOfElementsAlone() {
      return true;
    }
  }

  static RowSource<MultiDataSet> multiDataSets() {
    return data -> data;
  }

  /** Elements are paths of files that a loader reads. */
  static RowSource<String> files(Loader<DataSet> loader, SourceFactory factory) {
    return path -> load(path, loader, factory).toMultiDataSet();
  }

  /** The same where the loader reads a {@code MultiDataSet}. */
  static RowSource<String> multiFiles(Loader<MultiDataSet> loader, SourceFactory factory) {
    return path -> load(path, loader, factory);
  }

  private static <D> D load(String path, Loader<D> loader, SourceFactory factory) {
    try {
      return loader.load(factory.getSource(path));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the data set %s".formatted(path), e);
    }
  }
}
