/**
 * The run configuration: typed keys, and one value of each, read from HOCON files and {@code
 * key=value} overrides or set by value, checked, and immutable.
 *
 * <p><b>Flow.</b> {@link io.syncnorm.config.ConfigLoader} lays the sources over the defaults,
 * {@code TreeCheck} compares them with {@link io.syncnorm.config.Keys}, and the values become one
 * {@link io.syncnorm.config.Configuration}, which can render and hash itself. Code that is given
 * values starts from {@code Configuration.defaults()} and sets its keys.
 *
 * <p><b>Threads.</b> Everything public is immutable or stateless and may be used from any thread.
 *
 * <p><b>Imports.</b> Nothing of ours. Outside: typesafe-config (HOCON with the file and line of
 * each value) and the edit distance of commons-text, which Spark brings along, for suggestions.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>A setting is three lines: its default with its meaning in {@code conf/syncnorm.conf} (on
 *       the class path as {@code /syncnorm.conf}), its type and range in {@code Keys}, and {@code
 *       configuration.get(Keys.X)} where it is used. No record repeats it and no constructor passes
 *       it on; files, {@code --set} and the axes of grids have it without more. A door with
 *       settings of its own (an estimator's params, a training master's builder) names the key, and
 *       has default and range from it.
 *   <li>The loader and {@code Configuration.with} ask the same {@code Key}, so that what a file may
 *       not say, code cannot build.
 *   <li>A value that one word of several stands for is an enum beside its key; one with a shape of
 *       its own is a record. The names of sections are not types.
 *   <li>HOCON is read where a person has written it, and written where a person or a later run
 *       reads it. Between driver and ranks goes the configuration itself.
 *   <li>All values are checked first and the configuration built afterwards: that is how every
 *       fault is found rather than the first one.
 *   <li>Each source is checked by itself and then the effective tree: a wrong value in a file is a
 *       fault even where a later source replaces it, and what needs substitution is checked once
 *       resolved.
 *   <li>Two silences of HOCON are broken: an included file must exist (a misspelled include would
 *       train another experiment), and a duration must carry its unit (a bare 60 would be 60 ms).
 *   <li>Two spellings of one meaning render alike ({@code step} and {@code "1 steps"}, {@code
 *       local} and {@code group(1)}): they train the same model, so they must have the same hash.
 *       Whether {@code group(8)} is {@code global} only the world can tell.
 *   <li>Keys that play no part beside others ({@code every} where gradients are averaged, {@code
 *       outer.momentum} without an outer optimizer) are no fault: a grid varies one key at a time.
 *   <li>A grid is the section {@code experiment} of the same sources. Its cells are made before any
 *       substitution is resolved, so that a value which refers to an axis follows it, and each is
 *       checked like a configuration of its own. Conditions are values of keys rather than
 *       expressions: they are checked by the same kinds, and a misspelled one is a fault. Data,
 *       seed and world vary slowest, so that cells that share what Spark was handed are neighbours,
 *       and a grid that is stopped early has whole repetitions.
 *   <li>The rendering is one {@code key = value} line per key: two runs compare with {@code diff},
 *       and each line can be pasted behind {@code --set}. Our own code writes it, because the hash,
 *       and with it the run's directory, must not change with a library's layout.
 *   <li>Nor may a new key change it for those who do not use it: a scheduler that runs the same
 *       command after an update must find its finished runs and its checkpoints. So a key that is
 *       added is named in {@code Keys.ADDED_LATER}, and left out of what is hashed while it is at
 *       its default, which has to mean what was before.
 * </ul>
 */
package io.syncnorm.config;
