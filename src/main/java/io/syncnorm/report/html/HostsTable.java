package io.syncnorm.report.html;

import io.syncnorm.report.RunResult.Hosts;
import io.syncnorm.report.RunResult.Pause;
import io.syncnorm.report.plot.Xml;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The table of the hosts on which a run's models were trained; empty if they never changed. */
final class HostsTable {
  private HostsTable() {}

  static String html(List<Hosts> hosts) {
    if (Hosts.changes(hosts).isEmpty()) {
      return "";
    }
    return Html.table(
        "Hosts, since the last start of the run",
        hosts,
        List.of(
            new Column<>("Time, s", each -> Html.decimal(each.seconds(), 1)),
            new Column<>("Model", each -> Xml.escape(each.model())),
            new Column<>("After", HostsTable::position),
            new Column<>("Hosts", each -> Html.count(each.hosts())),
            new Column<>("Why", each -> Xml.escape(each.why())),
            seconds("Pause, s", Pause::seconds),
            seconds("Ending", Pause::endingSeconds),
            seconds("Slots", Pause::slotsSeconds),
            seconds("Starting", Pause::startingSeconds),
            seconds("Data", Pause::dataSeconds)));
  }

  /** Explains the pauses in the bars and in the table. */
  static String howToRead(List<Hosts> hosts) {
    return Hosts.changes(hosts).isEmpty()
        ? ""
        : " A pause is the time without a step after an executor was lost or the ranks moved to"
            + " other hosts: until the ranks have ended, until there are task slots, until all"
            + " ranks have started and joined, and until the first step on their data is done. A bar"
            + " with a pause is cut at twice the longest epoch; the table has the whole pause.";
  }

  private static Column<Hosts> seconds(String heading, ToDoubleFunction<Pause> part) {
    return new Column<>(heading, each -> Html.decimal(part.applyAsDouble(each.pause()), 2));
  }

  private static String position(Hosts hosts) {
    return "epoch "
        + Html.count(hosts.epoch())
        + (hosts.step() == 0 ? "" : ", step " + Html.count(hosts.step()));
  }
}
