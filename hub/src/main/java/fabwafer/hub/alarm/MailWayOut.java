package fabwafer.hub.alarm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;

import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Notices as e-mail, through an SMTP server. A repeated one has the same Message-ID. */
final class MailWayOut implements WayOut {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final AlarmConfig.Mail config;
  private final String hubId;
  private final Session session;

  /**
   * A way out.
   *
   * @param hubId what tells this hub's alarms from another's, in Message-IDs
   */
  MailWayOut(AlarmConfig.Mail config, String hubId) {
    this.config = config;
    this.hubId = hubId;
    Properties properties = new Properties();
    properties.setProperty("mail.smtp.host", config.host());
    properties.setProperty("mail.smtp.port", String.valueOf(config.port()));
    properties.setProperty("mail.smtp.connectiontimeout", String.valueOf(TIMEOUT.toMillis()));
    properties.setProperty("mail.smtp.timeout", String.valueOf(TIMEOUT.toMillis()));
    properties.setProperty("mail.smtp.writetimeout", String.valueOf(TIMEOUT.toMillis()));
    properties.setProperty("mail.smtp.starttls.enable", String.valueOf(config.starttls()));
    properties.setProperty("mail.smtp.starttls.required", String.valueOf(config.starttls()));
    properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    properties.setProperty("mail.smtp.auth", String.valueOf(config.user().isPresent()));
    this.session = Session.getInstance(properties, authenticator());
  }

  @Override
  public String name() {
    return "mail";
  }

  @Override
  public boolean carries(Notice.Kind kind) {
    // Lots are held by machines; people hear of it by the alarm.
    return kind != Notice.Kind.HOLD;
  }

  @Override
  public void send(Notice notice) throws IOException {
    try {
      MimeMessage message = new OnceMessage(session, "<%s@%s>".formatted(notice.topic(), hubId));
      message.setFrom(new InternetAddress(config.from(), true));
      for (String receiver : config.to()) {
        message.addRecipient(Message.RecipientType.TO, new InternetAddress(receiver, true));
      }
      message.setSubject(
          (notice.kind() == Notice.Kind.TEST ? "Fabwafer: " : "Fabwafer alarm: ")
              + notice.headline(),
          UTF_8.name());
      message.setText(notice.text(), UTF_8.name());
      message.setHeader(
          "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(UTC)));
      Transport.send(message);
    } catch (MessagingException e) {
      throw new IOException("the mail was not taken: " + e.getMessage(), e);
    }
  }

  private @Nullable Authenticator authenticator() {
    if (config.user().isEmpty()) {
      return null;
    }
    PasswordAuthentication credentials =
        new PasswordAuthentication(config.user().get(), config.password().orElse(""));
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return credentials;
      }
    };
  }

  /** A message that keeps the id it is given. */
  private static final class OnceMessage extends MimeMessage {
    private final String id;

    OnceMessage(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }
}
