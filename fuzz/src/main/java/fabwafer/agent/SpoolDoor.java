package fabwafer.agent;

import fabwafer.agent.SpoolRecord.DamagedException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Opens the recovery of the agent's spool to the fuzzer. */
public final class SpoolDoor {
  private static final int CHECKSUM_BYTES = 4;

  private SpoolDoor() {}

  /** Reads a record, as it is and with the checksum that its bytes would have. */
  public static void take(byte[] input) {
    read(input);
    if (input.length > CHECKSUM_BYTES) {
      byte[] right = input.clone();
      int checked = input.length - CHECKSUM_BYTES;
      CRC32C crc = new CRC32C();
      crc.update(right, 0, checked);
      for (int i = 0; i < CHECKSUM_BYTES; i++) {
        right[checked + i] = (byte) (crc.getValue() >> (8 * (CHECKSUM_BYTES - 1 - i)));
      }
      read(right);
    }
  }

  private static void read(byte[] record) {
    try {
      Inspection inspection = SpoolRecord.decode(record);
      byte[] again = new byte[SpoolRecord.encode(inspection).remaining()];
      SpoolRecord.encode(inspection).get(again);
      if (!Arrays.equals(SpoolRecord.decode(again).image(), inspection.image())) {
        throw new IllegalStateException("a record changed while it was written");
      }
    } catch (DamagedException e) {
      // What recovery sets aside.
    }
  }
}
