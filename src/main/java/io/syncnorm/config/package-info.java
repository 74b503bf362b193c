/**
 * The run configuration: typed keys and a validated, immutable set of their values, read from HOCON
 * files and {@code key=value} overrides or set by code.
 *
 * <p><b>Flow.</b> {@link io.syncnorm.config.ConfigLoader} applies the sources to the defaults,
 * {@code TreeCheck} checks them against {@link io.syncnorm.config.Keys}, and the values form a
 * {@link io.syncnorm.config.Configuration}, which can render and hash itself. Code that has the
 * values already starts from {@code Configuration.defaults()} and sets its keys.
 *
 * <p><b>Threads.</b> Everything public is immutable or stateless and may be used from any thread.
 *
 * <p><b>Imports.</b> Of ours {@code config.layer}, the value of one key. Outside: typesafe-config
 * (HOCON with the file and line of each value) and the edit distance of commons-text, which Spark
 * brings along, for suggestions.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>A setting is three lines: its default with its meaning in {@code conf/syncnorm.conf} (on
 *       the class path as {@code /syncnorm.conf}), its type and range in {@code Keys}, and {@code
 *       configuration.get(Keys.X)} where it is used. No record repeats it and no constructor passes
 *       it on; files, {@code --set} and grid axes support it without further code. A door with its
 *       own settings (an estimator's params, a training master's builder) names the key and takes
 *       default and range from it.
 *   <li>The loader and {@code Configuration.with} check with the same {@code Key}, so code cannot
 *       build what a file may not contain.
 *   <li>A value that is one of several words is an enum beside its key; a value with its own
 *       structure is a record. Sections are not types.
 *   <li>HOCON is read only where a person wrote it, and written only where a person or a later run
 *       reads it. Driver and ranks exchange the configuration object itself.
 *   <li>All values are checked before the configuration is built, so that every fault is reported,
 *       not only the first.
 *   <li>Each source is checked separately, then the effective tree: a wrong value in a file is a
 *       fault even if a later source replaces it, and substitutions are checked once resolved.
 *   <li>HOCON is stricter here in two places: an included file must exist (a misspelled include
 *       would train another experiment), and a duration must have a unit (a bare 60 would be 60
 *       ms).
 *   <li>Two spellings of one value render identically ({@code step} and {@code "1 steps"}, {@code
 *       local} and {@code group(1)}): they train the same model, so they must have the same hash.
 *       Whether {@code group(8)} equals {@code global} depends on the world.
 *   <li>What {@code data.test} lacks it takes from {@code data.train} by substitutions in the
 *       defaults: they follow files, overrides and axes, and every value is final once it is
 *       loaded. Options are the exception, because HOCON would add a section to the one it
 *       replaces: {@link io.syncnorm.config.DataSource} adds them if the formats are equal. The
 *       scale is one key for both, because a model scales all rows as those it was trained on.
 *   <li>Values that do not fit together ({@code path} with {@code format = idx}) are a fault of the
 *       complete tree only; in a grid they are a fault of a cell.
 *   <li>Keys that have no effect because of others ({@code every} while gradients are averaged,
 *       {@code outer.momentum} without an outer optimizer) are not a fault: a grid varies one key
 *       at a time. Two keys that describe different networks ({@code hidden} and {@code layers})
 *       are: nobody could say which one is meant.
 *   <li>A wrong list of layers has one fault for each wrong layer, in the line of that layer.
 *   <li>A grid is the section {@code experiment} of the same sources. Its cells are built before
 *       substitutions are resolved, so that a value that refers to an axis follows it, and each
 *       cell is checked like any configuration. Conditions are values of keys, not expressions: the
 *       same kinds check them, and a misspelled one is a fault. Data, seed and world vary slowest,
 *       so that cells that share data in Spark are neighbors, and a grid that is stopped early has
 *       complete repetitions.
 *   <li>The rendering is one {@code key = value} line per key: two runs compare with {@code diff},
 *       and each line can be pasted after {@code --set}. Our own code writes it, because the hash,
 *       and with it the run directory, must not change when a library changes its layout.
 *   <li>A key says where it is defined whether it is part of a run's identity ({@code Key.Role}):
 *       deadlines, retries, memory, checkpoints, telemetry and the run's name are not, because they
 *       do not change what is trained.
 *   <li>A new key must not change the hash of runs that do not use it: a scheduler that runs the
 *       same command after an update must find its finished runs and checkpoints. So a new key is
 *       listed in {@code Keys.ADDED_LATER} and excluded from the hash while it has its default,
 *       which must keep the previous behavior.
 * </ul>
 */
package io.syncnorm.config;
