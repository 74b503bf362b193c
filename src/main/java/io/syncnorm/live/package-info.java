/**
 * The report of a run while it trains, served to browsers on the driver's machine ({@code --live}).
 *
 * <p><b>Flow.</b> {@link io.syncnorm.live.LiveView} is a listener of a run. It gets the run's
 * {@link io.syncnorm.report.html.RunReport}, which grows; when a browser asks, {@code Drawing}
 * makes of it what {@code report.html} would show now, by the same methods, and {@code LiveServer}
 * sends it. A script in the page asks every second and replaces the sections that have changed.
 *
 * <p><b>Threads.</b> The run sets fields and never waits: pages are drawn and sent on a few daemon
 * threads of the server. Only the end of a run waits, at most four seconds, for the last state to
 * reach a page that is open.
 *
 * <p><b>Imports.</b> Of ours {@code experiment}, whose run it listens to, {@code report.html},
 * whose pages it serves, and the tab in {@code spark.version}; from outside Spark's context and the
 * JDK's HTTP server.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>The page asks, and the server does not push: a request that is answered at once needs no
 *       thread for each browser, and a page that was asleep or had lost its tunnel goes on by
 *       itself.
 *   <li>The server is on the loopback interface: a driver has no certificate, and Spark's own pages
 *       are what a cluster's administrator has opened or closed. Other users of the machine lack
 *       the token.
 *   <li>The server ends with the run, because its process does. The page keeps the last state, and
 *       {@code report.html} has the same.
 *   <li>A grid has no live view: its page links to reports of its runs, which are files.
 * </ul>
 */
package io.syncnorm.live;
