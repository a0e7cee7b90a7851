package fabwafer.hub.image;

import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.zone.Zone;
import fabwafer.wafer.zone.ZoneYield;
import fabwafer.wafer.zone.ZoneYields;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Where on an archived wafer map dies fail. */
public final class ZoneRoutes implements RouteSource {
  /** Part of the answer's version: to be changed when its form, or the testing, changes. */
  private static final String FORM = "1";

  private final ArchivedWafers wafers;

  public ZoneRoutes(Archive archive) {
    this.wafers = new ArchivedWafers(archive);
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(
        Route.get(ImageRoutes.ONE + "/zones", Access.VIEWER, this::zones)
            .query("timestamp", "exclusion"));
  }

  private void zones(Exchange exchange) {
    double exclusion = exchange.parameters().share("exclusion").orElse(0);
    ArchivedImage image = wafers.image(exchange);
    exchange.askAgain();
    if (exchange.clientHas(image.sha256() + "-" + FORM)) {
      return;
    }
    try {
      exchange.json(json(ZoneYields.of(wafers.read(image), exclusion)));
    } catch (WaferException e) {
      throw ProblemException.parameter("exclusion", String.valueOf(e.getMessage()));
    }
  }

  /** Zone yields as the REST contract writes them. */
  static ObjectNode json(ZoneYields yields) {
    ObjectNode json =
        Json.object()
            .put("exclusion", yields.exclusion())
            .put("dies", yields.dies())
            .put("failing", yields.failing())
            .put("excludedDies", yields.excludedDies())
            .put("excludedFailing", yields.excludedFailing())
            .put("method", yields.method())
            .put("level", ZoneYields.LEVEL)
            .put("sectors", Zone.sectors());
    ArrayNode ends = json.putArray("ringEnds");
    Zone.ringEnds().forEach(ends::add);
    ArrayNode zones = json.putArray("zones");
    for (ZoneYield zone : yields.zones()) {
      ObjectNode one =
          zones
              .addObject()
              .put("kind", zone.zone().kind().name().toLowerCase(Locale.ROOT))
              .put("index", zone.zone().index())
              .put("name", zone.zone().name())
              .put("dies", zone.dies())
              .put("failing", zone.failing());
      if (zone.dies() == 0) {
        one.putNull("yieldRatio");
      } else {
        one.put("yieldRatio", zone.yieldRatio());
      }
      one.put("pValue", zone.pValue())
          .put("adjusted", zone.adjusted())
          .put("significant", zone.significant());
    }
    return json;
  }
}
