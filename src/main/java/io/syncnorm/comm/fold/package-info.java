/**
 * Which ranks fold with which.
 *
 * <p><b>Imports.</b> Only the JDK.
 */
package io.syncnorm.comm.fold;
