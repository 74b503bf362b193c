package io.syncnorm.experiment;

import io.syncnorm.config.DataSettings;
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
  public static Dataset read(DataSettings settings, Configuration hadoop) {
    return new Dataset(readTrain(settings, hadoop), readTest(settings, hadoop));
  }

  /** The training images alone. */
  public static LabelledImages readTrain(DataSettings settings, Configuration hadoop) {
    return IdxReader.read(
        settings.trainImages(),
        settings.trainLabels(),
        settings.classes(),
        settings.limitTrain(),
        hadoop);
  }

  /** The test images alone. */
  public static LabelledImages readTest(DataSettings settings, Configuration hadoop) {
    return IdxReader.read(
        settings.testImages(),
        settings.testLabels(),
        settings.classes(),
        settings.limitTest(),
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
