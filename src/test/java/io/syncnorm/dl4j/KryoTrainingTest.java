package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoRegistrator;
import org.apache.spark.serializer.KryoSerializer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Tests the training master with Kryo, which accepts registered classes only. */
@Timeout(120)
class KryoTrainingTest {
  private static final int WORLD = 2;

  @Test
  void shouldTrainTheSameNetworkInBothEngines() {
    for (Engine engine : List.of(Engine.FUSED, Engine.DL4J)) {
      float[] expected = train(new SparkConf(), engine);
      SparkConf kryo =
          new SparkConf()
              .set("spark.serializer", KryoSerializer.class.getName())
              .set("spark.kryo.registrationRequired", "true")
              .set("spark.kryo.classesToRegister", "io.syncnorm.spark.Packet")
              .set("spark.kryo.registrator", OneArray.class.getName());
      assertArrayEquals(expected, train(kryo, engine), engine.toString());
    }
  }

  /** Registers the array class that DL4J's Spark networks send, since ND4J's registrator fails. */
  public static final class OneArray implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {
      kryo.register(Nd4j.create(1).getClass(), new JavaSerializer());
    }
  }

  /** Trains on three partitions with two ranks, so that data sets are shuffled. */
  private static float[] train(SparkConf conf, Engine engine) {
    conf.setMaster("local[" + WORLD + "]")
        .setAppName("KryoTrainingTest")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      JavaRDD<DataSet> rows =
          spark
              .parallelize(List.of(0, 1, 2, 3, 4, 5), 3)
              .map(number -> Networks.MLP.rows(4, number));
      SyncBatchNormTrainingMaster master =
          new SyncBatchNormTrainingMaster.Builder(4).workers(WORLD).engine(engine).build();
      SparkDl4jMultiLayer network =
          new SparkDl4jMultiLayer(spark, Networks.MLP.network(DataType.FLOAT), master);
      network.fit(rows);
      MultiLayerNetwork trained = network.fit(rows); // on the rows that Spark has cached
      return trained.params().toFloatVector();
    }
  }
}
