/**
 * The real program as its users meet it: started by {@code ./fabwafer}, talked to over MQTT, HTTP
 * and a browser, killed and started again. These classes are the harness that the acceptance tests
 * and the load measurements in bench share; failures are thrown as assertion errors with all that
 * was printed.
 */
@NullMarked
package fabwafer.acceptance;

import org.jspecify.annotations.NullMarked;
