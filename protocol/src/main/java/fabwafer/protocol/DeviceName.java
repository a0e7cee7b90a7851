package fabwafer.protocol;

/**
 * Which camera of which fab. Written {@code fab/camera}, as in topics and archive paths.
 *
 * @param fab a name, see {@link Names}
 * @param camera a name, see {@link Names}; unique in its fab
 */
public record DeviceName(String fab, String camera) implements Comparable<DeviceName> {
  public DeviceName {
    Names.requireName("fab", fab);
    Names.requireName("camera", camera);
  }

  @Override
  public int compareTo(DeviceName other) {
    int byFab = fab.compareTo(other.fab);
    return byFab != 0 ? byFab : camera.compareTo(other.camera);
  }

  @Override
  public String toString() {
    return fab + "/" + camera;
  }
}
