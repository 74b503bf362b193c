package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scala.reflect.ClassTag$;

class RunKeyTest {
  @Test
  void shouldNotRevealTheSecret() {
    for (RunKey key : new RunKey[] {RunKey.random(), RunKey.encrypted()}) {
      assertEquals("RunKey[" + key.id() + "]", key.toString());
      assertFalse(key.toString().contains("secret"));
    }
  }

  static Stream<Arguments> serializers() {
    SparkConf conf = new SparkConf(false);
    return Stream.of(new JavaSerializer(conf), new KryoSerializer(conf))
        .flatMap(
            serializer ->
                Stream.of(RunKey.random(), RunKey.encrypted())
                    .map(key -> Arguments.of(serializer, key)));
  }

  /** Also after its context was made, which no serializer can write. */
  @ParameterizedTest
  @MethodSource("serializers")
  void shouldTravelByBothSerializers(Serializer serializer, RunKey key) throws Exception {
    key.certificate().ifPresent(RunCertificate::context);
    SerializerInstance instance = serializer.newInstance();
    RunKey copy =
        instance.deserialize(
            instance.serialize(key, ClassTag$.MODULE$.apply(RunKey.class)),
            ClassTag$.MODULE$.apply(RunKey.class));
    byte[] nonce = new byte[32];
    assertEquals(key.id(), copy.id());
    assertArrayEquals(key.proof("client", nonce, nonce), copy.proof("client", nonce, nonce));
    assertEquals(key.certificate().isPresent(), copy.certificate().isPresent());
    if (key.certificate().isPresent()) {
      assertEquals(key.certificate().get().parsed(), copy.certificate().get().parsed());
      copy.certificate().get().context();
    }
  }
}
