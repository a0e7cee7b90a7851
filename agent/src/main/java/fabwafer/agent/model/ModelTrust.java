package fabwafer.agent.model;

import fabwafer.agent.AgentException;
import fabwafer.agent.DurableFiles;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.model.ModelKeys;
import fabwafer.protocol.model.SignedManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose models are taken: the key that the settings or the enrolment name; where neither does, the
 * first that signed an order for this agent, which is kept and from then on alone trusted.
 */
final class ModelTrust {
  private static final String FILE = "hub-model-key.pem";
  private static final Logger LOG = LoggerFactory.getLogger(ModelTrust.class);

  private final Path kept;
  private Optional<PublicKey> trusted;

  /**
   * Reads the key.
   *
   * @param folder where the first key is kept
   * @param named the file that settings or enrolment name
   * @throws AgentException if a file is there and holds no key
   */
  ModelTrust(Path folder, Optional<Path> named) {
    this.kept = folder.resolve(FILE);
    Optional<Path> file = named.or(() -> Optional.of(kept).filter(Files::exists));
    this.trusted = file.map(ModelTrust::read);
  }

  /** Why an order is not taken; empty: it is signed by whom this agent trusts. */
  Optional<String> refusal(SignedManifest order) throws IOException {
    if (trusted.isEmpty()) {
      if (!order.isSignedBy(order.key())) {
        return Optional.of("the signature is not of this manifest: it was tampered with");
      }
      keep(order.key());
      return Optional.empty();
    }
    if (!order.key().equals(trusted.get())) {
      return Optional.of(
          "unknown key %s: this device trusts %s alone"
              .formatted(shortName(order.key()), shortName(trusted.get())));
    }
    return order.isSignedBy(trusted.get())
        ? Optional.empty()
        : Optional.of("the signature is not of this manifest: it was tampered with");
  }

  /** Whether an order was signed by whom this agent trusts; trusts nobody new. */
  boolean trusts(SignedManifest order) {
    return trusted.filter(order::isSignedBy).isPresent();
  }

  private void keep(PublicKey first) throws IOException {
    DurableFiles.write(
        kept, ByteBuffer.wrap(ModelKeys.pem(first).getBytes(StandardCharsets.US_ASCII)));
    trusted = Optional.of(first);
    LOG.warn(
        "no model-key is set: the first key that signed a model, {}, is trusted from now on ({})",
        ModelKeys.fingerprint(first),
        kept);
  }

  private static PublicKey read(Path file) {
    try {
      return ModelKeys.publicKey(
          file.toString(), Files.readString(file, StandardCharsets.US_ASCII));
    } catch (IOException | MessageException e) {
      throw new AgentException("the key of models cannot be used: " + e.getMessage(), e);
    }
  }

  private static String shortName(PublicKey key) {
    return ModelKeys.fingerprint(key).substring(0, 16) + "…";
  }
}
