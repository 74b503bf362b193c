package io.syncnorm;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Marks tests that only {@code mvn -Pslow verify} runs. They take many seconds, and try what {@code
 * mvn verify} tries elsewhere in shorter form: with more kinds of input, on more hosts, with other
 * faults.
 */
@Tag("slow")
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Slow {}
