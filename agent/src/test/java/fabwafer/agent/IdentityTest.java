package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.Names;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IdentityTest {
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");
  private static final byte[] CONTENT = {1, 2, 3};

  @Test
  void of_differsWithNameContentCameraAndTime_andNothingElse() {
    Identity first = Identity.of(CAMERA, "wafer 1.png", CONTENT, 5);
    assertThat(first.imgid()).matches("wafer_1-[0-9a-f]{12}");
    assertThat(Identity.of(CAMERA, "wafer 1.png", CONTENT.clone(), 5)).isEqualTo(first);
    DeviceName other = new DeviceName("faba", "camera2");
    assertThat(
            List.of(
                first,
                Identity.of(CAMERA, "wafer_1.png", CONTENT, 5),
                Identity.of(CAMERA, "wafer 1.png", new byte[] {1, 2}, 5),
                Identity.of(other, "wafer 1.png", CONTENT, 5),
                Identity.of(CAMERA, "wafer 1.png", CONTENT, 6)))
        .doesNotHaveDuplicates();
  }

  @Test
  void of_clampsTheTimeOfACameraWithoutAClock() {
    assertThat(Identity.of(CAMERA, "a.png", CONTENT, -7).timestampMillis()).isZero();
  }

  @Property
  void imgid_isALegalName_whateverTheFileIsCalled(@ForAll String name) {
    assertThat(Names.isName(Identity.of(CAMERA, name, CONTENT, 5).imgid())).isTrue();
  }

  @Test
  void imageEnd_isMissingInEveryBeginningOfAPng() {
    byte[] png = Samples.png(1);
    assertThat(ImageEnd.of(png)).isEqualTo(ImageEnd.WHOLE);
    for (int length = 0; length < png.length; length++) {
      assertThat(ImageEnd.of(Arrays.copyOf(png, length))).isEqualTo(ImageEnd.MISSING);
    }
    assertThat(ImageEnd.of(new byte[500])).isEqualTo(ImageEnd.MISSING);
    assertThat(ImageEnd.of(new byte[] {'G', 'I', 'F'})).isEqualTo(ImageEnd.UNKNOWN);
    byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0, (byte) 0xff, (byte) 0xd9};
    assertThat(ImageEnd.of(jpeg)).isEqualTo(ImageEnd.WHOLE);
    assertThat(ImageEnd.of(Arrays.copyOf(jpeg, 5))).isEqualTo(ImageEnd.MISSING);
  }
}
