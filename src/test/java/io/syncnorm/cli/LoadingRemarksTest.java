package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadingRemarksTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "60000 | 47040000 | reading data: 60,000 rows, 47 MB",
        "1200000 | 940000000 | reading data: 1.2 M rows, 940 MB",
        "6000000 | 4704000000 | reading data: 6.0 M rows, 4.7 GB"
      })
  void shouldSayHowManyRowsHaveBeenRead(long rows, long bytes, String text) {
    assertEquals(text, LoadingRemarks.text(rows, bytes));
  }

  @Test
  void shouldSayNothingOfDataThatIsReadSoon() {
    List<String> said = new ArrayList<>();
    LoadingRemarks remarks = new LoadingRemarks(said::add);
    remarks.loaded(10, 100);
    remarks.loaded(20, 200);
    assertEquals(List.of(), said);
  }
}
