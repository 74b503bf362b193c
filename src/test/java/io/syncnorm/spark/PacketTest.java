package io.syncnorm.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.train.Snapshot;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** The contract of a packet, with each of Spark's serializers and settings of Kryo. */
class PacketTest {
  private static final ClassTag<Packet<Snapshot>> TAG = ClassTag$.MODULE$.apply(Packet.class);

  static Stream<Serializer> serializers() {
    return Stream.of(
        new JavaSerializer(new SparkConf(false)),
        kryo(new SparkConf(false)),
        kryo(new SparkConf(false).set("spark.kryo.referenceTracking", "false")),
        kryo(new SparkConf(false).set("spark.kryo.unsafe", "true")),
        kryo(registered("io.syncnorm.spark.Packet")));
  }

  @ParameterizedTest
  @MethodSource("serializers")
  void shouldKeepItsValueThroughSerialization(Serializer serializer) {
    Snapshot sent =
        new Snapshot(
            3, new float[] {1, 2}, new float[] {3}, List.of(new float[2]), 7, new float[0]);
    SerializerInstance spark = serializer.newInstance();
    Snapshot found = spark.deserialize(spark.serialize(new Packet<>(sent), TAG), TAG).value();
    assertEquals(sent.epoch(), found.epoch());
    assertArrayEquals(sent.parameters(), found.parameters());
    assertDoesNotThrow(() -> Packet.requireAcceptedBy(serializer));
  }

  @Test
  void shouldNameTheClassToRegister() {
    String found =
        assertThrows(
                IllegalArgumentException.class,
                () -> Packet.requireAcceptedBy(kryo(registered("java.util.Date"))))
            .getMessage();
    assertTrue(
        found.contains("--conf spark.kryo.classesToRegister=io.syncnorm.spark.Packet"), found);
  }

  private static SparkConf registered(String classes) {
    return new SparkConf(false)
        .set("spark.kryo.registrationRequired", "true")
        .set("spark.kryo.classesToRegister", classes);
  }

  private static Serializer kryo(SparkConf conf) {
    Serializer kryo = new KryoSerializer(conf);
    kryo.setDefaultClassLoader(PacketTest.class.getClassLoader());
    return kryo;
  }
}
