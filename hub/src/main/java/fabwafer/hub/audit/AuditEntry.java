package fabwafer.hub.audit;

import java.util.Optional;

/**
 * One entry.
 *
 * @param id its place, from 1, without a gap
 * @param atMillis when, milliseconds since 1970 by the hub's clock
 * @param actor who; see {@link Actor}
 * @param action what, such as {@code account.changed}
 * @param object to what, such as {@code account:eva}
 * @param detail a JSON object with what else there is to say
 * @param from the numeric address it came from
 * @param hash SHA-256 over this entry and the hash of the one before, in hexadecimal
 */
public record AuditEntry(
    long id,
    long atMillis,
    String actor,
    String action,
    String object,
    String detail,
    Optional<String> from,
    String hash) {}
