package fabwafer.hub.certificate;

import fabwafer.hub.HubException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The names and addresses by which this machine may be reached. */
final class ServerNames {
  private static final Pattern HOST =
      Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9_.-]{0,252}[a-z0-9_])?");

  /** Addresses of one machine that a certificate names; a machine of many containers has more. */
  private static final int MAX_OWN = 32;

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final Logger LOG = LoggerFactory.getLogger(ServerNames.class);

  private ServerNames() {}

  /** This machine's own names and addresses, and others. */
  static Set<String> with(Collection<String> others) {
    Set<String> names = new TreeSet<>(List.of("localhost", "127.0.0.1", canonical("::1")));
    addHostName(names);
    addAddresses(names);
    others.forEach(name -> names.add(canonical(name)));
    return names;
  }

  /** The names that a certificate is valid for. */
  static Set<String> of(X509Certificate certificate) {
    Set<String> names = new TreeSet<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          if (alternative.get(0) instanceof Integer kind
              && (kind == DNS_NAME || kind == IP_ADDRESS)) {
            names.add(canonical(String.valueOf(alternative.get(1))));
          }
        }
      }
      return names;
    } catch (CertificateParsingException e) {
      return Set.of();
    }
  }

  /** One spelling for each name; an address as the JDK writes it. */
  private static String canonical(String name) {
    try {
      return withoutZone(InetAddress.ofLiteral(name.replaceAll("^\\[|]$", "")));
    } catch (IllegalArgumentException e) {
      String host = name.strip().toLowerCase(Locale.ROOT);
      if (!HOST.matcher(host).matches()) {
        throw new HubException(
            "hub.certificate-names must be host names or addresses, got '" + name + "'", e);
      }
      return host;
    }
  }

  private static String withoutZone(InetAddress address) {
    return address.getHostAddress().replaceFirst("%.*", "");
  }

  private static void addHostName(Set<String> names) {
    try {
      String host = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
      if (HOST.matcher(host).matches()) {
        names.add(host);
      }
    } catch (UnknownHostException e) {
      LOG.debug("this machine has no name of its own", e);
    }
  }

  private static void addAddresses(Set<String> names) {
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLinkLocalAddress())
          .map(ServerNames::withoutZone)
          .distinct()
          .sorted()
          .limit(MAX_OWN)
          .forEach(names::add);
    } catch (SocketException e) {
      LOG.debug("this machine does not tell its addresses", e);
    }
  }
}
