package io.syncnorm.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class DataExceptionTest {
  @Test
  void shouldSayWhatAnExceptionSaysWithoutTheNameOfItsClass() {
    assertEquals(
        "Connection reset by peer",
        DataException.reason(new IOException("Connection reset by peer\n\tat nowhere")));
    assertEquals(
        "the size is 0",
        DataException.reason(new IllegalArgumentException("requirement failed: the size is 0")));
  }

  @Test
  void shouldNameTheKindOfAnExceptionThatSaysNothingElse() {
    assertEquals("unknown host: server", DataException.reason(new UnknownHostException("server")));
    assertEquals("end of file", DataException.reason(new EOFException()));
    assertEquals("out of memory", DataException.reason(new OutOfMemoryError()));
  }

  @Test
  void shouldReportAnExceptionAsItsReason() {
    assertEquals(
        "cannot be read: file=a, expected=b, found=No route to host; wait",
        DataException.of(
                "cannot be read", "a", "b", new IOException("No route to host"), "wait", null)
            .getMessage());
  }
}
