package fabwafer.agent;

import fabwafer.wafer.WaferMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Always answers the same; counts, and can be made to do something meanwhile. */
class SteadyClassifier implements WaferClassifier {
  private final List<WaferMap> asked = new CopyOnWriteArrayList<>();
  private volatile Runnable meanwhile = () -> {};

  /** Done while a wafer is classified; an exception thrown is the classifier's. */
  void meanwhile(Runnable action) {
    meanwhile = action;
  }

  List<WaferMap> asked() {
    return asked;
  }

  @Override
  public Answer classify(WaferMap wafer, byte[] image) {
    asked.add(wafer);
    meanwhile.run();
    return Samples.answer();
  }

  @Override
  public Optional<String> model() {
    return Samples.answer().model();
  }

  @Override
  public void close() {}
}
