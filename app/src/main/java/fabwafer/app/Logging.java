package fabwafer.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;

/**
 * Where the log goes and how it looks: lines for a person on standard error, or a JSON object a
 * line where {@code --log json} or {@code FABWAFER_LOG=json} says so. Logback finds this class by
 * its service file and calls it at the first logger, so the switches are system properties by then.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  /** System property: {@code text} or {@code json}. */
  static final String FORMAT = "fabwafer.log";

  /** System property: the level of Fabwafer's own loggers. */
  static final String LEVEL = "fabwafer.log-level";

  /** Libraries that speak too much for a person to find what matters. */
  private static final List<String> LIBRARIES =
      List.of(
          "io.javalin",
          "org.eclipse.jetty",
          "com.hivemq",
          "migrations",
          "jetbrains.exodus",
          "com.zaxxer.hikari",
          "org.flywaydb",
          "ai.djl",
          "io.netty",
          "org.apache.parquet",
          "org.apache.hadoop");

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("console");
    console.setTarget("System.err");
    console.setEncoder(setting(FORMAT, "text").equals("json") ? json(context) : text(context));
    console.start();

    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(console);
    LIBRARIES.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    // Where a CUDA runtime is installed, it warns twice that training does not use it.
    context.getLogger("ai.djl.util.cuda").setLevel(Level.ERROR);
    context.getLogger("fabwafer").setLevel(Level.toLevel(setting(LEVEL, "info"), Level.INFO));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %-18logger{0} %msg%n");
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithContext(false);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.start();
    return encoder;
  }

  /** A system property, else the variable of its name ({@code FABWAFER_LOG_LEVEL}). */
  private static String setting(String property, String fallback) {
    String variable = property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    String exported = System.getenv().getOrDefault(variable, fallback);
    return System.getProperty(property, exported).toLowerCase(Locale.ROOT);
  }
}
