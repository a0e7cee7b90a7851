package fabwafer.hub.inference;

import fabwafer.hub.web.BodyDoor;
import fabwafer.hub.web.ProblemException;

/** Opens the inference request to the fuzzer. */
public final class InferenceDoor {
  private InferenceDoor() {}

  /** Reads a request as JSON and as an image file. */
  public static void take(byte[] input) {
    try {
      InferenceRequest.ofJson(BodyDoor.parse(input, "bytes", "cells"));
    } catch (ProblemException e) {
      // The answer that the caller gets.
    }
    try {
      InferenceRequest.ofImage(input);
    } catch (ProblemException e) {
      // The answer that the caller gets.
    }
  }
}
