/**
 * The real program as its users meet it: started by {@code ./fabwafer}, talked to over MQTT, HTTP
 * and a browser, killed and started again. And the architecture, held against the compiled classes.
 */
@NullMarked
package fabwafer.acceptance;

import org.jspecify.annotations.NullMarked;
