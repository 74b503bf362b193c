package io.syncnorm.report.html;

import java.util.function.Function;

/**
 * A column of a table.
 *
 * @param heading plain text
 * @param cell HTML of a row's cell
 */
record Column<T>(String heading, Function<T, String> cell) {}
