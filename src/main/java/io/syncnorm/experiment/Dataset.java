package io.syncnorm.experiment;

import io.syncnorm.config.Keys;
import io.syncnorm.data.IdxFile;
import io.syncnorm.data.IdxReader;
import io.syncnorm.data.LabelledImages;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** The configured training and test images. */
public record Dataset(LabelledImages train, LabelledImages test) {

  /**
   * @throws io.syncnorm.data.DataException if a file is missing or not what it should be
   */
  public static Dataset read(io.syncnorm.config.Configuration run, Configuration hadoop) {
    return new Dataset(readTrain(run, hadoop), readTest(run, hadoop));
  }

  /** The training images alone. */
  public static LabelledImages readTrain(
      io.syncnorm.config.Configuration run, Configuration hadoop) {
    return IdxReader.read(
        run.get(Keys.TRAIN_IMAGES),
        run.get(Keys.TRAIN_LABELS),
        run.get(Keys.CLASSES),
        run.get(Keys.LIMIT_TRAIN),
        hadoop);
  }

  /** The test images alone. */
  public static LabelledImages readTest(
      io.syncnorm.config.Configuration run, Configuration hadoop) {
    return IdxReader.read(
        run.get(Keys.TEST_IMAGES),
        run.get(Keys.TEST_LABELS),
        run.get(Keys.CLASSES),
        run.get(Keys.LIMIT_TEST),
        hadoop);
  }

  /** SHA-256 of each file by its path, in the order of the configuration. */
  public Map<String, String> hashes() {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (IdxFile file : train.files()) {
      hashes.put(file.path(), file.sha256());
    }
    for (IdxFile file : test.files()) {
      hashes.put(file.path(), file.sha256());
    }
    return hashes;
  }
}
