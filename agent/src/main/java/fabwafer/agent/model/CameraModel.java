package fabwafer.agent.model;

import fabwafer.agent.AgentException;
import fabwafer.agent.model.LoadedModels.Loaded;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.TestVectors;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.model.ChunkRequest;
import fabwafer.protocol.model.ChunkRequest.ChunkName;
import fabwafer.protocol.model.ModelManifest;
import fabwafer.protocol.model.ModelManifest.ModelFile;
import fabwafer.protocol.model.ModelReport;
import fabwafer.protocol.model.ModelReport.State;
import fabwafer.protocol.model.SignedManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One camera's model: what it was told to use, how far that is, and what it uses. For the models'
 * thread.
 */
final class CameraModel {
  /** A request without an answer is made again: the hub was away, or the chunks were lost. */
  private static final long ASK_AGAIN_NANOS = Duration.ofSeconds(10).toNanos();

  private static final Logger LOG = LoggerFactory.getLogger(CameraModel.class);

  private final DeviceName device;
  private final String agent;
  private final ModelFolder folder;
  private final ModelTrust trust;
  private final LoadedModels loaded;
  private final long maxBytes;
  private final String installed;
  private final SwitchedClassifier classifier;
  private Choice choice = Choice.NONE;
  private Optional<SignedManifest> served = Optional.empty();
  private Optional<SignedManifest> pending = Optional.empty();
  private Optional<ModelFile> wanted = Optional.empty();
  private boolean resumed;
  private int awaited;
  private long askedAtNanos;
  private State state = State.SERVING;
  private long desiredSequence;
  private Optional<String> reason = Optional.empty();

  /** What cameras share. */
  record Shared(
      String agent, ModelFolder folder, ModelTrust trust, LoadedModels loaded, long maxBytes) {}

  /**
   * A camera that goes on with what it used last, as far as that is still sound, else with the
   * installed model.
   *
   * @param installed folder or zip of the model that came with the agent
   */
  CameraModel(DeviceName device, Path installed, Shared shared) throws IOException {
    this.device = device;
    this.agent = shared.agent;
    this.folder = shared.folder;
    this.trust = shared.trust;
    this.loaded = shared.loaded;
    this.maxBytes = shared.maxBytes;
    Loaded first = loaded.open(installed);
    this.installed = first.id();
    this.classifier = new SwitchedClassifier(first);
    this.choice = folder.choice(device).map(Choice::parse).orElse(Choice.NONE);
    goOn();
  }

  SwitchedClassifier classifier() {
    return classifier;
  }

  DeviceName device() {
    return device;
  }

  /** Whether the hub ever told it something: before, there is nothing to report. */
  boolean wasTold() {
    return desiredSequence > 0 || choice.current().isPresent() || reason.isPresent();
  }

  private void goOn() throws IOException {
    for (SignedManifest order :
        Stream.of(choice.current(), choice.previous()).flatMap(Optional::stream).toList()) {
      Optional<String> fault = fault(order);
      if (fault.isEmpty()) {
        served = Optional.of(order);
        desiredSequence = order.manifest().sequence();
        LOG.info("{}: model {} goes on", device, order.manifest().model());
        return;
      }
      LOG.error("{}: model {} is not used: {}", device, order.manifest().model(), fault.get());
      desiredSequence = order.manifest().sequence();
      state = State.REFUSED;
      reason = fault;
    }
  }

  /** Makes a model on the disk the one in use, or says why not. */
  private Optional<String> fault(SignedManifest order) throws IOException {
    if (!trust.trusts(order)) {
      return Optional.of("its order is not signed by the key that this device trusts");
    }
    if (!folder.isWhole(order.manifest())) {
      return Optional.of("its files are not what its manifest names");
    }
    try {
      classifier.change(loaded.open(folder.packageOf(order.manifest())), 0);
      return Optional.empty();
    } catch (ClassifierException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** The hub says what is to be used. */
  void desired(byte[] payload) {
    SignedManifest order;
    try {
      order = SignedManifest.parse(payload);
    } catch (MessageException e) {
      refuse(desiredSequence, String.valueOf(e.getMessage()));
      return;
    }
    ModelManifest manifest = order.manifest();
    try {
      Optional<String> refusal = refusal(order);
      if (refusal.isPresent()) {
        refuse(manifest.sequence(), refusal.get());
        return;
      }
    } catch (IOException e) {
      refuse(manifest.sequence(), "the key cannot be kept: " + AgentException.told(e));
      return;
    }
    desiredSequence = manifest.sequence();
    reason = Optional.empty();
    if (served.isPresent() && served.get().isSameOrder(order)) {
      state = State.SERVING;
      pending = Optional.empty();
      wanted = Optional.empty();
      return;
    }
    if (pending.isEmpty() || !pending.get().isSameOrder(order)) {
      LOG.info("{}: told to use model {}", device, manifest.model());
      wanted = Optional.empty();
    }
    pending = Optional.of(order);
    state = State.RECEIVING;
    advance();
  }

  private Optional<String> refusal(SignedManifest order) throws IOException {
    ModelManifest manifest = order.manifest();
    if (!manifest.device().equals(device)) {
      return Optional.of(
          "the order is for %s, not for %s: it was replayed".formatted(manifest.device(), device));
    }
    Optional<String> untrusted = trust.refusal(order);
    if (untrusted.isPresent()) {
      return untrusted;
    }
    long followed = choice.current().map(known -> known.manifest().sequence()).orElse(0L);
    if (manifest.sequence() < followed) {
      return Optional.of(
          "an older order: its sequence is %d, this device followed %d (replayed or downgraded)"
              .formatted(manifest.sequence(), followed));
    }
    if (manifest.sequence() == followed && !choice.current().orElseThrow().isSameOrder(order)) {
      return Optional.of("another order of the sequence %d was followed".formatted(followed));
    }
    if (manifest.bytes() > maxBytes) {
      return Optional.of(
          "the model has %,d bytes, this device takes %,d".formatted(manifest.bytes(), maxBytes));
    }
    String machine = System.getProperty("os.arch", "unknown");
    return manifest.architectures().isEmpty() || manifest.architectures().contains(machine)
        ? Optional.empty()
        : Optional.of(
            "wrong architecture: the model is for %s, this machine is %s"
                .formatted(String.join(", ", manifest.architectures()), machine));
  }

  /** A chunk came. */
  void chunk(ChunkName name, byte[] bytes) {
    if (wanted.isEmpty() || !wanted.get().sha256().equals(name.sha256())) {
      return;
    }
    ModelFile file = wanted.get();
    try {
      awaited--;
      if (folder.append(file, name.offset(), bytes)) {
        askedAtNanos = System.nanoTime();
        state = State.RECEIVING;
      }
      if (folder.received(file) == file.bytes()) {
        received(file);
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  private void received(ModelFile file) throws IOException {
    awaited = 0;
    if (folder.finish(file)) {
      wanted = Optional.empty();
      advance();
    } else if (resumed) {
      // The part of before may have suffered with the power: once more, from the start.
      resumed = false;
    } else {
      wanted = Optional.empty();
      SignedManifest order = pending.orElseThrow();
      pending = Optional.empty();
      refuse(
          order.manifest().sequence(),
          "%s is not the file that was signed: it was tampered with".formatted(file.name()));
    }
  }

  /** Goes on with what is pending, as far as it goes without the hub. */
  void advance() {
    if (pending.isEmpty() || wanted.isPresent()) {
      return;
    }
    ModelManifest manifest = pending.get().manifest();
    try {
      if (!folder.isWhole(manifest)) {
        Optional<ModelFile> missing = folder.nextMissing(manifest);
        if (missing.isPresent()) {
          resumed = folder.received(missing.get()) > 0;
          wanted = missing;
          awaited = 0;
          return;
        }
        folder.assemble(manifest);
      }
      activate(pending.get());
    } catch (IOException e) {
      failed(e);
    }
  }

  private void failed(IOException e) {
    reason = Optional.of("the model's folder cannot be written: " + AgentException.told(e));
    LOG.error("{}: {}", device, reason.get());
  }

  /** Tries a model, and makes it the one in use. */
  private void activate(SignedManifest order) throws IOException {
    state = State.CHECKING;
    ModelManifest manifest = order.manifest();
    Path whole = folder.packageOf(manifest);
    Loaded next;
    try {
      next = loaded.open(whole);
    } catch (ClassifierException e) {
      pending = Optional.empty();
      refuse(manifest.sequence(), withoutPath(e, whole));
      return;
    }
    Optional<String> unfit = unfit(manifest, next, whole);
    if (unfit.isPresent()) {
      next.close();
      pending = Optional.empty();
      refuse(manifest.sequence(), unfit.get());
      return;
    }
    Choice chosen = new Choice(Optional.of(order), served);
    try {
      folder.choose(device, chosen.toBytes());
    } catch (IOException e) {
      next.close();
      throw e;
    }
    choice = chosen;
    classifier.change(next, manifest.probation());
    served = Optional.of(order);
    pending = Optional.empty();
    state = State.SERVING;
    reason = Optional.empty();
    LOG.info("{}: model {} answers from now on", device, manifest.model());
  }

  private static Optional<String> unfit(ModelManifest manifest, Loaded next, Path whole) {
    if (!next.id().equals(manifest.model())) {
      return Optional.of(
          "its card is of model %s, the order of %s".formatted(next.id(), manifest.model()));
    }
    try {
      Optional<TestVectors> vectors = TestVectors.read(whole);
      if (vectors.isEmpty()) {
        return Optional.of("it has no test vectors");
      }
      vectors.get().require(next.classifier());
      return Optional.empty();
    } catch (ClassifierException e) {
      return Optional.of(withoutPath(e, whole));
    }
  }

  /** The hub's people do not know this machine's folders. */
  private static String withoutPath(ClassifierException e, Path whole) {
    return String.valueOf(e.getMessage()).replace(whole.toString(), "the model");
  }

  private void refuse(long sequence, String why) {
    state = State.REFUSED;
    desiredSequence = sequence;
    reason = Optional.of(why);
    LOG.error("{}: a model is refused, {} goes on: {}", device, classifier.serving(), why);
  }

  /** Which file it waits for, if it does. */
  Optional<String> wantedFile() {
    return wanted.map(ModelFile::sha256);
  }

  /** What to ask the hub for now, if anything. */
  Optional<ChunkRequest> takeRequest() {
    advance();
    long now = System.nanoTime();
    if (wanted.isEmpty() || (awaited > 0 && now - askedAtNanos < ASK_AGAIN_NANOS)) {
      return Optional.empty();
    }
    try {
      ModelFile file = wanted.get();
      long received = folder.received(file);
      if (received == file.bytes()) {
        received(file);
        return Optional.empty();
      }
      long left =
          (file.bytes() - received + ChunkRequest.CHUNK_BYTES - 1) / ChunkRequest.CHUNK_BYTES;
      awaited = (int) Math.min(ChunkRequest.MAX_CHUNKS, left);
      askedAtNanos = now;
      return Optional.of(new ChunkRequest(file.sha256(), received, awaited));
    } catch (IOException e) {
      failed(e);
      return Optional.empty();
    }
  }

  /** A new connection: whatever was on its way on the old one is lost. */
  void connected() {
    awaited = 0;
  }

  /** What the hub is told now. */
  ModelReport report() {
    long received = 0;
    try {
      received = pending.isPresent() ? folder.received(pending.get().manifest()) : 0;
    } catch (IOException e) {
      LOG.debug("{}: {}", device, AgentException.told(e));
    }
    Optional<String> previous =
        served.map(_ -> choice.previous().map(order -> order.manifest().model()).orElse(installed));
    return new ModelReport(
        agent,
        state,
        classifier.serving(),
        served.map(order -> order.manifest().sequence()).orElse(0L),
        desiredSequence,
        received,
        reason,
        previous,
        classifier.counts());
  }

  /** Models on the disk that it may need. */
  Set<String> usedPackages() {
    Set<String> used = new HashSet<>();
    orders().forEach(order -> used.add(order.manifest().packageId()));
    return used;
  }

  /** Files that it may be in the midst of fetching. */
  Set<String> usedFiles() {
    Set<String> used = new HashSet<>();
    pending.ifPresent(order -> order.manifest().files().forEach(file -> used.add(file.sha256())));
    return used;
  }

  private List<SignedManifest> orders() {
    return Stream.of(choice.current(), choice.previous(), pending)
        .flatMap(Optional::stream)
        .toList();
  }
}
