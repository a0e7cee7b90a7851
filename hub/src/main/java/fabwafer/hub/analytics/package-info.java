/**
 * Yield, defect rates and stacked maps: kept by the follower {@link
 * fabwafer.hub.analytics.YieldFollower} in small tables, so that the routes of {@link
 * fabwafer.hub.analytics.AnalyticsRoutes} scan no wafers and read no images. The follower runs on
 * the thread of {@code hub.following}; the rest is safe on any thread.
 */
@NullMarked
package fabwafer.hub.analytics;

import org.jspecify.annotations.NullMarked;
