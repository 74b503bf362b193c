package io.syncnorm.dl4j.layer;

import java.util.Iterator;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Elements of an RDD, read as data sets one by one. */
public record SourceIterator<T>(Iterator<T> elements, RowSource<T> source)
    implements Iterator<MultiDataSet> {
  @Override
  public boolean hasNext() {
    return elements.hasNext();
  }

  @Override
  public MultiDataSet next() {
    return source.read(elements.next());
  }
}
