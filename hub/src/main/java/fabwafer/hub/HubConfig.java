package fabwafer.hub;

import fabwafer.hub.account.AccountConfig;
import fabwafer.hub.alarm.AlarmConfig;
import fabwafer.hub.broker.BrokerConfig;
import fabwafer.hub.delivery.DeliveryConfig;
import fabwafer.hub.ingest.IngestConfig;
import fabwafer.hub.oidc.OidcConfig;
import fabwafer.hub.pipeline.PipelineConfig;
import fabwafer.hub.quarantine.QuarantineConfig;
import fabwafer.hub.registry.LifecycleConfig;
import fabwafer.hub.retention.RetentionConfig;
import fabwafer.hub.review.ReviewConfig;
import fabwafer.hub.upload.UploadConfig;
import fabwafer.hub.watch.WatchConfig;
import fabwafer.hub.web.WebConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a hub is to be.
 *
 * @param data the folder with everything it keeps; made if it is missing
 * @param archive the folder of the images, of the data folder or another disk's
 * @param broker which broker it uses
 * @param certificateNames host names and addresses by which peers reach its TLS ports, beside this
 *     machine's own
 * @param web its HTTP server
 * @param accounts how long sessions last
 * @param oidc the OpenID provider where people log in, if there is one
 * @param ingest the bounds of what it takes in
 * @param quarantine the bounds of what it refused
 * @param alarm when there is an alarm, and who is told
 * @param retention how long what is stored is kept
 * @param upload the bounds of files that people hand in
 * @param review what reviewers are given
 * @param lifecycle how models come into use
 * @param delivery how models come to devices
 * @param pipeline how a model is retrained and judged
 * @param watch how drift is looked for
 */
public record HubConfig(
    Path data,
    Path archive,
    BrokerConfig broker,
    List<String> certificateNames,
    WebConfig web,
    AccountConfig accounts,
    Optional<OidcConfig> oidc,
    IngestConfig ingest,
    QuarantineConfig quarantine,
    AlarmConfig alarm,
    RetentionConfig retention,
    UploadConfig upload,
    ReviewConfig review,
    LifecycleConfig lifecycle,
    DeliveryConfig delivery,
    PipelineConfig pipeline,
    WatchConfig watch) {

  public HubConfig {
    certificateNames = List.copyOf(certificateNames);
  }

  /** The defaults, for this machine only. Port 0 is any free one. */
  public static HubConfig loopback(Path data, int httpPort, int mqttPort) {
    return new HubConfig(
        data,
        data.resolve("archive"),
        new BrokerConfig.Embedded("127.0.0.1", mqttPort),
        List.of(),
        WebConfig.loopback(httpPort),
        AccountConfig.DEFAULT,
        Optional.empty(),
        IngestConfig.DEFAULT,
        QuarantineConfig.DEFAULT,
        AlarmConfig.DEFAULT,
        RetentionConfig.FOREVER,
        UploadConfig.DEFAULT,
        ReviewConfig.DEFAULT,
        LifecycleConfig.DEFAULT,
        DeliveryConfig.DEFAULT,
        PipelineConfig.DEFAULT,
        WatchConfig.DEFAULT);
  }

  /** The same with the model that a hub without any begins with. */
  public HubConfig withFirstModel(Optional<Path> model) {
    return new HubConfig(
        data,
        archive,
        broker,
        certificateNames,
        web,
        accounts,
        oidc,
        ingest,
        quarantine,
        alarm,
        retention,
        upload,
        review,
        lifecycle.withFirstModel(model),
        delivery,
        pipeline,
        watch);
  }
}
