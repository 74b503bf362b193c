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
 * Reads an RDD's elements as data sets, on the rank.
 *
 * @param <T> type of the RDD's elements
 */
@FunctionalInterface
public interface RowSource<T> extends Serializable {
  MultiDataSet read(T element);

  /** Reads elements lazily, one by one. */
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

  /**
   * Returns whether the element alone determines the data set; false for paths, because files and
   * loaders can change.
   */
  default boolean isOfElementsAlone() {
    return false;
  }

  static RowSource<DataSet> dataSets() {
    return new DataSets();
  }

  /** A source whose elements are data sets. */
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

  /** Returns a source whose elements are paths of files, read by a loader. */
  static RowSource<String> files(Loader<DataSet> loader, SourceFactory factory) {
    return path -> load(path, loader, factory).toMultiDataSet();
  }

  /**
   * Returns a source whose elements are paths of files, read as {@code MultiDataSet}s by a loader.
   */
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
