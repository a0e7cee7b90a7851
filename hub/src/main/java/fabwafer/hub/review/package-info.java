/**
 * Asking people for the labels that teach most: which wafers, in which order, to whom; what they
 * said, and what that tells of them and of the model. The doors are {@link
 * fabwafer.hub.review.ReviewRoutes} and {@link fabwafer.hub.review.ReviewIntake}; safe on any
 * thread.
 */
@NullMarked
package fabwafer.hub.review;

import org.jspecify.annotations.NullMarked;
