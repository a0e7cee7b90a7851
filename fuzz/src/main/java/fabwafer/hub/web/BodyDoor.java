package fabwafer.hub.web;

import java.util.Set;

/** Opens the JSON bodies of the REST interface to the fuzzer. */
public final class BodyDoor {
  private static final int MAX_TEXT = 1_000;

  /** Every field that a route reads as a text. */
  private static final Set<String> TEXTS =
      Set.of(
          "user",
          "password",
          "role",
          "currentPassword",
          "newPassword",
          "comment",
          "imgid",
          "fab",
          "camera",
          "ground_truth");

  private static final Set<String> KNOWN = known();

  private BodyDoor() {}

  private static Set<String> known() {
    Set<String> known = new java.util.HashSet<>(TEXTS);
    known.addAll(Set.of("timestamp", "bytes", "cells"));
    return Set.copyOf(known);
  }

  /** Reads a body and each of its fields, as one that is missing and as one that is there. */
  public static void take(byte[] input) {
    JsonBody body;
    try {
      body = JsonBody.parse(input, KNOWN);
    } catch (ProblemException e) {
      return;
    }
    for (String field : TEXTS) {
      refusable(() -> body.text(field, MAX_TEXT));
    }
    refusable(() -> body.timestamp("timestamp"));
    refusable(() -> body.rows("cells"));
  }

  /**
   * A body as the inference route gets it.
   *
   * @throws ProblemException if it is none
   */
  public static JsonBody parse(byte[] input, String... fields) {
    return JsonBody.parse(input, Set.of(fields));
  }

  private static void refusable(Runnable reading) {
    try {
      reading.run();
    } catch (ProblemException e) {
      // The answer that the caller gets.
    }
  }
}
