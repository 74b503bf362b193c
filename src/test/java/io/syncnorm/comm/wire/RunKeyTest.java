package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

class RunKeyTest {
  @Test
  void shouldNotRevealTheSecret() {
    RunKey key = RunKey.random();
    assertEquals("RunKey[" + key.id() + "]", key.toString());
    assertFalse(key.toString().contains("secret"));
  }
}
