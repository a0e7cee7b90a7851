/**
 * New patterns: wafers that fit none are clustered, a person names a cluster, and later wafers near
 * it are matched at once. The doors are {@link fabwafer.hub.pattern.PatternRoutes}, {@link
 * fabwafer.hub.pattern.PatternMatcher} and {@link fabwafer.hub.pattern.ProvisionalPatterns}; safe
 * on any thread.
 */
@NullMarked
package fabwafer.hub.pattern;

import org.jspecify.annotations.NullMarked;
