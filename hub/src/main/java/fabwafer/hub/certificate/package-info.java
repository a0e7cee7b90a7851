/**
 * The hub's own small certificate authority. {@link fabwafer.hub.certificate.CertificateAuthority}
 * is the door: it makes the certificate of the hub's TLS ports ({@link
 * fabwafer.hub.certificate.ServerCertificate}) and those of devices. Its files are in the data
 * folder. Safe on any thread.
 */
@NullMarked
package fabwafer.hub.certificate;

import org.jspecify.annotations.NullMarked;
