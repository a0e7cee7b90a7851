package fabwafer.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * All that a training needs to go on after a kill as if nothing had happened.
 *
 * @param fingerprint of options and data; a checkpoint of others is not gone on with
 * @param steps done
 * @param history the epochs done, at least one
 * @param numbers every array by a name that begins with what it belongs to
 */
record Checkpoint(
    String fingerprint, long steps, List<EpochReport> history, Map<String, float[]> numbers) {
  private static final int MAGIC = 0x46574B32; // FWK2
  private static final int MAX_ENTRIES = 100_000;

  Checkpoint {
    history = List.copyOf(history);
  }

  /** Writes it; a kill at any moment leaves the old file or the new one. */
  void write(Path file) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try {
      ByteBuffer bytes = ByteBuffer.wrap(encoded());
      try (FileChannel channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the checkpoint " + file + ": " + e, e);
    }
  }

  /**
   * Reads a checkpoint.
   *
   * @throws TrainingException if the file is none, damaged, or of other options or data
   */
  static Checkpoint read(Path file, String fingerprint) {
    Checkpoint checkpoint;
    try {
      checkpoint = decoded(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new TrainingException("cannot read the checkpoint " + file + ": " + e, e);
    }
    if (!checkpoint.fingerprint.equals(fingerprint)) {
      throw new TrainingException(
          "the checkpoint %s is of another training: %s; this one is %s"
              .formatted(file, checkpoint.fingerprint, fingerprint));
    }
    return checkpoint;
  }

  private byte[] encoded() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeUTF(fingerprint);
    out.writeLong(steps);
    out.writeInt(history.size());
    for (EpochReport report : history) {
      writeReport(out, report);
    }
    out.writeInt(numbers.size());
    for (Map.Entry<String, float[]> entry : numbers.entrySet()) {
      out.writeUTF(entry.getKey());
      float[] values = entry.getValue();
      out.writeInt(values.length);
      ByteBuffer packed = ByteBuffer.allocate(values.length * Float.BYTES);
      packed.asFloatBuffer().put(values);
      out.write(packed.array());
    }
    out.writeLong(crc(bytes.toByteArray(), bytes.size()));
    return bytes.toByteArray();
  }

  private static Checkpoint decoded(Path file, byte[] bytes) throws IOException {
    int body = bytes.length - Long.BYTES;
    if (body < Integer.BYTES || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
      throw new TrainingException(file + " is no checkpoint of this program");
    }
    if (ByteBuffer.wrap(bytes).getLong(body) != crc(bytes, body)) {
      throw new TrainingException("the checkpoint " + file + " is damaged; train from the start");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    in.readInt();
    String fingerprint = in.readUTF();
    long steps = in.readLong();
    int epochs = requireCount(file, in.readInt());
    List<EpochReport> history = new ArrayList<>();
    for (int i = 0; i < epochs; i++) {
      history.add(readReport(file, in));
    }
    int arrays = requireCount(file, in.readInt());
    Map<String, float[]> numbers = new LinkedHashMap<>();
    for (int i = 0; i < arrays; i++) {
      String name = in.readUTF();
      float[] values = new float[Math.min(in.readInt(), in.available() / Float.BYTES)];
      ByteBuffer packed = ByteBuffer.wrap(in.readNBytes(values.length * Float.BYTES));
      packed.asFloatBuffer().get(values);
      numbers.put(name, values);
    }
    return new Checkpoint(fingerprint, steps, history, numbers);
  }

  private static void writeReport(DataOutputStream out, EpochReport report) throws IOException {
    out.writeInt(report.epoch());
    out.writeDouble(report.learningRate());
    out.writeDouble(report.trainingLoss());
    out.writeDouble(report.validationLoss());
    out.writeDouble(report.accuracy());
    out.writeDouble(report.macroF1());
    out.writeDouble(report.macroF1Weighted());
    out.writeDouble(report.exactMatch());
    out.writeInt(report.recalls().size());
    for (Map.Entry<String, Double> recall : report.recalls().entrySet()) {
      out.writeUTF(recall.getKey());
      out.writeDouble(recall.getValue());
    }
    out.writeDouble(report.wafersPerSecond());
    out.writeDouble(report.seconds());
    out.writeBoolean(report.best());
  }

  private static EpochReport readReport(Path file, DataInputStream in) throws IOException {
    int epoch = in.readInt();
    double learningRate = in.readDouble();
    double trainingLoss = in.readDouble();
    double validationLoss = in.readDouble();
    double accuracy = in.readDouble();
    double macroF1 = in.readDouble();
    double macroF1Weighted = in.readDouble();
    double exactMatch = in.readDouble();
    int classes = requireCount(file, in.readInt());
    Map<String, Double> recalls = new LinkedHashMap<>();
    for (int i = 0; i < classes; i++) {
      recalls.put(in.readUTF(), in.readDouble());
    }
    return new EpochReport(
        epoch,
        learningRate,
        trainingLoss,
        validationLoss,
        accuracy,
        macroF1,
        macroF1Weighted,
        exactMatch,
        recalls,
        in.readDouble(),
        in.readDouble(),
        in.readBoolean());
  }

  private static int requireCount(Path file, int count) {
    if (count < 0 || count > MAX_ENTRIES) {
      throw new TrainingException(
          "the checkpoint %s has %,d entries, at most %,d are read"
              .formatted(file, count, MAX_ENTRIES));
    }
    return count;
  }

  private static long crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }
}
