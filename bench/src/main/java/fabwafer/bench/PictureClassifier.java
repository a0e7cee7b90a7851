package fabwafer.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import fabwafer.classifier.OnnxEnvironment;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * {@link ResNet34} as such networks are used: a picture is decoded, stretched to 224 x 224 by
 * bilinear interpolation, and its colours are normalised. Same runtime and options as our
 * classifier: one thread, no spinning.
 */
final class PictureClassifier implements AutoCloseable {
  private static final int[] SHIFTS = {16, 8, 0};
  private static final float[] MEANS = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATIONS = {0.229f, 0.224f, 0.225f};
  private static final int PIXELS = ResNet34.SIDE * ResNet34.SIDE;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final FloatBuffer buffer;
  private final BufferedImage stretched =
      new BufferedImage(ResNet34.SIDE, ResNet34.SIDE, BufferedImage.TYPE_INT_RGB);

  /**
   * @param mostPictures pictures of one run at most
   */
  PictureClassifier(int mostPictures) throws OrtException {
    environment = OnnxEnvironment.get();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      session = environment.createSession(ResNet34.onnx(), options);
    }
    buffer =
        ByteBuffer.allocateDirect(mostPictures * ResNet34.PLANES * PIXELS * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
  }

  /** Classifies picture files; answers the first logit of the last, so that nothing is left out. */
  float classify(List<byte[]> pictures) {
    buffer.clear();
    pictures.forEach(this::encode);
    long[] shape = {pictures.size(), ResNet34.PLANES, ResNet34.SIDE, ResNet34.SIDE};
    try (OnnxTensor input = OnnxTensor.createTensor(environment, buffer.flip(), shape);
        OrtSession.Result result = session.run(Map.of(ResNet34.INPUT, input))) {
      float first = ((float[][]) result.get(0).getValue())[pictures.size() - 1][0];
      if (!Float.isFinite(first)) {
        throw new IllegalStateException("ResNet-34 answers " + first);
      }
      return first;
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private void encode(byte[] file) {
    BufferedImage picture;
    try {
      picture = ImageIO.read(new ByteArrayInputStream(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Graphics2D drawing = stretched.createGraphics();
    drawing.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    drawing.drawImage(picture, 0, 0, ResNet34.SIDE, ResNet34.SIDE, null);
    drawing.dispose();
    int[] pixels = ((DataBufferInt) stretched.getRaster().getDataBuffer()).getData();
    for (int plane = 0; plane < ResNet34.PLANES; plane++) {
      for (int i = 0; i < PIXELS; i++) {
        float value = (pixels[i] >> SHIFTS[plane] & 0xff) / 255f;
        buffer.put((value - MEANS[plane]) / DEVIATIONS[plane]);
      }
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
