package io.syncnorm.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import scala.reflect.ClassTag$;

/**
 * Whatever we hand to {@code spark.serializer}: a row of a shuffle or a cache, and through {@link
 * Sent} a broadcast. Its value is written by Java serialization with both of Spark's serializers.
 *
 * @implNote Kryo reads the annotation and nothing else of this class. Left to itself it cannot make
 *     a record on Java 17, and would take an {@code INDArray} apart down to its address.
 */
@DefaultSerializer(JavaSerializer.class)
public record Packet<T>(T value) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * @throws IllegalArgumentException if Spark is told to serialize registered classes alone, and
   *     this one is not among them
   */
  static void requireAccepted() {
    requireAcceptedBy(SparkEnv.get().serializer());
  }

  static void requireAcceptedBy(Serializer serializer) {
    if (serializer instanceof KryoSerializer) {
      try {
        serializer.newInstance().serialize(new Packet<>(0), ClassTag$.MODULE$.apply(Packet.class));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "spark.kryo.registrationRequired = true refuses what is sent to the ranks: expected %1$s among spark.kryo.classesToRegister, found it is not registered; add --conf spark.kryo.classesToRegister=%1$s"
                .formatted(Packet.class.getName()),
            e);
      }
    }
  }
}
