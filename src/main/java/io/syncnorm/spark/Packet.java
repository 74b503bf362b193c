package io.syncnorm.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import scala.reflect.ClassTag$;

/**
 * A value for {@code spark.serializer}: a row of a shuffle or a cache or, in a {@link Sent}, a
 * broadcast. Both of Spark's serializers write the value by Java serialization.
 *
 * @implNote Kryo follows the annotation. Without it, Kryo cannot construct a record on Java 17, and
 *     would serialize an {@code INDArray} by its fields, down to its native address.
 */
@DefaultSerializer(JavaSerializer.class)
public record Packet<T>(T value) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * @throws IllegalArgumentException if Spark may serialize registered classes only, and this class
   *     is not registered
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
            "Spark cannot send data to the ranks under spark.kryo.registrationRequired = true: expected %1$s among spark.kryo.classesToRegister, found it is not registered; add --conf spark.kryo.classesToRegister=%1$s"
                .formatted(Packet.class.getName()),
            e);
      }
    }
  }
}
