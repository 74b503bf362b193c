package io.syncnorm.dl4j;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** A hook that records the rows of every mini-batch; the ranks of local mode share its records. */
final class RowCounter implements TrainingHook {
  private static final long serialVersionUID = 1;
  private static final Queue<String> ROWS = new ConcurrentLinkedQueue<>();

  RowCounter() {
    ROWS.clear();
  }

  List<String> sorted() {
    return ROWS.stream().sorted().toList();
  }

  List<String> rowsOf(Runnable work) {
    ROWS.clear();
    work.run();
    return sorted();
  }

  @Override
  public void preUpdate(DataSet minibatch, Model model) {}

  @Override
  public void postUpdate(DataSet minibatch, Model model) {
    ROWS.add("" + minibatch.getFeatures().size(0));
  }

  @Override
  public void preUpdate(MultiDataSet minibatch, Model model) {}

  @Override
  public void postUpdate(MultiDataSet minibatch, Model model) {
    ROWS.add("" + minibatch.getFeatures(0).size(0));
  }
}
