package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which unauthenticated connections stay. */
class AdmissionTest {
  private final Admission<String> admission = new Admission<>(3, Duration.ofNanos(100));

  @Test
  void shouldReplaceTheOldestWhenItIsFull() {
    admit("first", 0);
    admit("second", 1);
    admit("third", 1);
    assertEquals(Optional.of("first"), admission.admit("fourth", 2));
    assertEquals(Optional.of("second"), admission.admit("fifth", 2));
    assertEquals(Optional.of("third"), admission.admit("sixth", 2));
    assertEquals(Optional.of("fourth"), admission.admit("seventh", 2));
  }

  @Test
  void shouldHaveRoomForThoseThatComeAfterMembers() {
    admit("silent", 0);
    for (int member = 0; member < 1000; member++) {
      admit("member " + member, member / 100);
      admit("next " + member, member / 100);
      admission.remove("member " + member);
      admission.remove("next " + member);
    }
    admission.remove("unknown");
    assertEquals(Optional.of("silent"), admission.poll());
    assertEquals(Optional.empty(), admission.poll());
  }

  @Test
  void shouldGiveEachTheSameTime() {
    assertEquals(70, admission.nanosLeft(0, 70));
    admit("first", 0);
    admit("second", 40);
    admit("third", 40);
    assertEquals(60, admission.nanosLeft(40, 1000));
    assertEquals(Optional.empty(), admission.expired(99));
    assertEquals(Optional.of("first"), admission.expired(100));
    assertEquals(Optional.empty(), admission.expired(100));
    admission.remove("second");
    admit("fourth", 100);
    assertEquals(Optional.of("third"), admission.expired(140));
    assertEquals(60, admission.nanosLeft(140, 1000));
  }

  private void admit(String connection, long now) {
    assertEquals(Optional.empty(), admission.admit(connection, now));
  }
}
