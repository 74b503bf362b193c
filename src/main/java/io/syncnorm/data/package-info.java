/**
 * Labelled, weighted rows, packed: in blocks as a source has them, and in pieces as ranks get them.
 *
 * <p><b>Threads.</b> {@link io.syncnorm.data.SparseBuffer} and the other buffers belong to one
 * thread. Everything else is immutable or without state and may be shared.
 *
 * <p><b>Arrays are not copied.</b> {@link io.syncnorm.data.Rows} and {@link
 * io.syncnorm.data.Features} keep the arrays passed to their constructors and return them from
 * accessors. No code may write to these arrays afterwards. Copies would double the memory for no
 * gain.
 *
 * <p><b>Imports.</b> None.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Pixels are stored and sent as bytes and become floats per mini-batch: a quarter of the
 *       memory and of the traffic. With a table of 256 floats this costs 31 us for 128 rows of 784
 *       pixels on one core; multiplying by 1/255 takes 48 us and dividing 81 us, as C2 of Java 17
 *       vectorizes neither, and reading eight bytes at a time is no faster than the plain table.
 *   <li>Only unsigned bytes are scaled: they are gray values from 0 to 255. The range of any other
 *       type is unknown (a 16-bit scanner may use 12 bits, a 32-bit file may hold bytes), so its
 *       numbers are used unchanged ({@link io.syncnorm.data.Features}).
 *   <li>All other numbers are stored as floats, packed in one array: a network computes in float,
 *       and doubles or boxed vectors would cost two to five times the memory. {@link
 *       io.syncnorm.data.Rows} is the only format of labelled, weighted rows from any source, in
 *       memory and on Spark's wire; {@link io.syncnorm.data.Features} are its packed arrays.
 *   <li>Rows with few nonzero values stay sparse in memory, on disk and in mini-batches: a batch of
 *       128 rows with a million columns would have 512 MB of dense features.
 * </ul>
 */
package io.syncnorm.data;
