/**
 * Hostile input for everything that reads what others send. {@link fabwafer.fuzz.Target} lists the
 * doors; the fuzzer comes in through {@link fabwafer.fuzz.Fuzzed}, the tests go over the seeds.
 * Nothing of it is part of the program. The classes in the packages of {@code agent} and {@code
 * hub} open what is package-private there.
 */
@NullMarked
package fabwafer.fuzz;

import org.jspecify.annotations.NullMarked;
